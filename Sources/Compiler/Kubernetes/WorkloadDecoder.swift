// SPDX-License-Identifier: Apache-2.0

package import IR

/// Reads the parts of a pod-bearing object that its policy depends on, with the place of each.
package enum WorkloadDecoder {
    package static func decode(_ pod: PodObject, into diagnostics: inout Diagnostics) -> Workload {
        let object = FieldReader(pod.object.node, .object)
        let metadata = object["metadata"].map { FieldReader($0, FieldPath.object.key("metadata")) }
        let template = FieldReader(pod.template, .podTemplate(pod.kind))
        let podMetadata = template["metadata"].map { FieldReader($0, template.path.key("metadata")) }
        var claims: [Located<String>] = []
        if pod.kind == .statefulSet, let spec = object.mapping("spec", &diagnostics) {
            claims = spec.mappings("volumeClaimTemplates", &diagnostics).compactMap {
                $0.mapping("metadata", &diagnostics)?.string("name", &diagnostics)
            }
        }
        var workload = Workload(
            kind: pod.kind, apiGroup: pod.kind.currentGroup,
            apiVersion: pod.kind.currentVersion,
            name: metadata?.string("name", &diagnostics), generateName: metadata?.string("generateName", &diagnostics),
            namespace: metadata?.filledString("namespace", &diagnostics),
            podAnnotations: annotations(metadata, podMetadata, &diagnostics),
            podLabels: podMetadata?.stringMap("labels", &diagnostics) ?? [],
            spec: spec(FieldReader(pod.spec, template.path.key("spec")), &diagnostics), volumeClaimTemplates: claims,
            range: pod.object.node.range)
        workload.isIndexed = pod.isIndexed
        return workload
    }

    /// Those of the template, and those of Contrast that stand on the object only, as in the first releases.
    private static func annotations(
        _ metadata: FieldReader?, _ podMetadata: FieldReader?, _ diagnostics: inout Diagnostics
    ) -> [KeyValue] {
        let own = podMetadata?.stringMap("annotations", &diagnostics) ?? []
        let keys = Set(own.map(\.key))
        let inherited = (metadata?.stringMap("annotations", &diagnostics) ?? []).filter {
            $0.key.hasPrefix(ContrastName.annotationPrefix) && !keys.contains($0.key)
        }
        return (own + inherited).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private static func spec(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> PodSpec {
        var spec = PodSpec()
        spec.containers = reader.mappings("containers", &diagnostics).compactMap { container($0, &diagnostics) }
        if spec.containers.isEmpty, !diagnostics.hasErrors {
            diagnostics.error(.missingField, "\(reader.path): the pod has no containers", at: reader.node.range)
        }
        spec.initContainers = reader.mappings("initContainers", &diagnostics).compactMap {
            container($0, &diagnostics)
        }
        spec.volumes = reader.mappings("volumes", &diagnostics).compactMap { VolumeDecoder.volume($0, &diagnostics) }
        if let context = reader.mapping("securityContext", &diagnostics) {
            spec.securityContext = podSecurityContext(context, &diagnostics)
        }
        spec.hostNetwork = reader.bool("hostNetwork", &diagnostics) ?? false
        spec.shareProcessNamespace = reader.bool("shareProcessNamespace", &diagnostics) ?? false
        spec.serviceAccountName =
            reader.filledString("serviceAccountName", &diagnostics)
            ?? reader.filledString("serviceAccount", &diagnostics)
        spec.automountsToken = reader.bool("automountServiceAccountToken", &diagnostics)
        spec.hostname = reader.filledString("hostname", &diagnostics)
        spec.hasOtherHostname =
            reader.bool("setHostnameAsFQDN", &diagnostics) == true
            || reader.filledString("hostnameOverride", &diagnostics) != nil
        spec.hasServiceLinks = reader.bool("enableServiceLinks", &diagnostics) ?? true
        spec.runtimeClassName = reader.string("runtimeClassName", &diagnostics)
        spec.restartPolicy = reader.string("restartPolicy", &diagnostics)?.value
        spec.range = reader.node.range
        return spec
    }

    private static func podSecurityContext(_ reader: FieldReader, _ diagnostics: inout Diagnostics)
        -> PodSecurityContext
    {
        var context = PodSecurityContext()
        context.runAsUser = reader.uint32("runAsUser", &diagnostics)
        context.runAsGroup = reader.uint32("runAsGroup", &diagnostics)
        context.fsGroup = reader.uint32("fsGroup", &diagnostics)
        context.allowPrivilegeEscalation = reader.bool("allowPrivilegeEscalation", &diagnostics)
        context.supplementalGroups = reader.items("supplementalGroups", &diagnostics).enumerated().compactMap {
            FieldReader.uint32($0.element, reader.path.item("supplementalGroups", $0.offset), &diagnostics)
        }
        context.sysctls = reader.mappings("sysctls", &diagnostics).compactMap { sysctl in
            guard let name = sysctl.requiredString("name", &diagnostics),
                let value = sysctl.requiredString("value", &diagnostics)
            else { return nil }
            return KeyValue(name.value, value.value, value.range)
        }
        return context
    }

    private static func container(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> Container? {
        let name = reader.requiredString("name", &diagnostics)
        var container = Container(name: name ?? Located(""))
        container.image = reader.string("image", &diagnostics)
        container.command = reader.stringList("command", &diagnostics)
        container.args = reader.stringList("args", &diagnostics)
        container.workingDir = reader.string("workingDir", &diagnostics)
        container.env = reader.mappings("env", &diagnostics).compactMap { EnvDecoder.variable($0, &diagnostics) }
        container.envFrom = reader.mappings("envFrom", &diagnostics).compactMap { EnvDecoder.source($0, &diagnostics) }
        container.volumeMounts = reader.mappings("volumeMounts", &diagnostics).compactMap {
            VolumeDecoder.mount($0, &diagnostics)
        }
        container.volumeDevices = reader.mappings("volumeDevices", &diagnostics).compactMap { device in
            guard let name = device.requiredString("name", &diagnostics),
                let path = device.requiredString("devicePath", &diagnostics)
            else { return nil }
            return VolumeDevice(name: name, devicePath: path, range: device.node.range)
        }
        if let context = reader.mapping("securityContext", &diagnostics) {
            container.securityContext = securityContext(context, &diagnostics)
        }
        container.tty = reader.bool("tty", &diagnostics)
        container.stdin = reader.bool("stdin", &diagnostics) ?? false
        container.restartPolicy = reader.string("restartPolicy", &diagnostics)?.value
        container.livenessExec = exec(reader, "livenessProbe", &diagnostics)
        container.readinessExec = exec(reader, "readinessProbe", &diagnostics)
        container.startupExec = exec(reader, "startupProbe", &diagnostics)
        if let lifecycle = reader.mapping("lifecycle", &diagnostics) {
            container.postStartExec = exec(lifecycle, "postStart", &diagnostics)
            container.preStopExec = exec(lifecycle, "preStop", &diagnostics)
        }
        container.terminationMessagePath = reader.string("terminationMessagePath", &diagnostics)
        container.limits = quantities(reader.mapping("resources", &diagnostics), "limits", &diagnostics)
        container.range = reader.node.range
        return name == nil ? nil : container
    }

    /// Resource quantities as written; numbers need no quotes there.
    private static func quantities(_ resources: FieldReader?, _ key: String, _ diagnostics: inout Diagnostics)
        -> [KeyValue]
    {
        guard let map = resources?.mapping(key, &diagnostics) else { return [] }
        return map.node.pairs.filter { $0.value.isScalar && !$0.value.isNull }
            .map { KeyValue($0.key.keyText, $0.value.quantityText, $0.value.range) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private static func exec(_ reader: FieldReader, _ key: String, _ diagnostics: inout Diagnostics)
        -> [Located<String>]?
    {
        reader.mapping(key, &diagnostics)?.mapping("exec", &diagnostics)?.stringList("command", &diagnostics)
    }

    private static func securityContext(_ reader: FieldReader, _ diagnostics: inout Diagnostics)
        -> ContainerSecurityContext
    {
        var context = ContainerSecurityContext()
        context.readOnlyRootFilesystem = reader.bool("readOnlyRootFilesystem", &diagnostics) ?? false
        context.allowPrivilegeEscalation = reader.bool("allowPrivilegeEscalation", &diagnostics)
        context.privileged = reader.bool("privileged", &diagnostics) ?? false
        if let capabilities = reader.mapping("capabilities", &diagnostics) {
            context.capabilitiesAdd = capabilities.strings("add", &diagnostics).map(\.value)
            context.capabilitiesDrop = capabilities.strings("drop", &diagnostics).map(\.value)
        }
        context.runAsUser = reader.uint32("runAsUser", &diagnostics)
        context.runAsGroup = reader.uint32("runAsGroup", &diagnostics)
        return context
    }
}

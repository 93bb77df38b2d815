// SPDX-License-Identifier: Apache-2.0

internal import Compiler
package import IR

/// Finds where in the YAML, or in the lock, an expectation of a policy came from.
package struct ExpectationLocator {
    private let pod: PodObject
    private let lock: SourceFile?

    /// Where something is said.
    package struct Place: Sendable {
        package var range: SourceRange?
        /// The YAML has the value itself, so that it is no Secret's.
        package var isLiteral = false
        /// The image's configuration says it, so the place is that of the image.
        package var isOfImage = false
    }

    /// The pod of a workload, by its name as `PolicyAnnotations` has it.
    package init?(workload: String, in source: SourceFile, lock: SourceFile? = nil) {
        var ignored = Diagnostics()
        for document in YAMLFrontend.parse(source, into: &ignored) {
            for object in KubernetesObject.all(in: YAMLTree(document)) {
                guard let pod = PodObject(object), pod.displayName == workload else { continue }
                self.pod = pod
                self.lock = lock
                return
            }
        }
        return nil
    }

    package func place(of denial: Denial) -> Place {
        guard let name = denial.container?.name, let container = container(named: name) else {
            return Place(range: ofPod(denial))
        }
        return place(denial, in: container)
    }

    private func container(named name: String) -> YAMLNode? {
        (pod.initContainers + pod.containers).first { $0["name"]?.text == name }
    }

    /// For the pause container, and for what concerns the whole pod.
    private func ofPod(_ denial: Denial) -> SourceRange? {
        switch denial.aspect {
        case "annotations": annotation(denial.detail ?? "")
        case "sysctls": pod.spec["securityContext"]?["sysctls"]?.range
        case "uid", "gid", "gids": pod.spec["securityContext"]?.range
        default: nil
        }
    }

    private func place(_ denial: Denial, in container: YAMLNode) -> Place {
        let detail = denial.detail ?? ""
        switch denial.aspect {
        case "args": return argument(denial, container)
        case "env": return variable(detail, container)
        case "cwd": return said(container["workingDir"], container)
        case "image": return Place(range: container["image"]?.range)
        case "uid": return security("runAsUser", container)
        case "gid": return security("runAsGroup", container)
        case "gids": return security("supplementalGroups", container)
        case "capabilities": return own("capabilities", container)
        case "no_new_privileges": return own("allowPrivilegeEscalation", container)
        case "readonly": return own("readOnlyRootFilesystem", container)
        case "terminal": return Place(range: (container["tty"] ?? container).start)
        case "mounts", "storages":
            let mounts = container["volumeMounts"]
            let mount = mounts?.items.first { $0["mountPath"]?.text == detail }
            return Place(range: (mount?["mountPath"] ?? mounts ?? container["name"])?.start)
        case "annotations": return Place(range: annotation(detail) ?? container["name"]?.range)
        case "exec_commands":
            let probes = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"]
            return Place(range: probes.lazy.compactMap { container[$0]?.start }.first ?? container["name"]?.range)
        case "sysctls": return Place(range: pod.spec["securityContext"]?["sysctls"]?.start ?? container["name"]?.range)
        case "pidns": return Place(range: pod.spec["shareProcessNamespace"]?.range ?? container["name"]?.range)
        case "devices", "vfio": return Place(range: (container["resources"] ?? container["name"])?.start)
        default: return Place(range: container["name"]?.range)
        }
    }

    /// The arguments are `command` and then `args`; what the YAML does not say is the image's.
    private func argument(_ denial: Denial, _ container: YAMLNode) -> Place {
        let command = container["command"]?.items ?? []
        let arguments = container["args"]?.items ?? []
        let index = denial.detail.flatMap(Int.init) ?? denial.field.last.flatMap(Int.init)
        guard let index else { return said(container["command"] ?? container["args"], container) }
        if index < command.count { return Place(range: command[index].range) }
        if !command.isEmpty, arguments.indices.contains(index - command.count) {
            return Place(range: arguments[index - command.count].range)
        }
        if command.isEmpty, let expected = denial.expected?.string,
            let same = arguments.first(where: { $0.text == expected })
        {
            return Place(range: same.range)
        }
        return said(nil, container)
    }

    private func variable(_ name: String, _ container: YAMLNode) -> Place {
        let entry = container["env"]?.items.last { $0["name"]?.text == name }
        guard let entry else {
            return Place(range: (container["envFrom"] ?? container["env"] ?? container["name"])?.start)
        }
        return Place(range: (entry["value"] ?? entry["name"])?.range, isLiteral: entry["value"] != nil)
    }

    private func security(_ key: String, _ container: YAMLNode) -> Place {
        said(container["securityContext"]?[key] ?? pod.spec["securityContext"]?[key], container)
    }

    private func own(_ key: String, _ container: YAMLNode) -> Place {
        let context = container["securityContext"]
        return Place(range: (context?[key] ?? context ?? container["name"])?.start)
    }

    private func annotation(_ key: String) -> SourceRange? {
        switch key {
        case "io.kubernetes.cri.sandbox-name": pod.range
        case "io.kubernetes.cri.sandbox-namespace": pod.object.node["metadata"]?["namespace"]?.range ?? pod.range
        default: pod.template["metadata"]?["annotations"]?[key]?.range
        }
    }

    /// What the YAML says, or the image: in the lock, if that is there.
    private func said(_ node: YAMLNode?, _ container: YAMLNode) -> Place {
        if let node { return Place(range: node.start) }
        let image = container["image"]
        if let lock, let text = image?.text, let entry = lockEntry(text, lock) {
            return Place(range: entry, isOfImage: true)
        }
        return Place(range: (image ?? container["name"])?.range, isOfImage: true)
    }

    /// Entries are known by references, with or without the digest that the YAML pins.
    private func lockEntry(_ image: String, _ lock: SourceFile) -> SourceRange? {
        guard let images = (try? JSONParser.parse(lock.bytes))?["images"]?.object,
            let digest = image.split(separator: "@").dropFirst().first
        else { return nil }
        let key = images.keys.first { key in
            key.hasSuffix("@" + digest) || images[key]?["digest"]?.string == String(digest)
        }
        return key.flatMap { JSONLocator.key(at: JSONPointer(["images", $0]), in: lock) }
    }
}

extension YAMLNode {
    /// The node if it is a scalar, else its first byte.
    fileprivate var start: SourceRange? { range.map { isScalar ? $0 : SourceRange($0.file, $0.start, $0.start + 1) } }
}

// SPDX-License-Identifier: Apache-2.0

extension PolicyDefaults {
    /// Writes the settings of a strict policy: what the rules for these features read of them.
    func writeStrictData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, _ features: PolicyFeatures
    ) {
        let kinds = ContainerKind.allCases.filter { $0 != .privileged || features.contains(.privileged) }
        let base = base(of: kinds)
        writer.object(count: 15) { writer in
            if features.contains(.switches) {
                writer.key("allow")
                writeSwitches(to: &writer)
            }
            writer.key("base")
            writer.object(count: 15) { base.writeStrictBase(to: &$0, macros, features, common) }
            writer.key("cgroup_extras")
            writer.strings(cgroupMountExtrasAllowed)
            writer.key("copy_patterns")
            writer.strings(requests.copyFile.map(macros.strictSource))
            writer.key("env_patterns")
            writer.strings(macros.joinedEnvPatterns(requests.allowEnvRegex))
            if features.contains(.settingsExec) {
                writer.key("exec_commands")
                writer.array(count: requests.execAllowedCommands.count) { $0.strings(requests.execAllowedCommands[$1]) }
                writer.key("exec_patterns")
                writer.strings(requests.execRegex)
            }
            writer.key("interface")
            writeInterface(to: &writer)
            writer.key("kinds")
            writer.object(count: kinds.count) {
                for kind in kinds {
                    $0.key(named: kind.rawValue)
                    $0.object(count: 8) { self[kind].writeStrictKind(kind, to: &$0, macros, over: base, common) }
                }
            }
            writer.key("neighbors")
            writer.object(count: 2) {
                $0.key("forbidden_devices")
                $0.strings(requests.neighborsForbiddenDeviceNames)
                $0.key("states")
                $0.array(count: requests.neighborsAllowedStates.count) {
                    $0.integer(Int64(requests.neighborsAllowedStates[$1]))
                }
            }
            writer.key("oci_versions")
            writer.strings(ociVersions)
            writer.key("routes")
            writer.object(count: 1) {
                $0.key("forbidden_devices")
                $0.strings(requests.routesForbiddenDeviceNames)
            }
            writer.key("sandbox_storages")
            writer.objects(count: sandboxStorages.count) {
                let storage = sandboxStorages[$1]
                storage.writeStrictData(to: &$0, source: storage.source, mountPoint: storage.mountPoint)
            }
            writer.key("shared_files")
            writer.string(macros.source(PolicyMacros.sharedFiles))
            if features.contains(.devices) {
                writer.key("vfio_path")
                writer.string(vfioDevicePath)
            }
        }
    }
}

extension RequestDefaults {
    /// Whether any request is allowed as such.
    var allowsSwitches: Bool { closeStdin || getDiagnosticData || readStream || updateEphemeralMounts || writeStream }
}

extension ContainerDefaults {
    /// A pattern for the variable that every container but pause has of its host's name.
    static let hostNameVariable = "^HOSTNAME=\(Placeholder.hostName.pattern)$"

    /// What the rules for these features read of any container.
    fileprivate func writeStrictBase<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, _ features: PolicyFeatures, _ common: CommonSettings
    ) {
        writer.key("annotations")
        writer.map(annotations.filter(\.isComparedByStrict))
        writer.key("base_mounts")
        writer.strictMounts(mounts, macros)
        writer.key("capabilities")
        writer.strings(common.expanded(capabilities))
        writer.key("cwd")
        writer.string(ContainerPolicy.defaultDirectory)
        if features.contains(.devices) { writer.empty("devices") }
        writer.empty("env_patterns")
        if features.contains(.envTemplates) { writer.empty("env_templates") }
        if features.contains(.exec) { writer.empty("exec_commands") }
        if features.contains(.deviceNodes) {
            writer.key("linux_devices")
            writer.strings(linuxDevices.map(\.path))
        }
        writer.key("masked_paths")
        writer.strings(maskedPaths)
        if features.contains(.moreCapabilities) { writer.empty("more_capabilities") }
        writer.empty("mounts")
        writer.key("namespaces")
        writer.strictNamespaces(namespaces)
        writer.key("no_new_privileges")
        writer.bool(noNewPrivileges)
        writer.key("pidns")
        writer.bool(false)
        writer.key("readonly")
        writer.bool(rootReadonly)
        writer.key("readonly_paths")
        writer.strings(readonlyPaths)
        writer.key("root")
        writer.string(macros.root(rootPath, .strict))
        writer.key("runtime_annotations")
        writer.patterns(runtimeAnnotationPatterns)
        if features.contains(.storages) { writer.empty("storages") }
        if !sysctls.isEmpty {
            writer.key("sysctls")
            writer.map(sysctls)
        }
        writer.key("terminal")
        writer.bool(false)
        writer.key("updated")
        writer.strings(ContainerPolicy.usuallyUpdatedFiles)
        if features.contains(.devices) { writer.empty("vfio") }
        if features.contains(.withoutMounts) { writer.empty("without_mounts") }
    }

    /// What containers of the kind have beyond that, or otherwise. The pod says its name and namespace.
    fileprivate func writeStrictKind<Writer: PolicyDataWriter & ~Copyable>(
        _ kind: ContainerKind, to writer: inout Writer, _ macros: PolicyMacros, over base: ContainerDefaults,
        _ common: CommonSettings
    ) {
        let annotations = annotations.filter { pair in
            pair.isComparedByStrict && !pair.key.utf8.starts(with: "io.kubernetes.cri.".utf8)
                && !base.annotations.contains { $0.hasSameBytes(as: pair) }
        }
        if !annotations.isEmpty {
            writer.key("annotations")
            writer.map(annotations)
        }
        writer.strings("capabilities", common.expanded(capabilities), unless: common.expanded(base.capabilities))
        if kind != .sandbox {
            writer.key("env_patterns")
            writer.strings([Self.hostNameVariable])
        }
        writer.key("kind_mounts")
        writer.strictMounts(mounts.filter { mount in !base.mounts.contains { $0.hasSameBytes(as: mount) } }, macros)
        writer.strings("linux_devices", linuxDevices.map(\.path), unless: base.linuxDevices.map(\.path))
        writer.strings("masked_paths", maskedPaths, unless: base.maskedPaths)
        if !namespaces.elementsEqual(base.namespaces, by: { $0.hasSameBytes(as: $1) }) {
            writer.key("namespaces")
            writer.strictNamespaces(namespaces)
        }
        writer.bool("no_new_privileges", noNewPrivileges, unless: base.noNewPrivileges)
        writer.bool("readonly", rootReadonly, unless: base.rootReadonly)
        if !protectsAsBase(base) { writer.strings("readonly_paths", readonlyPaths, unless: base.readonlyPaths) }
        if !rootPath.hasSameBytes(as: base.rootPath) {
            writer.key("root")
            writer.string(macros.root(rootPath, .strict))
        }
        if !runtimeAnnotationPatterns.elementsEqual(base.runtimeAnnotationPatterns, by: { $0.hasSameBytes(as: $1) }) {
            writer.key("runtime_annotations")
            writer.patterns(runtimeAnnotationPatterns)
        }
        let sysctls = sysctls.filter { pair in !base.sysctls.contains { $0.hasSameBytes(as: pair) } }
        if !sysctls.isEmpty {
            writer.key("sysctls")
            writer.map(sysctls)
        }
    }
}

extension ContainerDefaults {
    /// Whether it makes no difference to demand the read-only paths of the base: a path may be masked instead.
    private func protectsAsBase(_ base: ContainerDefaults) -> Bool {
        readonlyPaths.allSatisfy(base.readonlyPaths.contains)
            && base.readonlyPaths.allSatisfy { readonlyPaths.contains($0) || maskedPaths.contains($0) }
    }
}

extension KeyValue {
    /// Others of the runtime are compared with the request itself, or may have any value.
    var isComparedByStrict: Bool {
        switch key {
        case "io.kubernetes.cri.sandbox-id", "io.kubernetes.cri.sandbox-name", "io.kubernetes.cri.sandbox-namespace":
            true
        case "contrast.edgeless.systems/replaced": false
        default:
            !key.utf8.starts(with: "io.kubernetes.cri.".utf8)
                && !key.utf8.starts(with: "io.katacontainers.pkg.oci.".utf8)
        }
    }
}

extension CommonSettings {
    /// Capabilities without the prefix `CAP_`, by name.
    func expanded(_ capabilities: [String]) -> [String] {
        switch capabilities {
        case ["$(default_caps)"]: defaultCapabilities
        case ["$(privileged_caps)"]: privilegedCapabilities
        default: capabilities.map(\.withoutCapabilityPrefix)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension PolicyDefaults {
    /// Writes what the rules call settings. The macros are those of `common`.
    package func writeData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, _ features: PolicyFeatures
    ) {
        if profile == .strict {
            writeStrictData(to: &writer, macros, features)
        } else {
            writeCompatData(to: &writer, macros)
        }
    }

    private func writeCompatData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros
    ) {
        writer.object(count: 15) { writer in
            writer.key("allow")
            writeSwitches(to: &writer)
            let base = base
            writer.key("base")
            base.writeBase(to: &writer, macros)
            writer.key("caps")
            writeCapabilityLists(to: &writer)
            writer.key("cgroup_extras")
            writer.strings(cgroupMountExtrasAllowed)
            writer.key("copy_patterns")
            writer.strings(requests.copyFile.map(macros.copyPattern))
            writer.key("env_patterns")
            writer.strings(requests.allowEnvRegex.map(macros.envPattern))
            writer.key("exec_commands")
            writer.array(count: requests.execAllowedCommands.count) { $0.strings(requests.execAllowedCommands[$1]) }
            writer.key("exec_patterns")
            writer.strings(requests.execRegex)
            writer.key("guest_pull_root")
            writer.string(common.rootPath)
            writer.key("interface")
            writeInterface(to: &writer)
            writer.key("kinds")
            writer.object(count: ContainerKind.allCases.count) {
                for kind in ContainerKind.allCases {
                    $0.key(named: kind.rawValue)
                    self[kind].writeData(to: &$0, macros, over: base)
                }
            }
            writer.key("neighbors")
            writeNeighbors(to: &writer)
            writer.key("routes")
            writer.object(count: 2) {
                $0.key("forbidden_devices")
                $0.strings(requests.routesForbiddenDeviceNames)
                $0.key("forbidden_sources")
                $0.strings(requests.routesForbiddenSourceRegex)
            }
            writer.key("sandbox_storages")
            writer.objects(count: sandboxStorages.count) {
                let storage = sandboxStorages[$1]
                storage.writeData(to: &$0, source: storage.source, mountPoint: storage.mountPoint)
            }
            writer.key("vfio_path")
            writer.string(vfioDevicePath)
        }
    }

    func writeSwitches<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 5) {
            $0.key("CloseStdinRequest")
            $0.bool(requests.closeStdin)
            $0.key("GetDiagnosticDataRequest")
            $0.bool(requests.getDiagnosticData)
            $0.key("ReadStreamRequest")
            $0.bool(requests.readStream)
            $0.key("UpdateEphemeralMountsRequest")
            $0.bool(requests.updateEphemeralMounts)
            $0.key("WriteStreamRequest")
            $0.bool(requests.writeStream)
        }
    }

    func writeInterface<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 3) {
            $0.key("flags")
            $0.integer(Int64(requests.interfaceAllowRawFlags))
            $0.key("forbidden_addresses")
            $0.strings(requests.interfaceForbiddenHwAddrs)
            $0.key("forbidden_names")
            $0.strings(requests.interfaceForbiddenNames)
        }
    }

    private func writeNeighbors<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 3) {
            $0.key("forbidden_addresses")
            $0.strings(requests.neighborsForbiddenCIDRsRegex)
            $0.key("forbidden_devices")
            $0.strings(requests.neighborsForbiddenDeviceNames)
            $0.key("states")
            $0.array(count: requests.neighborsAllowedStates.count) {
                $0.integer(Int64(requests.neighborsAllowedStates[$1]))
            }
        }
    }

    /// The lists that capability sets refer to, without the prefix `CAP_`.
    private func writeCapabilityLists<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 2) {
            $0.key(named: "$(default_caps)")
            $0.capabilities(common.defaultCaps)
            $0.key(named: "$(privileged_caps)")
            $0.capabilities(common.privilegedCaps)
        }
    }
}

extension PolicyDefaults {
    private var base: ContainerDefaults { base(of: ContainerKind.allCases) }

    /// What containers of these kinds are alike in; else what ordinary ones are like.
    func base(of kinds: [ContainerKind]) -> ContainerDefaults {
        var result = self[.container]
        let others = kinds.map { self[$0] }
        result.mounts.removeAll { mount in !others.allSatisfy { $0.mounts.contains { $0.hasSameBytes(as: mount) } } }
        result.annotations.removeAll { pair in
            !others.allSatisfy { $0.annotations.contains { $0.hasSameBytes(as: pair) } }
        }
        result.sysctls.removeAll { pair in !others.allSatisfy { $0.sysctls.contains { $0.hasSameBytes(as: pair) } } }
        return result
    }
}

extension ContainerDefaults {
    /// A container with everything in it that need not be said of each.
    fileprivate func writeBase<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros
    ) {
        writer.object(count: 23) { writer in
            writer.key("annotations")
            writer.map(annotations)
            writer.key("base_mounts")
            writer.mounts(mounts, macros)
            writer.key("capabilities")
            writer.capabilities(capabilities)
            writer.key("cwd")
            writer.string(ContainerPolicy.defaultDirectory)
            writer.empty("devices")
            writer.empty("exec_commands")
            writer.empty("kind_mounts")
            writer.key("linux_devices")
            writer.strings(linuxDevices.map(\.path))
            writer.key("masked_paths")
            writer.strings(maskedPaths)
            writer.empty("mounts")
            writer.key("namespaces")
            writer.namespaces(namespaces)
            writer.key("no_new_privileges")
            writer.bool(noNewPrivileges)
            writer.key("oci_version")
            writer.string(ociVersion)
            writer.key("pidns")
            writer.bool(false)
            writer.key("readonly")
            writer.bool(rootReadonly)
            writer.key("readonly_paths")
            writer.strings(readonlyPaths)
            writer.key("root")
            writer.string(macros.root(rootPath, .compat))
            writer.key("runtime_annotations")
            writer.patterns(runtimeAnnotationPatterns)
            writer.empty("storages")
            // A request with sysctls matches no container that has none: so it is with the established generator.
            if !sysctls.isEmpty {
                writer.key("sysctls")
                writer.map(sysctls)
            }
            writer.key("terminal")
            writer.bool(false)
            writer.empty("vfio")
            writer.empty("without_mounts")
        }
    }

    fileprivate func writeData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, over base: ContainerDefaults
    ) {
        writer.object(count: 6) { writer in
            let annotations = annotations.filter { pair in !base.annotations.contains { $0.hasSameBytes(as: pair) } }
            if !annotations.isEmpty {
                writer.key("annotations")
                writer.map(annotations)
            }
            writer.strings(
                "capabilities", capabilities.map(\.withoutCapabilityPrefix),
                unless: base.capabilities.map(\.withoutCapabilityPrefix))
            let mounts = mounts.filter { mount in !base.mounts.contains { $0.hasSameBytes(as: mount) } }
            if !mounts.isEmpty {
                writer.key("kind_mounts")
                writer.mounts(mounts, macros)
            }
            writer.strings("linux_devices", linuxDevices.map(\.path), unless: base.linuxDevices.map(\.path))
            writer.strings("masked_paths", maskedPaths, unless: base.maskedPaths)
            if !namespaces.elementsEqual(base.namespaces, by: { $0.hasSameBytes(as: $1) }) {
                writer.key("namespaces")
                writer.namespaces(namespaces)
            }
            writer.bool("no_new_privileges", noNewPrivileges, unless: base.noNewPrivileges)
            if !ociVersion.hasSameBytes(as: base.ociVersion) {
                writer.key("oci_version")
                writer.string(ociVersion)
            }
            writer.bool("readonly", rootReadonly, unless: base.rootReadonly)
            writer.strings("readonly_paths", readonlyPaths, unless: base.readonlyPaths)
            if !rootPath.hasSameBytes(as: base.rootPath) {
                writer.key("root")
                writer.string(macros.root(rootPath, .compat))
            }
            if !runtimeAnnotationPatterns.elementsEqual(base.runtimeAnnotationPatterns, by: { $0.hasSameBytes(as: $1) })
            {
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
}

extension PolicyDataWriter where Self: ~Copyable {
    mutating func empty(_ name: StaticString) {
        key(name)
        array(count: 0) { _, _ in }
    }

    mutating func strings(_ name: StaticString, _ texts: [String], unless usual: [String]) {
        guard !texts.elementsEqual(usual, by: { $0.hasSameBytes(as: $1) }) else { return }
        key(name)
        strings(texts)
    }
}

extension KeyValue {
    func hasSameBytes(as other: KeyValue) -> Bool {
        key.hasSameBytes(as: other.key) && value.hasSameBytes(as: other.value)
    }
}

extension NamespacePolicy {
    func hasSameBytes(as other: NamespacePolicy) -> Bool {
        type.hasSameBytes(as: other.type) && path.hasSameBytes(as: other.path)
    }
}

extension MountPolicy {
    func hasSameBytes(as other: MountPolicy) -> Bool {
        destination.hasSameBytes(as: other.destination) && source.hasSameBytes(as: other.source)
            && type.hasSameBytes(as: other.type)
            && options.elementsEqual(other.options) { $0.hasSameBytes(as: $1) }
    }
}

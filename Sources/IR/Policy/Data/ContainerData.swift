// SPDX-License-Identifier: Apache-2.0

extension ContainerPolicy {
    static let defaultDirectory = "/"

    /// The container as the rules read it, without what is as it is by default. Arguments are left out when there are
    /// none, and no request matches then: so it is with the established generator.
    func writeData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, _ policy: PolicyDefaults
    ) {
        let defaults = policy[kind]
        writer.object(count: 6) { writer in
            if !annotations.isEmpty {
                writer.key("annotations")
                writer.map(annotations)
            }
            if !process.args.isEmpty {
                writer.key("args")
                writer.array(count: process.args.count) { $0.string(process.args[$1].value.withSingleDollars) }
            }
            if let capabilities = process.capabilities {
                writer.key("capabilities")
                writer.capabilities(capabilities)
            }
            writeDirectory(to: &writer)
            writeDevices(to: &writer, policy)
            writer.key("env")
            writer.strings(process.env)
            EnvTemplates(process.env).writeData(to: &writer)
            writeCommands(to: &writer)
            writer.key("gid")
            writer.integer(Int64(process.gid.value))
            writer.key("gids")
            writer.integers(process.additionalGids)
            writer.key("kind")
            writer.string(kind.rawValue)
            writeDeviceNodes(to: &writer, defaults)
            if !mounts.isEmpty {
                writer.key("mounts")
                writer.mounts(mounts, macros)
            }
            if let namespaces {
                writer.key("namespaces")
                writer.namespaces(namespaces)
            }
            writeFlags(to: &writer, defaults)
            writeRuntimeAnnotations(to: &writer, defaults)
            if !storages.isEmpty {
                writer.key("storages")
                writer.objects(count: storages.count) {
                    let storage = storages[$1]
                    storage.writeData(
                        to: &$0, source: macros.source(storage.source),
                        mountPoint: macros.mountPoint(storage.mountPoint, fstype: storage.fstype))
                }
            }
            if !sysctls.isEmpty {
                writer.key("sysctls")
                writer.map(sysctls)
            }
            writer.bool("terminal", process.terminal, unless: false)
            writer.key("uid")
            writer.integer(Int64(process.uid.value))
            writeVFIO(to: &writer, path: policy.vfioDevicePath)
            if !withoutMounts.isEmpty {
                writer.key("without_mounts")
                writer.strings(withoutMounts)
            }
        }
    }

    // MARK: - What both profiles write alike

    func writeDirectory<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        guard !process.cwd.value.hasSameBytes(as: Self.defaultDirectory) else { return }
        writer.key("cwd")
        writer.string(process.cwd.value)
    }

    func writeDevices<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ policy: PolicyDefaults) {
        let plain = devices.isEmpty ? [] : devices.filter { !$0.isVFIO(policy.vfioDevicePath) }
        guard !plain.isEmpty else { return }
        writer.key("devices")
        writer.array(count: plain.count) { $0.string(plain[$1].containerPath) }
    }

    func writeCommands<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        guard !execCommands.isEmpty else { return }
        writer.key("exec_commands")
        writer.array(count: execCommands.count) { $0.strings(execCommands[$1]) }
    }

    func writeDeviceNodes<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ defaults: ContainerDefaults)
    {
        guard !linuxDevices.isEmpty else { return }
        writer.key("linux_devices")
        writer.strings((defaults.linuxDevices + linuxDevices).map(\.path))
    }

    func writeFlags<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ defaults: ContainerDefaults) {
        writer.bool("no_new_privileges", process.noNewPrivileges, unless: defaults.noNewPrivileges)
        writer.bool("pidns", sandboxPidns, unless: false)
        writer.bool("readonly", rootReadonly, unless: defaults.rootReadonly)
    }

    func writeRuntimeAnnotations<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ defaults: ContainerDefaults
    ) {
        guard !runtimeAnnotationPatterns.isEmpty else { return }
        writer.key("runtime_annotations")
        writer.patterns(defaults.runtimeAnnotationPatterns + runtimeAnnotationPatterns)
    }

    func writeVFIO<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, path: String) {
        let vfio = devices.isEmpty ? [] : devices.filter { $0.isVFIO(path) }
        guard !vfio.isEmpty else { return }
        writer.key("vfio")
        writer.objects(count: vfio.count) { writer, index in
            writer.object(count: 2) {
                $0.key("type_")
                $0.string(vfio[index].type)
                $0.key("vm_path")
                $0.string(vfio[index].vmPath)
            }
        }
    }
}

extension PolicyDataWriter where Self: ~Copyable {
    mutating func bool(_ name: StaticString, _ value: Bool, unless usual: Bool) {
        guard value != usual else { return }
        key(name)
        bool(value)
    }

    mutating func capabilities(_ names: [String]) {
        array(count: names.count) { $0.string(names[$1].withoutCapabilityPrefix) }
    }

    mutating func mounts(_ mounts: [MountPolicy], _ macros: PolicyMacros) {
        objects(count: mounts.count) { mounts[$1].writeData(to: &$0, macros) }
    }

    mutating func namespaces(_ namespaces: [NamespacePolicy]) {
        objects(count: namespaces.count) { namespaces[$1].writeData(to: &$0) }
    }

    mutating func fsGroup(_ group: UInt32) {
        object(count: 2) {
            $0.key("group_change_policy")
            $0.integer(0)
            $0.key("group_id")
            $0.integer(Int64(group))
        }
    }

    mutating func patterns(_ patterns: [KeyValue]) {
        array(count: patterns.count) { writer, index in
            writer.array(count: 2) { $0.string($1 == 0 ? patterns[index].key : patterns[index].value) }
        }
    }
}

extension String {
    /// The kubelet's escape of a dollar sign undone.
    fileprivate var withSingleDollars: String {
        utf8.contains(UInt8(ascii: "$")) ? split(atBytesOf: "$$").joined(separator: "$") : self
    }
}

extension DevicePolicy {
    fileprivate func isVFIO(_ path: String) -> Bool { containerPath.utf8.starts(with: path.utf8) }
}

extension MountPolicy {
    fileprivate func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ macros: PolicyMacros) {
        writer.object(count: 4) {
            $0.key("destination")
            $0.string(destination)
            $0.key("options")
            $0.strings(options)
            $0.key("source")
            $0.string(macros.source(source))
            $0.key("type_")
            $0.string(type)
        }
    }
}

extension NamespacePolicy {
    /// The type `mount` is called `mnt` by some runtimes, and here.
    fileprivate func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 2) {
            $0.key("Path")
            $0.string(path)
            $0.key("Type")
            $0.string(type == "mount" || type.lowercased() == "mount" ? "mnt" : type)
        }
    }
}

extension StoragePolicy {
    /// The storage in the form of the agent's message.
    func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, source: String, mountPoint: String) {
        writer.object(count: 8) {
            $0.key("driver")
            $0.string(driver)
            $0.key("driver_options")
            $0.strings(driverOptions)
            $0.key("fs_group")
            if let fsGroup {
                $0.fsGroup(fsGroup)
            } else {
                $0.null()
            }
            $0.key("fstype")
            $0.string(fstype)
            $0.key("mount_point")
            $0.string(mountPoint)
            $0.key("options")
            $0.strings(options)
            $0.key("shared")
            $0.bool(shared)
            $0.key("source")
            $0.string(source)
        }
    }
}

extension String {
    var withoutCapabilityPrefix: String {
        utf8.starts(with: "CAP_".utf8) ? String(decoding: utf8.dropFirst(4), as: UTF8.self) : self
    }
}

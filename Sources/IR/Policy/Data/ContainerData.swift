// SPDX-License-Identifier: Apache-2.0

extension ContainerPolicy {
    /// The container as the rules read it. Arguments and sysctls are left out when there are none, and no request
    /// matches then: so it is with the established generator.
    func writeData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, vfioPath: String
    ) {
        writer.object(count: 23) { writer in
            writer.key("annotations")
            writer.map(annotations)
            writeProcess(to: &writer, vfioPath: vfioPath)
            writer.key("linux_devices")
            writer.array(count: linuxDevices.count) { $0.string(linuxDevices[$1].path) }
            writer.recurring(.paths, of: self) {
                $0.key("masked_paths")
                $0.strings(maskedPaths)
            }
            writer.key("mounts")
            writer.objects(count: mounts.count) { writer, index in
                writer.recurring(.mount(index), of: self) { mounts[index].writeData(to: &$0, macros) }
            }
            writer.recurring(.runtime, of: self) { writeRuntime(to: &$0, macros) }
            writer.key("storages")
            writer.objects(count: storages.count) {
                let storage = storages[$1]
                storage.writeData(
                    to: &$0, source: macros.source(storage.source),
                    mountPoint: macros.mountPoint(storage.mountPoint, fstype: storage.fstype))
            }
            if !sysctls.isEmpty {
                writer.recurring(.sysctls, of: self) {
                    $0.key("sysctls")
                    $0.map(sysctls)
                }
            }
            writer.key("terminal")
            writer.bool(process.terminal)
            writer.key("uid")
            writer.integer(Int64(process.uid.value))
            let vfio = devices.filter { $0.isVFIO(vfioPath) }
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

    private func writeRuntime<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ macros: PolicyMacros) {
        writer.key("namespaces")
        writer.objects(count: namespaces.count) { namespaces[$1].writeData(to: &$0) }
        writer.key("no_new_privileges")
        writer.bool(process.noNewPrivileges)
        writer.key("oci_version")
        writer.string(ociVersion)
        writer.key("pidns")
        writer.bool(sandboxPidns)
        writer.key("readonly")
        writer.bool(rootReadonly)
        writer.key("readonly_paths")
        writer.strings(readonlyPaths)
        writer.key("root")
        writer.string(macros.rootPattern(rootPath))
        writer.key("runtime_annotations")
        writer.array(count: runtimeAnnotationPatterns.count) { writer, index in
            let pattern = runtimeAnnotationPatterns[index]
            writer.array(count: 2) { $0.string($1 == 0 ? pattern.key : pattern.value) }
        }
    }

    private func writeProcess<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, vfioPath: String) {
        if !process.args.isEmpty {
            writer.key("args")
            writer.array(count: process.args.count) { $0.string(process.args[$1].value.withSingleDollars) }
        }
        writer.recurring(.capabilities, of: self) {
            $0.key("capabilities")
            process.capabilities.writeData(to: &$0)
        }
        writer.key("cwd")
        writer.string(process.cwd.value)
        let plain = devices.filter { !$0.isVFIO(vfioPath) }
        writer.key("devices")
        writer.array(count: plain.count) { $0.string(plain[$1].containerPath) }
        writer.key("env")
        writer.strings(process.env)
        EnvTemplates(process.env).writeData(to: &writer)
        writer.key("exec_commands")
        writer.array(count: execCommands.count) { $0.strings(execCommands[$1]) }
        writer.key("gid")
        writer.integer(Int64(process.gid.value))
        writer.key("gids")
        writer.integers(process.additionalGids)
    }
}

extension PolicyDataWriter where Self: ~Copyable {
    /// Bytes. Longer keys, and keys with control characters, do not occur in Kubernetes and could not be broken over
    /// lines; they are left out, so nothing matches them.
    private static var keyLimit: Int { 330 }

    fileprivate mutating func map(_ pairs: [KeyValue]) {
        let isUsable = pairs.allSatisfy { Self.isUsable($0.key) }
        let usable = isUsable ? pairs : pairs.filter { Self.isUsable($0.key) }
        object(count: usable.count) { writer in
            for pair in usable {
                writer.key(named: pair.key)
                writer.string(pair.value)
            }
        }
    }

    private static func isUsable(_ key: String) -> Bool {
        key.utf8.count <= keyLimit && key.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
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

extension CapabilitiesPolicy {
    /// The sets by their names in the request.
    fileprivate func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 5) { writer in
            func set(_ name: StaticString, _ list: [String]) {
                writer.key(name)
                writer.array(count: list.count) { $0.string(list[$1].withoutCapabilityPrefix) }
            }
            set("Ambient", ambient)
            set("Bounding", bounding)
            set("Effective", effective)
            set("Inheritable", inheritable)
            set("Permitted", permitted)
        }
    }
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
                $0.object(count: 2) {
                    $0.key("group_change_policy")
                    $0.integer(0)
                    $0.key("group_id")
                    $0.integer(Int64(fsGroup))
                }
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

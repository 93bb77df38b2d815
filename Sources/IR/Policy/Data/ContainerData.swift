// SPDX-License-Identifier: Apache-2.0

extension ContainerPolicy {
    /// Bytes. Longer keys, and keys with control characters, do not occur in Kubernetes and could not be broken over
    /// lines; they are left out, so nothing matches them.
    private static let keyLimit = 330

    /// The container as the rules read it. Arguments and sysctls are left out when there are none, and no request
    /// matches then: so it is with the established generator.
    func policyData(_ macros: PolicyMacros, vfioPath: String) -> JSONObject {
        let vfio = devices.filter { $0.containerPath.utf8.starts(with: vfioPath.utf8) }
        let plain = devices.filter { !$0.containerPath.utf8.starts(with: vfioPath.utf8) }
        var data = JSONObject([
            ("annotations", Self.map(annotations)),
            ("capabilities", .object(process.capabilities.policyData)),
            ("cwd", .string(process.cwd.value)),
            ("devices", .strings(plain.map(\.containerPath))),
            ("env", .strings(process.env.map(\.value))),
            ("exec_commands", .array(execCommands.map { .strings($0.map(\.value)) })),
            ("gid", .integer(Int128(process.gid.value))),
            ("gids", .array(process.additionalGids.map { .integer(Int128($0)) })),
            ("linux_devices", .strings(linuxDevices.map(\.path))),
            ("masked_paths", .strings(maskedPaths)),
            ("mounts", .array(mounts.map { $0.policyData(macros) })),
            ("namespaces", .array(namespaces.map(\.policyData))),
            ("no_new_privileges", .bool(process.noNewPrivileges)),
            ("oci_version", .string(ociVersion)),
            ("pidns", .bool(sandboxPidns)),
            ("readonly", .bool(rootReadonly)),
            ("readonly_paths", .strings(readonlyPaths)),
            ("root", .string(macros.rootPattern(rootPath))),
            ("runtime_annotations", .array(runtimeAnnotationPatterns.map { .strings([$0.key, $0.value]) })),
            (
                "storages",
                .array(
                    storages.map {
                        var storage = $0
                        storage.source = macros.source($0.source)
                        return storage.policyData(mountPoint: macros.mountPoint($0.mountPoint, fstype: $0.fstype))
                    })
            ),
            ("terminal", .bool(process.terminal)),
            ("uid", .integer(Int128(process.uid.value))),
            ("vfio", .array(vfio.map { ["type_": .string($0.type), "vm_path": .string($0.vmPath)] })),
        ])
        if !process.args.isEmpty {
            data["args"] = .strings(process.args.map { $0.value.split(atBytesOf: "$$").joined(separator: "$") })
        }
        if !sysctls.isEmpty { data["sysctls"] = Self.map(sysctls) }
        for (key, value) in EnvTemplates(process.env.map(\.value)).policyData { data[key] = value }
        return data
    }

    private static func map(_ pairs: [KeyValue]) -> JSONValue {
        let usable = pairs.filter { pair in
            pair.key.utf8.count <= keyLimit && pair.key.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
        return .object(JSONObject(usable.map { ($0.key, .string($0.value)) }))
    }
}

extension CapabilitiesPolicy {
    fileprivate var policyData: JSONObject {
        JSONObject(all.map { ($0.name, .strings($0.list.map(\.withoutCapabilityPrefix))) })
    }
}

extension MountPolicy {
    fileprivate func policyData(_ macros: PolicyMacros) -> JSONValue {
        [
            "destination": .string(destination), "options": .strings(options),
            "source": .string(macros.source(source)), "type_": .string(type),
        ]
    }
}

extension NamespacePolicy {
    /// The type `mount` is called `mnt` by some runtimes, and here.
    fileprivate var policyData: JSONValue {
        ["Path": .string(path), "Type": .string(type.lowercased() == "mount" ? "mnt" : type)]
    }
}

extension StoragePolicy {
    /// The storage in the form of the agent's message.
    func policyData(mountPoint: String) -> JSONValue {
        [
            "driver": .string(driver), "driver_options": .strings(driverOptions),
            "fs_group": fsGroup.map { ["group_change_policy": 0, "group_id": .integer(Int128($0))] } ?? .null,
            "fstype": .string(fstype), "mount_point": .string(mountPoint), "options": .strings(options),
            "shared": .bool(shared), "source": .string(source),
        ]
    }
}

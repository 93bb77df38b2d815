// SPDX-License-Identifier: Apache-2.0

extension ContainerPolicy {
    /// The container as the strict rules read it, without what is as it is by default.
    func writeStrictData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, _ macros: PolicyMacros, _ policy: PolicyDefaults
    ) {
        let defaults = policy[kind]
        writer.object(count: 10) { writer in
            let annotations = annotations.filter(\.isComparedByStrict)
            if !annotations.isEmpty {
                writer.key("annotations")
                writer.map(annotations)
            }
            // No request matches a container without arguments, as nothing could run.
            if !process.args.isEmpty {
                writer.key("args")
                writer.strictArguments(process.args)
            }
            let more = moreCapabilities(policy)
            if let capabilities = process.capabilities, more == nil {
                writer.key("capabilities")
                writer.strings(policy.common.expanded(capabilities))
            }
            writeDirectory(to: &writer)
            writeDevices(to: &writer, policy)
            writer.strictEnvironment(
                process.env, unlessPatterns: kind == .sandbox ? [] : [ContainerDefaults.hostNameVariable])
            writeCommands(to: &writer)
            writer.key("gid")
            writer.integer(Int64(process.gid.value))
            writer.key("gids")
            writer.integers(process.additionalGids)
            if let image {
                writer.key("image")
                writer.string(image.value)
            }
            writer.key("kind")
            writer.string(kind.rawValue)
            writeDeviceNodes(to: &writer, defaults)
            if let more, !more.isEmpty {
                writer.key("more_capabilities")
                writer.strings(more)
            }
            if !mounts.isEmpty {
                writer.key("mounts")
                writer.strictMounts(mounts, macros)
            }
            writer.key("name")
            writer.string(name)
            if let namespaces {
                writer.key("namespaces")
                writer.strictNamespaces(namespaces)
            }
            writeFlags(to: &writer, defaults)
            writeRuntimeAnnotations(to: &writer, defaults)
            writer.key("stage")
            writer.string(stage.rawValue)
            if !storages.isEmpty {
                writer.key("storages")
                writer.objects(count: storages.count) {
                    let storage = storages[$1]
                    storage.writeStrictData(
                        to: &$0, source: macros.strictSource(storage.source),
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
            if let updatedFiles {
                writer.key("updated")
                writer.strings(updatedFiles)
            }
            writeVFIO(to: &writer, path: policy.vfioDevicePath)
            if !withoutMounts.isEmpty {
                writer.key("without_mounts")
                writer.strings(withoutMounts)
            }
        }
    }

    func addsCapabilities(to policy: PolicyDefaults) -> Bool { moreCapabilities(policy)?.isEmpty == false }

    /// Capabilities beyond those of the kind; `nil` when it lacks some of those.
    private func moreCapabilities(_ policy: PolicyDefaults) -> [String]? {
        guard let own = process.capabilities else { return nil }
        let names = policy.common.expanded(own)
        let usual = policy.capabilities(of: kind)
        // As a rule some stand behind those of the kind.
        if names.starts(with: usual) { return names.dropFirst(usual.count).filter { !usual.contains($0) } }
        guard usual.allSatisfy(names.contains) else { return nil }
        return names.filter { !usual.contains($0) }
    }
}

extension PolicyDataWriter where Self: ~Copyable {
    /// Namespaces of a strict policy: type, colon, path.
    mutating func strictNamespaces(_ namespaces: [NamespacePolicy]) {
        strings(namespaces.map { "\($0.type.lowercased() == "mount" ? "mnt" : $0.type):\($0.path)" })
    }

    /// Mounts of a strict policy, without what is as it is with most.
    mutating func strictMounts(_ mounts: [MountPolicy], _ macros: PolicyMacros) {
        objects(count: mounts.count) { writer, index in
            let mount = mounts[index]
            writer.object(count: 4) { writer in
                writer.key("destination")
                writer.string(mount.destination)
                writer.strings("options", mount.options, unless: ["rbind", "rprivate", "rw"])
                writer.key("source")
                writer.string(macros.strictSource(mount.source))
                if !mount.type.hasSameBytes(as: "bind") {
                    writer.key("type_")
                    writer.string(mount.type)
                }
            }
        }
    }
}

extension StoragePolicy {
    /// The storage in the form of the agent's message, without what is as in `PolicyData.usualStorage`.
    func writeStrictData<Writer: PolicyDataWriter & ~Copyable>(
        to writer: inout Writer, source: String, mountPoint: String
    ) {
        func text<W: PolicyDataWriter & ~Copyable>(
            _ writer: inout W, _ key: StaticString, _ text: String, _ usual: String
        ) {
            guard !text.hasSameBytes(as: usual) else { return }
            writer.key(key)
            writer.string(text)
        }
        writer.object(count: 8) { writer in
            text(&writer, "driver", driver, "ephemeral")
            writer.strings("driver_options", driverOptions, unless: [])
            if let fsGroup {
                writer.key("fs_group")
                writer.fsGroup(fsGroup)
            }
            text(&writer, "fstype", fstype, "tmpfs")
            writer.key("mount_point")
            writer.string(mountPoint)
            writer.strings("options", options, unless: [])
            writer.bool("shared", shared, unless: false)
            text(&writer, "source", source, "tmpfs")
        }
    }
}

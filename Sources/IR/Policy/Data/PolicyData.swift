// SPDX-License-Identifier: Apache-2.0

/// The data section of a policy: a `SandboxPolicy` with everything expanded that does not depend on a request, in the
/// shape that the rules read. Both interpreters of the rules work on it.
package struct PolicyData: Sendable, Equatable {
    /// The version of this shape, of the rules, and of the text that carries both.
    package static let formatVersion = 1

    package var profile: PolicyProfile
    /// An object; all lists of the top level are always there, empty or not.
    package var document: JSONValue

    package init(profile: PolicyProfile, document: JSONValue) {
        self.profile = profile
        self.document = document
    }

    package init(_ policy: SandboxPolicy) {
        profile = policy.profile
        var builder = PolicyDataBuilder()
        policy.writeData(to: &builder, PolicyMacros(policy.common))
        document = builder.value
    }
}

extension SandboxPolicy {
    /// Whether the settings parts of two policies' data are the same.
    package func hasSameSettings(as other: SandboxPolicy) -> Bool {
        common == other.common && requestDefaults == other.requestDefaults && sandboxStorages == other.sandboxStorages
            && vfioDevicePath == other.vfioDevicePath && cgroupMountExtrasAllowed == other.cgroupMountExtrasAllowed
    }

    /// Writes the data section. The macros are those of this policy's `common`.
    package func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ macros: PolicyMacros) {
        writer.object(count: 13) { writer in
            writer.settings(.allow) {
                $0.key("allow")
                writeSwitches(to: &$0)
            }
            writer.key("caps")
            writeCapabilityLists(to: &writer)
            writer.key("cgroup_extras")
            writer.strings(cgroupMountExtrasAllowed)
            writer.key("containers")
            writer.objects(count: containers.count) {
                containers[$1].writeData(to: &$0, macros, vfioPath: vfioDevicePath)
            }
            writer.settings(.rest) { writeRest(to: &$0, macros) }
        }
    }

    private func writeRest<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer, _ macros: PolicyMacros) {
        let requests = requestDefaults
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
        writer.object(count: 3) {
            $0.key("flags")
            $0.integer(Int64(requests.interfaceAllowRawFlags))
            $0.key("forbidden_addresses")
            $0.strings(requests.interfaceForbiddenHwAddrs)
            $0.key("forbidden_names")
            $0.strings(requests.interfaceForbiddenNames)
        }
        writer.key("neighbors")
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

    private func writeSwitches<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        writer.object(count: 5) {
            $0.key("CloseStdinRequest")
            $0.bool(requestDefaults.closeStdin)
            $0.key("GetDiagnosticDataRequest")
            $0.bool(requestDefaults.getDiagnosticData)
            $0.key("ReadStreamRequest")
            $0.bool(requestDefaults.readStream)
            $0.key("UpdateEphemeralMountsRequest")
            $0.bool(requestDefaults.updateEphemeralMounts)
            $0.key("WriteStreamRequest")
            $0.bool(requestDefaults.writeStream)
        }
    }

    /// The lists that capability sets refer to, without the prefix `CAP_`, of those that any container uses.
    private func writeCapabilityLists<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        let lists = [("$(default_caps)", common.defaultCaps), ("$(privileged_caps)", common.privilegedCaps)]
            .filter { list in containers.contains { $0.process.capabilities.mentions(list.0) } }
        writer.object(count: lists.count) { writer in
            for (name, list) in lists {
                writer.key(named: name)
                writer.array(count: list.count) { $0.string(list[$1].withoutCapabilityPrefix) }
            }
        }
    }
}

extension String {
    var withoutCapabilityPrefix: String {
        utf8.starts(with: "CAP_".utf8) ? String(decoding: utf8.dropFirst(4), as: UTF8.self) : self
    }
}

extension CapabilitiesPolicy {
    fileprivate func mentions(_ name: String) -> Bool {
        ambient.contains(name) || bounding.contains(name) || effective.contains(name) || inheritable.contains(name)
            || permitted.contains(name)
    }
}

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
        let macros = PolicyMacros(policy.common)
        let requests = policy.requestDefaults
        document = [
            "allow": .object(Self.switches(requests)),
            "caps": .object(Self.capabilityLists(policy)),
            "cgroup_extras": .strings(policy.cgroupMountExtrasAllowed),
            "containers": .array(
                policy.containers.map { .object($0.policyData(macros, vfioPath: policy.vfioDevicePath)) }),
            "copy_patterns": .strings(requests.copyFile.map(macros.copyPattern)),
            "env_patterns": .strings(requests.allowEnvRegex.map(macros.envPattern)),
            "exec_commands": .array(requests.execAllowedCommands.map(JSONValue.strings)),
            "exec_patterns": .strings(requests.execRegex),
            "guest_pull_root": .string(policy.common.rootPath),
            "interface": [
                "flags": .integer(Int128(requests.interfaceAllowRawFlags)),
                "forbidden_names": .strings(requests.interfaceForbiddenNames),
                "forbidden_addresses": .strings(requests.interfaceForbiddenHwAddrs),
            ],
            "neighbors": [
                "forbidden_devices": .strings(requests.neighborsForbiddenDeviceNames),
                "forbidden_addresses": .strings(requests.neighborsForbiddenCIDRsRegex),
                "states": .array(requests.neighborsAllowedStates.map { .integer(Int128($0)) }),
            ],
            "routes": [
                "forbidden_devices": .strings(requests.routesForbiddenDeviceNames),
                "forbidden_sources": .strings(requests.routesForbiddenSourceRegex),
            ],
            "sandbox_storages": .array(policy.sandboxStorages.map { $0.policyData(mountPoint: $0.mountPoint) }),
            "vfio_path": .string(policy.vfioDevicePath),
        ]
    }

    private static func switches(_ requests: RequestDefaults) -> JSONObject {
        JSONObject([
            ("CloseStdinRequest", .bool(requests.closeStdin)),
            ("GetDiagnosticDataRequest", .bool(requests.getDiagnosticData)),
            ("ReadStreamRequest", .bool(requests.readStream)),
            ("UpdateEphemeralMountsRequest", .bool(requests.updateEphemeralMounts)),
            ("WriteStreamRequest", .bool(requests.writeStream)),
        ])
    }

    /// The lists that capability sets refer to, without the prefix `CAP_`, of those that any container uses.
    private static func capabilityLists(_ policy: SandboxPolicy) -> JSONObject {
        let used = Set(policy.containers.flatMap { $0.process.capabilities.all.flatMap(\.list) })
        var lists = JSONObject()
        for (name, list) in [
            ("$(default_caps)", policy.common.defaultCaps), ("$(privileged_caps)", policy.common.privilegedCaps),
        ] where used.contains(name) {
            lists[name] = .strings(list.map(\.withoutCapabilityPrefix))
        }
        return lists
    }
}

extension JSONValue {
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}

extension String {
    var withoutCapabilityPrefix: String {
        utf8.starts(with: "CAP_".utf8) ? String(decoding: utf8.dropFirst(4), as: UTF8.self) : self
    }
}

extension CapabilitiesPolicy {
    /// The sets by their names in the request.
    var all: [(name: String, list: [String])] {
        [
            ("Ambient", ambient), ("Bounding", bounding), ("Effective", effective), ("Inheritable", inheritable),
            ("Permitted", permitted),
        ]
    }
}

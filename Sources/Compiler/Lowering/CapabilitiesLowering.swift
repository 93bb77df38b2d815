// SPDX-License-Identifier: Apache-2.0

import IR

/// The capabilities of a process.
struct CapabilitiesLowering {
    let common: CommonSettings

    /// Of a container that says nothing of capabilities.
    func usual(isPrivileged: Bool) -> [String] {
        compressed(isPrivileged ? common.privilegedCaps : common.defaultCaps)
    }

    /// `nil` for the usual ones.
    func lower(_ context: ContainerSecurityContext) -> [String]? {
        if context.capabilitiesAdd.isEmpty, context.capabilitiesDrop.isEmpty { return nil }
        var set = context.privileged ? common.privilegedCaps : common.defaultCaps
        let added = context.capabilitiesAdd.map { Self.canonical($0) }
        let dropped = context.capabilitiesDrop.map { Self.canonical($0) }
        if added.contains("CAP_ALL") { set = common.privilegedCaps }
        if dropped.contains("CAP_ALL") { set = [] }
        set.removeAll(where: dropped.contains)
        for name in added where name != "CAP_ALL" && !set.contains(name) { set.append(name) }
        return compressed(set)
    }

    private func compressed(_ set: [String]) -> [String] {
        if set == common.defaultCaps { return ["$(default_caps)"] }
        if set == common.privilegedCaps { return ["$(privileged_caps)"] }
        return set
    }

    /// Kubernetes names capabilities without their prefix, in any case.
    private static func canonical(_ name: String) -> String {
        let upper = name.uppercased()
        return upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Expands the macros whose values a policy knows. Those that only a request determines stay: `$(bundle-id)`,
/// `$(sandbox-id)`, `$(sandbox-name)`, `$(sandbox-namespace)`, `$(b64_device_id)`.
struct PolicyMacros {
    private let common: CommonSettings

    init(_ common: CommonSettings) { self.common = common }

    private func sharedPath(_ text: String) -> String {
        text.replacing("$(sfprefix)", with: common.sfprefix).replacing("$(cpath)", with: common.cpath)
    }

    /// The source of a mount or storage.
    func source(_ text: String) -> String { sharedPath(text) }

    /// A path below the shared directory; the id is that of any container.
    func copyPattern(_ text: String) -> String { sharedPath(text).replacing("$(bundle-id)", with: "[a-z0-9]{64}") }

    func envPattern(_ text: String) -> String {
        text.replacing("$(ipv4_a)", with: common.ipv4Address).replacing("$(ip_p)", with: common.ipPort)
            .replacing("$(svc_name_downward_env)", with: common.serviceNameDownwardEnv)
            .replacing("$(dns_label)", with: common.dnsLabel)
    }

    /// The root path, with the bundle id as its first group.
    func rootPattern(_ text: String) -> String {
        text.replacing("$(root_path)", with: common.rootPath)
            .replacing("$(bundle-id)", with: "([0-9a-f]{64}|[a-z0-9][a-z0-9.-]*)")
    }

    /// The mount point of a storage, by which file system is to be mounted: a pattern for the first two.
    func mountPoint(_ text: String, fstype: String) -> String {
        switch fstype {
        case "local", "bind": text.replacing("$(cpath)", with: common.cpath)
        case "tmpfs": text
        default: text.replacing("$(spath)", with: common.spath)
        }
    }
}

extension String {
    /// With every `macro`, which starts with a dollar sign, replaced.
    func replacing(_ macro: String, with text: String) -> String {
        guard utf8.contains(UInt8(ascii: "$")) else { return self }
        return split(atBytesOf: macro).joined(separator: text)
    }
}

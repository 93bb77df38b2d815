// SPDX-License-Identifier: Apache-2.0

/// Expands the macros whose values a policy knows. Those that only a request determines stay: `$(bundle-id)`,
/// `$(sandbox-id)`, `$(sandbox-name)`, `$(sandbox-namespace)`, `$(b64_device_id)`.
///
/// Each template is expanded once, so the macros of some settings are best kept for all policies made under them; they
/// belong to one thread.
package final class PolicyMacros {
    /// The settings that the macros stand for.
    package let common: CommonSettings
    private let shared: MacroTable
    private let copied: MacroTable
    private let env: MacroTable
    private let root: MacroTable
    private let exactRoot: MacroTable
    private let storage: MacroTable
    private let block: MacroTable

    package init(_ common: CommonSettings) {
        self.common = common
        let paths = [("$(sfprefix)", common.sfprefix), ("$(cpath)", common.cpath)]
        shared = MacroTable(paths)
        copied = MacroTable(paths + [("$(bundle-id)", "[a-z0-9]{64}")])
        env = MacroTable([
            ("$(ipv4_a)", common.ipv4Address), ("$(ip_p)", common.ipPort),
            ("$(svc_name_downward_env)", common.serviceNameDownwardEnv), ("$(dns_label)", common.dnsLabel),
        ])
        root = MacroTable([
            ("$(root_path)", common.rootPath), ("$(bundle-id)", "([0-9a-f]{64}|[a-z0-9][a-z0-9.-]*)"),
        ])
        exactRoot = MacroTable([("$(root_path)", common.rootPath)])
        storage = MacroTable([("$(cpath)", common.cpath)])
        block = MacroTable([("$(spath)", common.spath)])
    }

    /// In the data of strict policies, what the paths of all files start with that the host shares with a container.
    static let sharedFiles = "$(sfprefix)"

    /// The source of a mount or storage.
    func source(_ text: String) -> String { shared.expand(text) }

    /// The same for the strict profile, whose settings hold the beginning of shared files once.
    func strictSource(_ text: String) -> String {
        guard text.utf8.starts(with: Self.sharedFiles.utf8) else { return shared.expand(text) }
        let rest = String(decoding: text.utf8.dropFirst(Self.sharedFiles.utf8.count), as: UTF8.self)
        return "^" + Self.sharedFiles + shared.expand(rest)
    }

    /// A path below the shared directory; the id is that of any container.
    func copyPattern(_ text: String) -> String { copied.expand(text) }

    func envPattern(_ text: String) -> String { env.expand(text) }

    private static let serviceName = "$(svc_name_downward_env)"

    /// Patterns for whole variables as one, in which the names of services stand once. What has another form stays on its
    /// own.
    func joinedEnvPatterns(_ templates: [String]) -> [String] {
        if let joined, joined.templates == templates { return joined.patterns }
        let patterns = join(templates)
        joined = (templates, patterns)
        return patterns
    }

    /// The last ones that were joined: settings have one list of them.
    private var joined: (templates: [String], patterns: [String])?

    private func join(_ templates: [String]) -> [String] {
        var others: [String] = []
        var alternatives: [String] = []
        var ofServices: [String] = []
        for template in templates {
            var inner = template.utf8[...]
            let isWhole = inner.popFirst() == UInt8(ascii: "^") && inner.popLast() == UInt8(ascii: "$")
            let isOfService = inner.starts(with: Self.serviceName.utf8)
            if isOfService { inner = inner.dropFirst(Self.serviceName.utf8.count) }
            let pattern = env.expand(String(decoding: inner, as: UTF8.self))
            guard isWhole, (try? RustRegex(pattern)) != nil else {
                others.append(env.expand(template))
                continue
            }
            if isOfService { ofServices.append(pattern) } else { alternatives.append(pattern) }
        }
        if !ofServices.isEmpty {
            alternatives.append(env.expand(Self.serviceName) + "(?:" + ofServices.joined(separator: "|") + ")")
        }
        return (alternatives.isEmpty ? [] : ["^(?:" + alternatives.joined(separator: "|") + ")$"]) + others
    }

    /// The root path: in the compat profile a pattern with the bundle id as its first group, in the strict one with
    /// `$(bundle-id)` left in it.
    func root(_ text: String, _ profile: PolicyProfile) -> String {
        profile == .strict ? exactRoot.expand(text) : root.expand(text)
    }

    /// The mount point of a storage, by which file system is to be mounted: a pattern for the first two.
    func mountPoint(_ text: String, fstype: String) -> String {
        switch fstype {
        case "local", "bind": storage.expand(text)
        case "tmpfs": text
        default: block.expand(text)
        }
    }
}

/// Macros with their values. The result is as if they were replaced one after the other: a value may contain macros
/// that come later.
private final class MacroTable {
    private var entries: [(name: [UInt8], value: [UInt8])] = []
    private var expanded: [String: (template: String, result: String)] = [:]
    /// Of templates that are remembered; names of volumes make for new ones without end.
    private static let limit = 4_096

    init(_ macros: [(name: String, value: String)]) {
        for (name, value) in macros.reversed() {
            entries.insert((Array(name.utf8), Array(substitute(value).utf8)), at: 0)
        }
    }

    func expand(_ text: String) -> String {
        guard text.containsByte(UInt8(ascii: "$")) else { return text }
        // Two texts of different bytes can be one key.
        if let known = expanded[text], known.template.hasSameBytes(as: text) { return known.result }
        let result = substitute(text)
        if expanded.count >= Self.limit { expanded = [:] }
        expanded[text] = (text, result)
        return result
    }

    private func substitute(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 128)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "$"), let entry = entries.first(where: { bytes[at...].starts(with: $0.name) })
            {
                out.append(contentsOf: entry.value)
                at += entry.name.count
            } else {
                out.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The entries of an environment whose value only the host knows, by how a request's value is judged.
struct EnvTemplates {
    /// Variables that may have any value.
    private var any: [String] = []
    /// Variables whose value is an IPv4 address.
    private var address: [String] = []
    /// Variables whose value is the name of the sandbox.
    private var sandboxName: [String] = []
    /// Whole entries with the namespace in them.
    private var namespace: [String] = []

    private static let anyMarkers = [
        "$(host-name)", "$(node-name)", "$(pod-uid)", "$(resource-field)", "$(todo-annotation)",
    ]

    init(_ entries: [Located<String>]) {
        for entry in entries.lazy.map(\.value) where entry.utf8.contains(UInt8(ascii: "$")) {
            if entry.split(atBytesOf: "$(sandbox-namespace)").count > 1 { namespace.append(entry) }
            let parts = entry.split(atBytesOf: "=")
            guard parts.count == 2 else { continue }
            switch parts[1] {
            case "$(sandbox-name)": sandboxName.append(parts[0])
            case "$(pod-ip)", "$(host-ip)", "$(pod-ips)", "$(host-ips)": address.append(parts[0])
            default: break
            }
            if Self.anyMarkers.contains(where: { parts[1].split(atBytesOf: $0).count > 1 }) { any.append(parts[0]) }
        }
    }

    /// Only the lists that have something in them.
    func writeData<Writer: PolicyDataWriter & ~Copyable>(to writer: inout Writer) {
        func list(_ name: StaticString, _ texts: [String]) {
            guard !texts.isEmpty else { return }
            writer.key(name)
            writer.strings(texts)
        }
        list("env_address", address)
        list("env_any", any)
        list("env_namespace", namespace)
        list("env_sandbox_name", sandboxName)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// What only the host knows when a pod is created. Rules give each a meaning.
package enum Placeholder: String, Sendable, CaseIterable {
    case sandboxName = "$(sandbox-name)"
    case sandboxNamespace = "$(sandbox-namespace)"
    case podUID = "$(pod-uid)"
    case podIP = "$(pod-ip)"
    case hostIP = "$(host-ip)"
    /// One address, or one of each family in clusters that have both.
    case podIPs = "$(pod-ips)"
    case hostIPs = "$(host-ips)"
    case hostName = "$(host-name)"
    case nodeName = "$(node-name)"
    case resourceField = "$(resource-field)"
    case completionIndex = "$(completion-index)"
    case unknownAnnotation = "$(todo-annotation)"

    /// The one that stands in a text at a place.
    package static func starting(_ text: [UInt8], at start: Int) -> Placeholder? {
        guard start + 1 < text.count, text[start] == UInt8(ascii: "$"), text[start + 1] == UInt8(ascii: "(") else {
            return nil
        }
        var end = start + 2
        while end < text.count, end - start < longest, text[end] != UInt8(ascii: ")") { end += 1 }
        guard end < text.count else { return nil }
        return text.withUnsafeBufferPointer { text in
            names.position(of: UnsafeBufferPointer(rebasing: text[start...end])).map { all[$0] }
        }
    }

    private static let all = allCases
    private static let names = KeyTable(all.map(\.rawValue))
    private static let longest = all.map(\.rawValue.utf8.count).max() ?? 0

    /// What values look like, as a part of a pattern.
    package var pattern: String {
        switch self {
        case .sandboxName, .sandboxNamespace, .hostName, .nodeName: "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
        case .podUID: "[0-9a-f-]{32,36}"
        case .podIP, .hostIP: Self.address
        case .podIPs, .hostIPs: "\(Self.address)(?:,\(Self.address))?"
        case .resourceField: "[0-9]{1,19}"
        case .completionIndex: "[0-9]{1,10}"
        case .unknownAnnotation: "(?:.|\\n)*"
        }
    }

    private static let address = "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7})"
}

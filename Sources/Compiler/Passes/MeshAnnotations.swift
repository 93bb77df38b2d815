// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The grammar of the service mesh annotations.
///
/// Ingress: `<name>#<port>#<bool>` joined with `##`, or empty, or `DISABLED`. Egress:
/// `<name>#<loopback address>:<port>#<host>:<port>` joined with `##`, not empty. Names also name Envoy's listeners, so
/// each stands once.
struct MeshAnnotations {
    let pod: PodObject

    /// The checked text of the ingress annotation, `""` when it is empty, `nil` when absent or wrong.
    func ingress(_ diagnostics: inout Diagnostics) -> String? {
        guard let node = annotation(ContrastName.meshIngress, .malformedIngress, &diagnostics) else { return nil }
        let text = node.isNull ? "" : node.text
        if text.isEmpty || text == "DISABLED" { return text }
        let form = "<name>#<port>#<bool>"
        var isGood = true
        for fields in entries(node, form, .malformedIngress, &isGood, &diagnostics) {
            if Self.port(fields[1]) == nil {
                isGood = fail(node, .malformedIngress, "'\(fields[1])' is not a port from 1 to 65535", &diagnostics)
            }
            if !Self.booleans.contains(String(fields[2])) {
                isGood = fail(node, .malformedIngress, "'\(fields[2])' is not 'true' or 'false'", &diagnostics)
            }
        }
        return isGood ? text : nil
    }

    /// The checked text of the egress annotation, `nil` when absent or wrong.
    func egress(_ diagnostics: inout Diagnostics) -> String? {
        guard let node = annotation(ContrastName.meshEgress, .malformedEgress, &diagnostics) else { return nil }
        guard !node.text.isEmpty, !node.isNull else {
            _ = fail(
                node, .malformedEgress, "the value is empty; remove the annotation or name a service", &diagnostics)
            return nil
        }
        let form = "<name>#<loopback address>:<port>#<host>:<port>"
        var isGood = true
        for fields in entries(node, form, .malformedEgress, &isGood, &diagnostics) {
            let local = Self.hostAndPort(fields[1])
            if local.map({ !Self.isLoopback($0) }) ?? true {
                isGood = fail(
                    node, .malformedEgress, "'\(fields[1])' is not an address in 127.0.0.0/8 with a port", &diagnostics)
            }
            if Self.hostAndPort(fields[2]) == nil {
                isGood = fail(node, .malformedEgress, "'\(fields[2])' is not a host with a port", &diagnostics)
            }
        }
        return isGood ? node.text : nil
    }

    func adminPort(_ diagnostics: inout Diagnostics) -> Int? {
        guard let node = annotation(ContrastName.meshAdminPort, .malformedAdminPort, &diagnostics) else { return nil }
        if node.text.isEmpty || node.isNull { return nil }
        guard let port = Self.port(Substring(node.text)) else {
            _ = fail(node, .malformedAdminPort, "'\(node.text)' is not a port from 1 to 65535", &diagnostics)
            return nil
        }
        return port
    }

    private func annotation(_ key: String, _ code: DiagnosticCode, _ diagnostics: inout Diagnostics) -> YAMLNode? {
        guard let node = pod.annotationNode(key) else { return nil }
        guard node.isScalar else {
            _ = fail(node, code, "the annotation '\(key)' is not a string", &diagnostics)
            return nil
        }
        return node
    }

    private func fail(
        _ node: YAMLNode, _ code: DiagnosticCode, _ message: String, _ diagnostics: inout Diagnostics
    ) -> Bool {
        diagnostics.error(code, message, at: node.range)
        return false
    }

    /// The fields of each entry that is of the form. `isGood` becomes false where one is not.
    private func entries(
        _ node: YAMLNode, _ form: String, _ code: DiagnosticCode, _ isGood: inout Bool,
        _ diagnostics: inout Diagnostics
    ) -> [[Substring]] {
        var entries: [[Substring]] = []
        var names: Set<Substring> = []
        for entry in Self.split(node.text) {
            let fields = entry.split(separator: "#", omittingEmptySubsequences: false)
            guard fields.count == 3, !fields.contains(where: \.isEmpty) else {
                isGood = fail(node, code, "'\(entry)' is not of the form \(form)", &diagnostics)
                continue
            }
            if !names.insert(fields[0]).inserted {
                isGood = fail(node, code, "the name '\(fields[0])' stands twice", &diagnostics)
            }
            entries.append(fields)
        }
        return entries
    }

    /// The parts between `##`.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = Substring(text)
        while let separator = rest.firstRange(of: "##") {
            parts.append(rest[..<separator.lowerBound])
            rest = rest[separator.upperBound...]
        }
        return parts + [rest]
    }

    /// What Go's strconv.ParseBool takes.
    private static let booleans: Set<String> = [
        "1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False",
    ]

    static func port(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let port = UInt16(text), port > 0
        else { return nil }
        return Int(port)
    }

    /// Host and port around the last colon; neither is empty.
    private static func hostAndPort(_ text: Substring) -> (host: Substring, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            let port = port(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/#@".utf8.contains($0) }) else { return nil }
        return (host, port)
    }

    private static func isLoopback(_ local: (host: Substring, port: Int)) -> Bool {
        let parts = local.host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127"
            && parts.allSatisfy { part in
                UInt8(part) != nil && part.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            }
    }
}

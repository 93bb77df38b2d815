// SPDX-License-Identifier: Apache-2.0

import IR

/// `$(NAME)` references as the kubelet expands them in `env`, `command` and `args`: `$$` is a literal `$`, and a
/// reference to a name that is not defined stays as it is.
struct VariableExpansion {
    /// Bytes that all expanded values of one container may have together. References to references can double a value
    /// with every line, and no policy of this size could be attached to a pod.
    static let sizeLimit = 1 << 20

    private(set) var variables: [String: ValueTemplate] = [:]
    /// Names that references asked for in vain.
    private(set) var unresolved: Set<String> = []
    private(set) var isOverLimit = false
    private var bytesLeft = VariableExpansion.sizeLimit

    /// Defines a variable for the references that follow; the last definition of a name counts.
    mutating func define(_ name: String, _ value: ValueTemplate) { variables[name] = value }

    mutating func expand(_ text: String) -> ValueTemplate {
        guard text.containsByte(UInt8(ascii: "$")) else {
            spend(text.utf8.count)
            return ValueTemplate(text)
        }
        let bytes = Array(text.utf8)
        var result = ValueTemplate()
        var pending = 0
        var at = 0
        let lastCloser = bytes.lastIndex(of: UInt8(ascii: ")")) ?? -1
        while at + 1 < bytes.count, !isOverLimit {
            guard bytes[at] == UInt8(ascii: "$") else {
                at += 1
                continue
            }
            switch bytes[at + 1] {
            case UInt8(ascii: "$"):
                result.append(String(decoding: bytes[pending...at], as: UTF8.self))
                at += 2
                pending = at
            case UInt8(ascii: "(") where at + 1 < lastCloser:
                guard let closer = bytes[at...].firstIndex(of: UInt8(ascii: ")")) else { return result }
                let name = String(decoding: bytes[(at + 2)..<closer], as: UTF8.self)
                if let value = variables[name] {
                    result.append(String(decoding: bytes[pending..<at], as: UTF8.self))
                    result.append(value)
                    pending = closer + 1
                    spend(value.length)
                } else {
                    unresolved.insert(name)
                }
                at = closer + 1
            default: at += 2
            }
        }
        result.append(String(decoding: bytes[min(pending, bytes.count)...], as: UTF8.self))
        spend(bytes.count)
        return result
    }

    /// Exec probes see each variable as it is written in `env`; references in it are not expanded again.
    static func expandStatically(_ command: [Located<String>], env: [EnvVar]) -> [Located<String>] {
        var expansion = VariableExpansion()
        for variable in env {
            if case .value(let value) = variable.source {
                expansion.define(variable.name.value, ValueTemplate(value.value))
            } else {
                expansion.define(variable.name.value, ValueTemplate())
            }
        }
        return command.map { Located(expansion.expand($0.value).environmentText, $0.range) }
    }

    private mutating func spend(_ bytes: Int) {
        bytesLeft -= bytes
        if bytesLeft < 0 { isOverLimit = true }
    }
}

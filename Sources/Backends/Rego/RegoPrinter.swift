// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Prints rules in the policy language, in the syntax that Rego v0 engines with `import rego.v1` and v1 engines share.
struct RegoPrinter {
    private var lines: [String] = []

    /// The rules, one statement a line. No line is longer than the longest statement.
    static func print(_ rules: RuleSet) -> String {
        var printer = RegoPrinter()
        for entry in rules.entries {
            printer.lines.append("default \(entry.name) := \(entry.fallback)\n")
            for body in entry.bodies { printer.rule(entry.name, body) }
        }
        for function in rules.functions {
            let parameters = function.parameters.joined(separator: ", ")
            let head = function.parameters.isEmpty ? function.name : "\(function.name)(\(parameters))"
            for body in function.bodies { printer.rule(head, body) }
        }
        return printer.lines.joined(separator: "\n")
    }

    private mutating func rule(_ head: String, _ body: RuleBody) {
        if case .literal(.bool(true)) = body.value {
            lines.append("\(head) if {")
        } else {
            lines.append("\(head) := \(text(body.value)) if {")
        }
        statements(body.statements, level: 1)
        lines.append("}\n")
    }

    private mutating func statements(_ statements: [RuleStatement], level: Int) {
        for statement in statements {
            let indent = String(repeating: "\t", count: level)
            guard case .every(let key, let value, let collection, let body) = statement else {
                let text = self.text(statement)
                // Else a bracket would be taken for a call or an index of what stands before it.
                if let first = text.utf8.first, "([{".utf8.contains(first), lines.last?.hasSuffix("{") == false {
                    lines[lines.count - 1] += ";"
                }
                lines.append(indent + text)
                continue
            }
            lines.append(indent + "every \(names(key, value)) in \(text(collection)) {")
            self.statements(body, level: level + 1)
            lines.append(indent + "}")
        }
    }

    private func names(_ key: String?, _ value: String) -> String { key.map { "\($0), \(value)" } ?? value }

    private func text(_ statement: RuleStatement) -> String {
        switch statement {
        case .holds(let expression): text(expression, outermost: true)
        case .not(let expression): "not \(text(expression, outermost: true))"
        case .bind(let name, let expression): "\(name) := \(text(expression))"
        case .some(let key, let value, let collection): "some \(names(key, value)) in \(text(collection))"
        case .every(let key, let value, let collection, let body):
            "every \(names(key, value)) in \(text(collection)) { \(text(body)) }"
        }
    }

    private func text(_ statements: [RuleStatement]) -> String {
        statements.map { text($0) }.joined(separator: "; ")
    }

    private func text(_ expression: RuleExpression, outermost: Bool = false) -> String {
        switch expression {
        case .literal(let value): return RegoData.text(value)
        case .variable(let name): return name
        case .input: return "input"
        case .policy: return "policy_data"
        case .settings: return "settings"
        case .state: return "data.pstate"
        case .member(let container, .literal(.string(let name))) where Self.isPlain(name):
            return "\(text(container)).\(name)"
        case .member(let container, let key): return "\(text(container))[\(text(key))]"
        case .array(let items): return "[\(list(items))]"
        case .object(let members):
            return "{\(members.map { "\(RegoData.quoted($0.key)): \(text($0.value))" }.joined(separator: ", "))}"
        case .arrayComprehension(let value, let statements): return "[\(text(value)) | \(text(statements))]"
        case .setComprehension(let value, let statements): return "{\(text(value)) | \(text(statements))}"
        case .call(let name, let arguments): return arguments.isEmpty ? name : "\(name)(\(list(arguments)))"
        case .builtin(let builtin, let arguments): return "\(builtin.rawValue)(\(list(arguments)))"
        case .comparison(let comparison, let left, let right):
            return infix(comparison.rawValue, left, right, outermost)
        case .membership(let left, let right): return infix("in", left, right, outermost)
        case .union(let left, let right): return infix("|", left, right, false)
        case .difference(let left, let right): return infix("-", left, right, false)
        }
    }

    private func list(_ items: [RuleExpression]) -> String { items.map { text($0) }.joined(separator: ", ") }

    private func infix(
        _ symbol: String, _ left: RuleExpression, _ right: RuleExpression, _ outermost: Bool
    ) -> String {
        let plain = "\(text(left)) \(symbol) \(text(right))"
        return outermost ? plain : "(\(plain))"
    }

    /// Whether a key can follow a dot.
    private static func isPlain(_ name: String) -> Bool {
        let words: Set<String> = [
            "as", "default", "else", "every", "false", "if", "import", "in", "not", "null", "package", "some", "true",
            "with",
        ]
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return !words.contains(name) && name.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

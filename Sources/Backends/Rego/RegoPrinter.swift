// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Prints rules in the policy language, in the syntax that Rego v0 engines with `import rego.v1` and v1 engines share.
struct RegoPrinter {
    /// Bytes after which a rule goes on in the next line.
    private static let lineLimit = 600

    private let layout: PolicyLayout
    private var names: RegoNames
    private var lines: [String] = []
    /// Bytes by the rule or function, line breaks among them.
    private var sizes: [String: Int] = [:]

    /// The rules, one body a line, unless that were too long. No line is longer than the limit and one statement.
    static func print(_ rules: RuleSet, _ layout: PolicyLayout) -> (text: String, sizes: [String: Int]) {
        var printer = RegoPrinter(layout: layout, names: RegoNames(rules, layout))
        for entry in rules.entries {
            let start = printer.lines.count
            defer { printer.measure(entry.name, from: start) }
            guard !entry.bodies.isEmpty else {
                printer.lines.append("\(entry.name):=\(entry.fallback)")
                continue
            }
            printer.lines.append("default \(entry.name):=\(entry.fallback)")
            for body in entry.bodies { printer.rule(entry.name, [], body) }
        }
        for function in rules.functions {
            let name = printer.names.function(function.name)
            let start = printer.lines.count
            for body in function.bodies { printer.rule(name, function.parameters, body) }
            printer.measure(function.name, from: start)
        }
        return (printer.lines.joined(separator: "\n"), printer.sizes)
    }

    private mutating func measure(_ name: String, from start: Int) {
        sizes[name] = lines[start...].reduce(0) { $0 + $1.utf8.count + 1 }
    }

    private mutating func rule(_ name: String, _ parameters: [String], _ body: RuleBody) {
        names.startBody()
        let parameters = parameters.map { names.variable($0) }.joined(separator: ",")
        let head = parameters.isEmpty ? name : "\(name)(\(parameters))"
        var (value, rest) = (body.value, body.statements)
        // A value that is bound last need not be bound.
        if case .variable(let name) = value, case .bind(name, let expression)? = rest.last {
            value = expression
            rest.removeLast()
        }
        let statements = rest.map { text($0) }
        var line = head
        if case .literal(.bool(true)) = value, !statements.isEmpty {} else { line += ":=\(text(value))" }
        guard !statements.isEmpty else { return lines.append(line) }
        if layout == .debug {
            lines.append(line + " if {")
            lines.append(contentsOf: (["print(\(RegoData.quoted(name)))"] + statements).map { "\t\($0);" })
            return lines.append("}")
        }
        if rest.count == 1, rest[0].isPlain { return lines.append("\(line) if \(statements[0])") }
        line += " if{"
        for (index, statement) in statements.enumerated() {
            if index > 0 { line += ";" }
            if line.utf8.count > Self.lineLimit {
                lines.append(line)
                line = ""
            }
            line += statement
        }
        lines.append(line + "}")
    }

    private mutating func bound(_ key: String?, _ value: String) -> String {
        let key = key.map { names.variable($0) + "," } ?? ""
        return key + names.variable(value)
    }

    private mutating func text(_ statement: RuleStatement) -> String {
        switch statement {
        case .holds(let expression): return text(expression, outermost: true)
        case .not(let expression): return "not \(text(expression, outermost: true))"
        case .bind(let name, let expression):
            let value = text(expression)
            return "\(names.variable(name)):=\(value)"
        case .some(let key, let value, let collection):
            let items = text(collection)
            return "some \(bound(key, value)) in \(items)"
        case .every(let key, let value, let collection, let body):
            let items = text(collection)
            return "every \(bound(key, value)) in \(items){\(text(body))}"
        }
    }

    private mutating func text(_ statements: [RuleStatement]) -> String {
        var texts: [String] = []
        for statement in statements { texts.append(text(statement)) }
        return texts.joined(separator: ";")
    }

    private mutating func text(_ expression: RuleExpression, outermost: Bool = false) -> String {
        switch expression {
        case .literal(let value): return RegoData.text(value)
        case .variable(let name): return names.variable(name)
        case .input: return "input"
        case .policy: return "policy_data"
        case .settings: return "settings"
        case .state: return "data.pstate"
        case .member(let container, .literal(.string(let name))) where Self.isPlain(name):
            return "\(text(container)).\(name)"
        case .member(let container, let key): return "\(text(container))[\(text(key))]"
        case .array(let items): return "[\(list(items))]"
        case .object(let members):
            var texts: [String] = []
            for member in members { texts.append("\(RegoData.quoted(member.key)):\(text(member.value))") }
            return "{\(texts.joined(separator: ","))}"
        case .arrayComprehension(let value, let statements):
            let body = text(statements)
            return "[\(text(value))|\(body)]"
        case .setComprehension(.variable(let name), let statements) where statements.count == 1:
            // The items of a list that is known are a set as they stand.
            if case .some(nil, name, .array(let items)) = statements[0], !items.isEmpty { return "{\(list(items))}" }
            let body = text(statements)
            return "{\(names.variable(name))|\(body)}"
        case .setComprehension(let value, let statements):
            let body = text(statements)
            return "{\(text(value))|\(body)}"
        case .call(let name, let arguments):
            return arguments.isEmpty ? names.function(name) : "\(names.function(name))(\(list(arguments)))"
        case .builtin(let builtin, let arguments): return "\(builtin.rawValue)(\(list(arguments)))"
        case .comparison(let comparison, let left, let right):
            return infix(comparison.rawValue, left, right, outermost)
        case .membership(let left, let right): return infix(" in ", left, right, outermost)
        case .union(let left, let right): return infix("|", left, right, false)
        case .difference(let left, let right): return infix("-", left, right, false)
        }
    }

    private mutating func list(_ items: [RuleExpression]) -> String {
        var texts: [String] = []
        for item in items { texts.append(text(item)) }
        return texts.joined(separator: ",")
    }

    private mutating func infix(
        _ symbol: String, _ left: RuleExpression, _ right: RuleExpression, _ outermost: Bool
    ) -> String {
        let plain = "\(text(left))\(symbol)\(text(right))"
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

extension RuleStatement {
    /// Whether it can be a rule's body on its own.
    fileprivate var isPlain: Bool {
        switch self {
        case .holds(.setComprehension), .holds(.object), .holds(.array), .holds(.arrayComprehension): false
        case .holds(.comparison(_, let left, _)), .holds(.membership(let left, _)): !left.startsWithBracket
        case .holds, .not: true
        case .bind, .some, .every: false
        }
    }
}

extension RuleExpression {
    fileprivate var startsWithBracket: Bool {
        switch self {
        case .setComprehension, .object, .array, .arrayComprehension, .union, .difference: true
        case .literal(let value): value.object != nil || value.array != nil
        default: false
        }
    }
}

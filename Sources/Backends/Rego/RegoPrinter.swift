// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Prints rules in the policy language, in the syntax that Rego v0 engines with `import rego.v1` and v1 engines share.
struct RegoPrinter: ~Copyable {
    /// Bytes after which a rule goes on in the next line.
    private static let lineLimit = 600
    /// Bytes to make room for: all rules of a profile.
    private static let usualSize = 32 << 10

    private let layout: PolicyLayout
    private var names: RegoNames
    private var out = RegoText(capacity: Self.usualSize)
    private var lineStart = 0
    /// Bytes by the rule or function, line breaks among them.
    private var sizes: [String: Int] = [:]

    private init(_ rules: RuleSet, _ layout: PolicyLayout) {
        self.layout = layout
        names = RegoNames(rules, layout)
    }

    /// The rules, one body a line, unless that were too long. No line is longer than the limit and one statement.
    static func print(_ rules: RuleSet, _ layout: PolicyLayout) -> (text: [UInt8], sizes: [String: Int]) {
        var printer = RegoPrinter(rules, layout)
        for entry in rules.entries { printer.entry(entry) }
        for function in rules.functions { printer.function(function) }
        // What follows starts with a line break of its own.
        if printer.out.count > 0 { printer.out.remove(from: printer.out.count - 1) }
        return (printer.out.bytes, printer.sizes)
    }

    private mutating func entry(_ entry: RuleEntry) {
        let start = out.count
        if !entry.bodies.isEmpty { out.append("default ") }
        out.append(string: entry.name)
        out.append(entry.fallback ? ":=true" : ":=false")
        endLine()
        for body in entry.bodies { rule(entry.name, [], body) }
        sizes[entry.name] = out.count - start
    }

    private mutating func function(_ function: RuleFunction) {
        let start = out.count
        let name = names.function(function.name)
        for body in function.bodies { rule(name, function.parameters, body) }
        sizes[function.name] = out.count - start
    }

    private mutating func endLine() {
        out.append(UInt8(ascii: "\n"))
        lineStart = out.count
    }

    private mutating func rule(_ name: String, _ parameters: [String], _ body: RuleBody) {
        names.startBody()
        out.append(string: name)
        if !parameters.isEmpty {
            out.append("(")
            for (index, parameter) in parameters.enumerated() {
                if index > 0 { out.append(",") }
                variable(parameter)
            }
            out.append(")")
        }
        var (value, rest) = (body.value, body.statements[...])
        // A value that is bound last need not be bound.
        if case .variable(let name) = value, case .bind(name, let expression)? = rest.last {
            value = expression
            rest.removeLast()
        }
        if case .literal(.bool(true)) = value, !rest.isEmpty {
        } else {
            out.append(":=")
            print(value)
        }
        defer { endLine() }
        guard let first = rest.first else { return }
        if layout == .debug { return debugBody(name, rest) }
        if rest.count == 1, first.isPlain {
            out.append(" if ")
            return print(first)
        }
        out.append(" if{")
        for (index, statement) in rest.enumerated() {
            if index > 0 { out.append(";") }
            if out.count - lineStart > Self.lineLimit { endLine() }
            print(statement)
        }
        out.append("}")
    }

    private mutating func debugBody(_ name: String, _ statements: ArraySlice<RuleStatement>) {
        out.append(" if {\n\tprint(")
        out.quote(name)
        out.append(");\n")
        for statement in statements {
            out.append("\t")
            print(statement)
            out.append(";\n")
        }
        out.append("}")
    }

    private mutating func variable(_ name: String) { out.append(string: names.variable(name)) }

    private mutating func bound(_ key: String?, _ value: String) {
        if let key {
            variable(key)
            out.append(",")
        }
        variable(value)
    }

    private mutating func print(_ statement: RuleStatement) {
        switch statement {
        case .holds(let expression): print(expression, outermost: true)
        case .not(let expression):
            out.append("not ")
            print(expression, outermost: true)
        case .bind(let name, let expression):
            variable(name)
            out.append(":=")
            print(expression)
        case .some(let key, let value, let collection):
            out.append("some ")
            bound(key, value)
            out.append(" in ")
            print(collection)
        case .every(let key, let value, let collection, let body):
            out.append("every ")
            bound(key, value)
            out.append(" in ")
            print(collection)
            out.append("{")
            print(body)
            out.append("}")
        }
    }

    private mutating func print(_ statements: [RuleStatement]) {
        for (index, statement) in statements.enumerated() {
            if index > 0 { out.append(";") }
            print(statement)
        }
    }

    private mutating func print(_ expression: RuleExpression, outermost: Bool = false) {
        switch expression {
        case .literal(.string(let text)): out.quote(text)
        case .literal(let value): out.append(string: RegoData.text(value))
        case .variable(let name): variable(name)
        case .input: out.append("input")
        case .policy: out.append("policy_data")
        case .settings: out.append("settings")
        case .state: out.append("data.pstate")
        case .member(let container, .literal(.string(let name))) where Self.isPlain(name):
            print(container)
            out.append(".")
            out.append(string: name)
        case .member(let container, let key):
            print(container)
            out.append("[")
            print(key)
            out.append("]")
        case .array(let items):
            out.append("[")
            list(items)
            out.append("]")
        case .object(let members):
            out.append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(",") }
                out.quote(member.key)
                out.append(":")
                print(member.value)
            }
            out.append("}")
        case .arrayComprehension(let value, let statements):
            out.append("[")
            print(value)
            out.append("|")
            print(statements)
            out.append("]")
        case .setComprehension(let value, let statements):
            out.append("{")
            defer { out.append("}") }
            // The items of a list that is known are a set as they stand.
            if case .variable(let name) = value, statements.count == 1,
                case .some(nil, name, .array(let items)) = statements[0], !items.isEmpty
            {
                return list(items)
            }
            print(value)
            out.append("|")
            print(statements)
        case .call(let name, let arguments):
            out.append(string: names.function(name))
            if arguments.isEmpty { return }
            out.append("(")
            list(arguments)
            out.append(")")
        case .builtin(let builtin, let arguments):
            out.append(string: builtin.rawValue)
            out.append("(")
            list(arguments)
            out.append(")")
        case .comparison(let comparison, let left, let right): infix(comparison.rawValue, left, right, outermost)
        case .membership(let left, let right): infix(" in ", left, right, outermost)
        case .union(let left, let right): infix("|", left, right, false)
        case .difference(let left, let right): infix("-", left, right, false)
        }
    }

    private mutating func list(_ items: [RuleExpression]) {
        for (index, item) in items.enumerated() {
            if index > 0 { out.append(",") }
            print(item)
        }
    }

    private mutating func infix(
        _ symbol: String, _ left: RuleExpression, _ right: RuleExpression, _ outermost: Bool
    ) {
        if !outermost { out.append("(") }
        print(left)
        out.append(string: symbol)
        print(right)
        if !outermost { out.append(")") }
    }

    private static let words: Set<String> = [
        "as", "default", "else", "every", "false", "if", "import", "in", "not", "null", "package", "some", "true",
        "with",
    ]

    /// Whether a key can follow a dot.
    private static func isPlain(_ name: String) -> Bool {
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

// SPDX-License-Identifier: Apache-2.0

internal import Driver
internal import IR

/// A denial as it is printed.
struct Explanation {
    /// Which of the requests it is.
    struct Place {
        var number: Int
        var count: Int
        var description: String?
    }

    private let place: Place
    private let denial: Denial
    private let expectation: ExpectationLocator.Place?

    /// Characters of a value that text shows.
    private static let valueLimit = 300

    init(_ place: Place, _ denial: Denial, _ expectation: ExpectationLocator.Place?) {
        self.place = place
        self.denial = denial
        self.expectation = expectation
    }

    var lines: [String] {
        var lines = ["denied: \(denial.summary)"]
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append("  " + name + String(repeating: " ", count: max(1, 10 - name.count)) + value)
        }
        let description = place.description.map { ": \($0)" } ?? ""
        add("request", denial.kind + (place.count > 1 ? ", \(place.number) of \(place.count)\(description)" : ""))
        add("rule", denial.rules.joined(separator: " > "))
        add("field", denial.fieldPath)
        add("found", denial.field.isEmpty && denial.found == nil ? nil : text(found) ?? "nothing")
        add("expected", text(expected).map { demand + $0 })
        add("from", from)
        add("change", denial.advice)
        return lines
    }

    var json: JSONValue {
        var object = JSONObject()
        object["cause"] = .string(denial.summary)
        object["change"] = .string(denial.advice)
        object["container"] = denial.container.map { .string($0.name) } ?? .null
        object["demand"] = .string(denial.demand.rawValue)
        object["description"] = place.description.map(JSONValue.string) ?? .null
        object["expected"] = expected ?? .null
        object["field"] = .string(denial.fieldPath)
        object["found"] = found ?? .null
        object["from"] = from.map(JSONValue.string) ?? .null
        object["kind"] = .string(denial.kind)
        object["request"] = .integer(Int128(place.number))
        object["rule"] = .array(denial.rules.map(JSONValue.string))
        return .object(object)
    }

    private var found: JSONValue? { shown(denial.found) }
    private var expected: JSONValue? { shown(denial.expected) }

    /// Of a variable only the name, unless the YAML itself has the value: it may be that of a Secret.
    private func shown(_ value: JSONValue?) -> JSONValue? {
        guard denial.aspect == "env", let entry = value?.string, expectation?.isLiteral != true else { return value }
        return .string("\(PolicyWords.variable(entry))=… (value not shown)")
    }

    private func text(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return nil }
        let text = JSONPrinter.text(value)
        return text.count <= Self.valueLimit ? text : text.prefix(Self.valueLimit) + "…"
    }

    private var demand: String {
        switch denial.demand {
        case .equal, .other, .including: ""
        case .member: "one of "
        case .pattern: "matching "
        case .absent: "not "
        }
    }

    /// Where the expectation came from.
    private var from: String? {
        if denial.origin?.root == .settings, let path = denial.origin?.path, denial.aspect == nil {
            return "settings: " + path.joined(separator: ".")
        }
        guard let range = expectation?.range else {
            guard let origin = denial.origin, origin.root != .request else { return nil }
            return "\(origin.root.rawValue): \(origin.path.joined(separator: "."))"
        }
        let position = range.file.position(at: range.start)
        let place = "\(range.file.path):\(position.line):\(position.column)"
        return expectation?.isOfImage == true ? place + " (the image's configuration)" : place
    }
}

extension Denial {
    /// All that a message without the request tells.
    static func unknown(_ kind: String) -> Denial {
        Denial(
            kind: kind,
            withoutRequest: "the message says only that \(kind) was denied; why is in the request, which it lacks")
    }
}

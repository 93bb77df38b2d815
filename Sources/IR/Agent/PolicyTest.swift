// SPDX-License-Identifier: Apache-2.0

/// Requests with the decisions expected of a policy, and how a policy does on them.
package enum PolicyTest {
    /// One request.
    package struct Case: Sendable, Equatable {
        package var description: String
        package var allowed: Bool
        package var kind: String
        package var request: JSONValue

        package init(description: String, allowed: Bool, kind: String, request: JSONValue) {
            self.description = description
            self.allowed = allowed
            self.kind = kind
            self.request = request
        }
    }

    /// The text that `parse` reads, with missing fields of requests filled in.
    package static func text(_ cases: [Case]) throws(RequestError) -> [UInt8] {
        var items: [JSONValue] = []
        for one in cases {
            items.append([
                "description": .string(one.description), "allowed": .bool(one.allowed), "kind": .string(one.kind),
                "request": try RequestMessage.fill(kind: one.kind, one.request),
            ])
        }
        return JSONPrinter.print(.array(items), JSONPrinter.Style(indent: 2)) + [0x0A]
    }

    /// Why a text is not a list of test cases.
    package struct CaseError: Error, Sendable, Equatable {
        package var message: String
        /// Byte offset, where it is known.
        package var offset: Int?
        /// What is missing or wrong, where the text is JSON.
        package var pointer: JSONPointer?

        package init(message: String, offset: Int? = nil, pointer: JSONPointer? = nil) {
            self.message = message
            self.offset = offset
            self.pointer = pointer
        }
    }

    /// A line per case, and one that sums up.
    package struct Report: Sendable, Equatable {
        package var lines: [String] = []
        package var passed = 0
        package var failed = 0
    }

    package static func run(_ policy: PolicyData, cases text: [UInt8]) throws(CaseError) -> Report {
        run(policy, try parse(text))
    }

    /// Runs the cases in order through one agent, so that state carries over.
    package static func run(_ policy: PolicyData, _ cases: [Case]) -> Report {
        var agent = Agent(policy)
        var report = Report()
        for one in cases {
            let decision = agent.decide(kind: one.kind, request: one.request)
            let verdict =
                switch decision {
                case .allowed: one.allowed ? "ok" : "MISMATCH"
                case .denied: one.allowed ? "MISMATCH" : "ok"
                case .error: "ERROR"
                }
            if verdict == "ok" { report.passed += 1 } else { report.failed += 1 }
            report.lines.append("\(verdict) \(one.description) expected=\(one.allowed) got=\(decision.word)")
        }
        report.lines.append("\(report.passed) passed, \(report.failed) failed")
        return report
    }

    /// A JSON list of objects with `description`, `allowed`, `kind` and `request`; without `kind`, the request says
    /// itself what it is, in its member `type`.
    package static func parse(_ text: [UInt8]) throws(CaseError) -> [Case] {
        let value: JSONValue
        do {
            value = try JSONParser.parse(text)
        } catch {
            throw CaseError(message: error.message, offset: error.offset)
        }
        guard let items = value.array else {
            throw CaseError(message: "expected an array of test cases, got \(value.kindName)", offset: 0)
        }
        var cases: [Case] = []
        for (index, item) in items.enumerated() { cases.append(try read(item, index)) }
        return cases
    }

    private static func read(_ item: JSONValue, _ index: Int) throws(CaseError) -> Case {
        guard let description = item["description"]?.string else { throw missing(index, "description", "a string") }
        guard let allowed = item["allowed"]?.bool else { throw missing(index, "allowed", "a boolean") }
        guard var request = item["request"]?.object else { throw missing(index, "request", "an object") }
        if let kind = item["kind"] {
            guard let name = kind.string else { throw missing(index, "kind", "a string") }
            return Case(description: description, allowed: allowed, kind: name, request: .object(request))
        }
        guard let type = request["type"]?.string else { throw missing(index, "kind", "a string") }
        request["type"] = nil
        let isWhole = type.hasSuffix("Request") || type.hasSuffix("Config")
        return Case(
            description: description, allowed: allowed, kind: isWhole ? type : type + "Request",
            request: .object(request))
    }

    private static func missing(_ index: Int, _ name: String, _ type: String) -> CaseError {
        CaseError(
            message: "test case \(index + 1) needs '\(name)', \(type)", pointer: JSONPointer([String(index), name]))
    }
}

extension Decision {
    /// One word, or the reason on one line.
    fileprivate var word: String {
        switch self {
        case .allowed: "true"
        case .denied: "false"
        case .error(let reason):
            String(reason.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))
        }
    }
}

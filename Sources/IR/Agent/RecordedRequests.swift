// SPDX-License-Identifier: Apache-2.0

/// Requests as people come by them: test cases, lines of the agent's request log, or messages with a request in them.
package struct RecordedRequests: Sendable, Equatable {
    /// One request; without content where only its kind is known.
    package struct Request: Sendable, Equatable {
        package var description: String?
        package var kind: String
        package var content: JSONValue?
    }

    package struct Failure: Error, Sendable, Equatable {
        package var message: String
    }

    package private(set) var requests: [Request] = []

    /// Places in a line at which JSON is looked for.
    private static let attemptsLimit = 32
    private static let refusal = " is blocked by policy"

    package init(_ text: [UInt8]) throws(Failure) {
        if let value = try? JSONParser.parse(text) {
            switch value {
            case .array(let items):
                for (index, item) in items.enumerated() {
                    guard let request = Self.recorded(item) else {
                        throw Failure(message: "item \(index + 1) is no request: it needs 'kind' and 'request'")
                    }
                    requests.append(request)
                }
            default: requests = Self.recorded(value).map { [$0] } ?? Self.message(in: value).map { [$0] } ?? []
            }
        } else {
            let lines = text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            requests = lines.compactMap { Self.line(Array($0)) }
            // A message may span lines.
            if requests.isEmpty, let request = Self.message(text) { requests = [request] }
        }
        if requests.isEmpty {
            throw Failure(message: "there is no request in it, and no message that one is blocked by policy")
        }
    }

    /// A test case, or an object of the agent's log: `kind` and `request`, or a `request` that says its `type`.
    private static func recorded(_ value: JSONValue) -> Request? {
        guard var request = value["request"]?.object else { return nil }
        let description = value["description"]?.string
        if let kind = value["kind"]?.string {
            return Request(description: description, kind: kind, content: .object(request))
        }
        guard let type = request["type"]?.string else { return nil }
        request["type"] = nil
        let isWhole = type.hasSuffix("Request") || type.hasSuffix("Config")
        return Request(description: description, kind: isWhole ? type : type + "Request", content: .object(request))
    }

    private static func line(_ line: [UInt8]) -> Request? {
        guard let value = try? JSONParser.parse(line) else { return message(line) }
        return recorded(value) ?? message(in: value)
    }

    /// Structured logs and events have the text in a member.
    private static func message(in value: JSONValue) -> Request? {
        for key in ["msg", "message", "MESSAGE", "note", "error"] {
            if let text = value[key]?.string, let request = message(Array(text.utf8)) { return request }
        }
        return nil
    }

    /// `… CreateContainerRequest is blocked by policy: …`, with the request somewhere after it, or before.
    private static func message(_ text: [UInt8]) -> Request? {
        let named = kind(in: text)
        var at = 0
        var attempts = 0
        while attempts < attemptsLimit, let start = text[at...].firstIndex(of: UInt8(ascii: "{")) {
            attempts += 1
            if let end = endOfObject(text, start), let value = try? JSONParser.parse(Array(text[start..<end])) {
                if let request = recorded(value) { return request }
                if let named, fits(value, named) { return Request(kind: named, content: value) }
            }
            at = start + 1
        }
        return named.map { Request(kind: $0) }
    }

    private static func kind(in text: [UInt8]) -> String? {
        let text = String(decoding: text, as: UTF8.self)
        let parts = text.split(separator: refusal, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let name = String(parts[0].reversed().prefix { $0.isLetter }.reversed())
        return RequestSchema.messages[name] == nil ? nil : name
    }

    /// Whether an object has only fields of the message, and one at least.
    private static func fits(_ value: JSONValue, _ kind: String) -> Bool {
        let names = Set((RequestSchema.messages[kind] ?? []).map(\.name))
        guard let keys = value.object?.keys, !keys.isEmpty else { return false }
        return keys.allSatisfy { names.contains($0) || $0 == "type" }
    }

    /// After the bracket that closes the object, strings skipped.
    private static func endOfObject(_ text: [UInt8], _ start: Int) -> Int? {
        var depth = 0
        var at = start
        var isInString = false
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\\") where isInString: at += 1
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{") where !isInString: depth += 1
            case UInt8(ascii: "}") where !isInString:
                depth -= 1
                if depth == 0 { return at + 1 }
            default: break
            }
            at += 1
        }
        return nil
    }
}

extension RecordedRequests.Request {
    init(kind: String, content: JSONValue? = nil) { self.init(description: nil, kind: kind, content: content) }
}

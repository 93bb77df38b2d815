// SPDX-License-Identifier: Apache-2.0

/// Why a value is not the message that a request should be.
package struct RequestError: Error, Sendable, Equatable {
    package var message: String

    package init(message: String) { self.message = message }
}

/// A request as the policy sees it: what is left of a value after a trip through the agent's typed message. What is
/// missing has its default, what is unknown is gone.
package enum RequestMessage {
    package static func fill(kind: String, _ value: JSONValue) throws(RequestError) -> JSONValue {
        guard RequestSchema.messages[kind] != nil else {
            throw RequestError(message: "unknown request kind '\(kind)'")
        }
        return try message(kind, value, kind)
    }

    /// Messages do not nest in a circle, so the depth of a value is that of the protocol.
    private static func message(_ name: String, _ value: JSONValue, _ path: String) throws(RequestError) -> JSONValue {
        guard case .object(let given) = value else { throw mismatch(path, "an object", value) }
        var filled = JSONObject()
        for field in RequestSchema.messages[name] ?? [] {
            if let member = given[field.name] {
                filled[field.name] = try typed(field.type, member, "\(path).\(field.name)")
            } else {
                filled[field.name] = initial(field.type)
            }
        }
        return .object(filled)
    }

    private static func initial(_ type: RequestSchema.FieldType) -> JSONValue {
        switch type {
        case .string: ""
        case .bool: false
        case .integer: 0
        case .bytes, .list: []
        case .map: [:]
        case .fileType: .string(RequestSchema.fileTypes[0])
        case .any, .optional, .message: nil
        }
    }

    private static func typed(
        _ type: RequestSchema.FieldType, _ value: JSONValue, _ path: String
    ) throws(RequestError) -> JSONValue {
        switch type {
        case .any: return value
        case .string:
            guard value.string != nil else { throw mismatch(path, "a string", value) }
            return value
        case .bool:
            guard value.bool != nil else { throw mismatch(path, "a boolean", value) }
            return value
        case .integer(let range):
            guard let number = value.integer, range.contains(number) else {
                throw mismatch(path, "an integer from \(range.lowerBound) to \(range.upperBound)", value)
            }
            return value
        case .fileType:
            guard let name = value.string, RequestSchema.fileTypes.contains(name) else {
                throw mismatch(path, "a file type", value)
            }
            return value
        case .bytes:
            guard let items = value.array,
                items.allSatisfy({ $0.integer.map { 0...255 ~= $0 } ?? false })
            else { throw mismatch(path, "an array of bytes", value) }
            return value
        case .list(let element):
            guard case .array(let items) = value else { throw mismatch(path, "an array", value) }
            var result: [JSONValue] = []
            result.reserveCapacity(items.count)
            for (index, item) in items.enumerated() {
                result.append(try typed(element, item, "\(path)[\(index)]"))
            }
            return .array(result)
        case .map(let element):
            guard case .object(let object) = value else { throw mismatch(path, "an object", value) }
            var result = JSONObject()
            for (key, member) in object.members { result[key] = try typed(element, member, "\(path).\(key)") }
            return .object(result)
        case .optional(let inner):
            return value.isNull ? value : try typed(inner, value, path)
        case .message(let name):
            return value.isNull ? value : try message(name, value, path)
        }
    }

    private static func mismatch(_ path: String, _ expected: String, _ value: JSONValue) -> RequestError {
        RequestError(message: "\(path): expected \(expected), got \(value.kindName)")
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The operations of JSON Patch (RFC 6902) that policies use, on a document of objects: `add` and `remove`.
enum JSONPatch {
    struct Failure: Error {
        var message: String
    }

    /// All operations or none.
    static func apply(_ operations: [JSONValue], to document: JSONValue) throws(Failure) -> JSONValue {
        var result = document
        for operation in operations {
            guard let name = operation["op"]?.string, let path = operation["path"]?.string else {
                throw Failure(message: "malformed operation on the state")
            }
            let keys = try pointer(path)
            switch name {
            case "add":
                guard let value = operation["value"] else { throw Failure(message: "an addition without a value") }
                result = try change(result, keys) { _ in value }
            case "remove":
                result = try change(result, keys) { old throws(Failure) in
                    guard old != nil else { throw Failure(message: "the state has nothing at '\(path)'") }
                    return nil
                }
            default: throw Failure(message: "unknown operation '\(name)' on the state")
            }
        }
        return result
    }

    /// The keys of a JSON Pointer (RFC 6901).
    private static func pointer(_ path: String) throws(Failure) -> ArraySlice<String> {
        if path.isEmpty { return [] }
        guard path.utf8.first == UInt8(ascii: "/") else { throw Failure(message: "malformed path '\(path)'") }
        return path.split(atBytesOf: "/").dropFirst().map { key in
            key.split(atBytesOf: "~1").joined(separator: "/").split(atBytesOf: "~0").joined(separator: "~")
        }[...]
    }

    /// Descends only as far as the document does.
    private static func change(
        _ value: JSONValue, _ keys: ArraySlice<String>, _ update: (JSONValue?) throws(Failure) -> JSONValue?
    ) throws(Failure) -> JSONValue {
        guard let key = keys.first else { return try update(value) ?? .null }
        guard case .object(var object) = value else { throw Failure(message: "the state has no object at '\(key)'") }
        if keys.count == 1 {
            object[key] = try update(object[key])
        } else {
            guard let inner = object[key] else { throw Failure(message: "the state has nothing at '\(key)'") }
            object[key] = try change(inner, keys.dropFirst(), update)
        }
        return .object(object)
    }
}

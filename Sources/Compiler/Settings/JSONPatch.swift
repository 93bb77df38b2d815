// SPDX-License-Identifier: Apache-2.0

import IR

/// A JSON Patch (RFC 6902) on a document whose size stays within limits: `copy` can double it with every operation.
struct JSONPatch {
    /// More operations in one patch are an error.
    static let operationLimit = 10_000
    /// More values than this in all that operations insert are an error.
    static let insertedValueLimit = 200_000

    /// Why a patch does not apply, and which part of its text is to blame.
    struct Failure: Error, Equatable {
        var message: String
        var pointer: JSONPointer
    }

    /// A place in the document that an operation wrote or removed, and where in the patch its value or, without one,
    /// the place is named.
    struct Write {
        var path: JSONPointer
        var origin: JSONPointer
    }

    private var document: JSONValue
    private var writes: [Write] = []
    private var valuesLeft = JSONPatch.insertedValueLimit

    private init(document: JSONValue) { self.document = document }

    /// Applies all operations or none, and says which places they wrote.
    static func apply(_ patch: JSONValue, to document: inout JSONValue) throws(Failure) -> [Write] {
        guard let operations = patch.array else {
            throw Failure(message: "a patch is an array of operations, found \(patch.kindName)", pointer: JSONPointer())
        }
        guard operations.count <= operationLimit else {
            throw Failure(message: "more than \(operationLimit) operations", pointer: JSONPointer())
        }
        var run = JSONPatch(document: document)
        for (index, operation) in operations.enumerated() {
            try run.apply(operation, at: JSONPointer().appending(index))
        }
        document = run.document
        return run.writes
    }

    private mutating func apply(_ operation: JSONValue, at place: JSONPointer) throws(Failure) {
        let name = try text("op", of: operation, at: place)
        let path = try pointer("path", of: operation, at: place)
        do throws(Problem) {
            switch name {
            case "add":
                try add(try value(of: operation), at: path)
                writes.append(Write(path: path, origin: place.appending("value")))
            case "replace":
                let value = try value(of: operation)
                try count(value, below: path)
                try document.edit(path.tokens[...]) { slot throws(Problem) in
                    guard slot != nil else { throw Problem("there is nothing at '\(path)'") }
                    slot = value
                }
                writes.append(Write(path: path, origin: place.appending("value")))
            case "remove":
                try remove(at: path)
                writes.append(Write(path: path, origin: place.appending("path")))
            case "test":
                guard let found = document.lookUp(path), found == (try value(of: operation)) else {
                    throw Problem("the value at '\(path)' is not the one that 'test' expects")
                }
            case "move", "copy": try transfer(operation, name, path, place)
            default:
                throw Problem("'\(name)' is no operation; expected add, remove, replace, move, copy or test", key: "op")
            }
        } catch {
            throw Failure(message: error.message, pointer: place.appending(error.key))
        }
    }

    private mutating func transfer(
        _ operation: JSONValue, _ name: String, _ path: JSONPointer, _ place: JSONPointer
    ) throws(Problem) {
        guard let text = operation["from"]?.string, let from = JSONPointer(parsing: text) else {
            throw Problem("'\(name)' needs 'from', a JSON pointer", key: operation["from"] == nil ? "op" : "from")
        }
        guard let value = document.lookUp(from) else { throw Problem("there is nothing at '\(from)'", key: "from") }
        if name == "move" {
            guard from == path || !from.isPrefix(of: path) else {
                throw Problem("'\(from)' cannot be moved into itself", key: "from")
            }
            try remove(at: from)
            writes.append(Write(path: from, origin: place.appending("from")))
        }
        try add(value, at: path)
        writes.append(Write(path: path, origin: place.appending("path")))
    }

    private mutating func add(_ value: JSONValue, at path: JSONPointer) throws(Problem) {
        try count(value, below: path)
        guard let last = path.tokens.last else {
            document = value
            return
        }
        try document.edit(path.tokens.dropLast()) { slot throws(Problem) in
            switch slot {
            case .object(var members):
                members[last] = value
                slot = .object(members)
            case .array(var items):
                guard let index = last == "-" ? items.count : arrayIndex(last), index <= items.count else {
                    throw Problem("'\(last)' is no place in an array of \(items.count)")
                }
                items.insert(value, at: index)
                slot = .array(items)
            default: throw Problem("there is no object or array to add to at '\(JSONPointer(path.tokens.dropLast()))'")
            }
        }
    }

    private mutating func remove(at path: JSONPointer) throws(Problem) {
        guard document.lookUp(path) != nil else { throw Problem("there is nothing at '\(path)'") }
        guard !path.tokens.isEmpty else { throw Problem("the whole document cannot be removed") }
        try document.edit(path.tokens[...]) { slot throws(Problem) in slot = nil }
    }

    /// Keeps what is inserted within the limits of size and of the document's depth.
    private mutating func count(_ value: JSONValue, below path: JSONPointer) throws(Problem) {
        guard value.count(within: &valuesLeft, depth: JSONParser.depthLimit - path.tokens.count) else {
            throw Problem("the patched document would be too large or too deep", key: "path")
        }
    }

    private func value(of operation: JSONValue) throws(Problem) -> JSONValue {
        guard let value = operation["value"] else { throw Problem("the operation needs 'value'", key: "op") }
        return value
    }

    private func text(_ key: String, of operation: JSONValue, at place: JSONPointer) throws(Failure) -> String {
        guard let text = operation[key]?.string else {
            throw Failure(message: "an operation needs '\(key)', a string", pointer: place)
        }
        return text
    }

    private func pointer(_ key: String, of operation: JSONValue, at place: JSONPointer) throws(Failure) -> JSONPointer {
        let text = try text(key, of: operation, at: place)
        guard let pointer = JSONPointer(parsing: text) else {
            throw Failure(message: "'\(text)' is not a JSON pointer", pointer: place.appending(key))
        }
        return pointer
    }
}

/// What is wrong with one operation, and which of its members shows it.
private struct Problem: Error {
    var message: String
    var key: String

    init(_ message: String, key: String = "path") {
        self.message = message
        self.key = key
    }
}

/// An index as RFC 6901 writes it: no sign, no leading zeros.
private func arrayIndex(_ token: String) -> Int? {
    guard let index = Int(token), String(index) == token, index >= 0 else { return nil }
    return index
}

extension JSONValue {
    fileprivate func lookUp(_ pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let members):
                guard let next = members[token] else { return nil }
                value = next
            case .array(let items):
                guard let index = arrayIndex(token), index < items.count else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }

    /// Gives the value at a place to `change`; what `change` leaves is put there, and nothing removes the place.
    fileprivate mutating func edit(
        _ tokens: ArraySlice<String>, _ change: (inout JSONValue?) throws(Problem) -> Void
    ) throws(Problem) {
        guard let token = tokens.first else {
            var slot: JSONValue? = self
            try change(&slot)
            self = slot ?? .null
            return
        }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var members):
            var slot = members[token]
            try JSONValue.editSlot(&slot, rest, change)
            members[token] = slot
            self = .object(members)
        case .array(var items):
            guard let index = arrayIndex(token), index < items.count else {
                throw Problem("'\(token)' is no place in an array of \(items.count)")
            }
            var slot: JSONValue? = items[index]
            try JSONValue.editSlot(&slot, rest, change)
            if let slot { items[index] = slot } else { items.remove(at: index) }
            self = .array(items)
        default: throw Problem("there is nothing at '\(token)': its parent is \(kindName)")
        }
    }

    private static func editSlot(
        _ slot: inout JSONValue?, _ rest: ArraySlice<String>, _ change: (inout JSONValue?) throws(Problem) -> Void
    ) throws(Problem) {
        if rest.isEmpty {
            try change(&slot)
        } else {
            guard var value = slot else { throw Problem("there is nothing at '\(rest[rest.startIndex - 1])'") }
            try value.edit(rest, change)
            slot = value
        }
    }

    /// Takes the number of values in this one off a budget; `false` when that or the depth does not suffice.
    fileprivate func count(within budget: inout Int, depth: Int) -> Bool {
        budget -= 1
        guard budget >= 0, depth >= 0 else { return false }
        switch self {
        case .array(let items):
            for item in items where !item.count(within: &budget, depth: depth - 1) { return false }
            return true
        case .object(let object):
            for member in object.members where !member.value.count(within: &budget, depth: depth - 1) { return false }
            return true
        default: return true
        }
    }
}

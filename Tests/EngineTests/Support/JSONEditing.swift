// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

extension JSONValue {
    /// Changes the value at a path of keys and indices; `-` is the last item of an array.
    mutating func edit(_ path: String, _ change: (inout JSONValue) -> Void) {
        edit(path.split(separator: "/").map(String.init)[...], change)
    }

    mutating func set(_ path: String, _ value: JSONValue) { edit(path) { $0 = value } }

    mutating func append(_ path: String, _ item: JSONValue) {
        edit(path) {
            guard case .array(let items) = $0 else { return Self.miss(path) }
            $0 = .array(items + [item])
        }
    }

    mutating func removeLast(_ path: String) {
        edit(path) {
            guard case .array(let items) = $0, !items.isEmpty else { return Self.miss(path) }
            $0 = .array(items.dropLast())
        }
    }

    private mutating func edit(_ path: ArraySlice<String>, _ change: (inout JSONValue) -> Void) {
        guard let step = path.first else { return change(&self) }
        switch self {
        case .object(var object):
            var member = object[step] ?? .null
            member.edit(path.dropFirst(), change)
            object[step] = member
            self = .object(object)
        case .array(var items):
            let index = step == "-" ? items.count - 1 : Int(step) ?? -1
            guard items.indices.contains(index) else { return Self.miss(step) }
            items[index].edit(path.dropFirst(), change)
            self = .array(items)
        default: Self.miss(step)
        }
    }

    private static func miss(_ place: String) { Issue.record("there is no '\(place)' to change") }
}

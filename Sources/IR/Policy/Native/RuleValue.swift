// SPDX-License-Identifier: Apache-2.0

/// What a rule computes with: JSON, and sets of JSON values. Sets are not items of anything.
enum RuleValue: Sendable, Equatable {
    case json(JSONValue)
    case set(Set<JSONValue>)

    static let yes = RuleValue.json(.bool(true))

    /// Whether a statement with this value holds.
    var holds: Bool { if case .json(.bool(false)) = self { false } else { true } }

    var json: JSONValue? { if case .json(let value) = self { value } else { nil } }
    var string: String? { json?.string }
    var integer: Int128? { json?.integer }

    /// A member of an object, an item of an array.
    func item(at key: JSONValue) -> RuleValue? {
        switch (self, key) {
        case (.json(.object(let object)), .string(let name)): object[name].map(RuleValue.json)
        case (.json(.array(let items)), .integer(let index)):
            0..<Int128(items.count) ~= index ? .json(items[Int(index)]) : nil
        case (.set(let set), _): set.contains(key) ? .json(key) : nil
        default: nil
        }
    }

    /// Whether `element` is an item or a value of this; `false` for what has none.
    func contains(_ element: JSONValue) -> Bool {
        switch self {
        case .json(.array(let items)): items.contains(element)
        case .json(.object(let object)): object.members.contains { $0.value == element }
        case .set(let set): set.contains(element)
        case .json: false
        }
    }

    func compare(_ comparison: RuleComparison, _ other: RuleValue) -> Bool? {
        switch comparison {
        case .equal: self == other
        case .notEqual: self != other
        case .atMost: Self.isAtMost(self, other)
        case .atLeast: Self.isAtMost(other, self)
        }
    }

    private static func isAtMost(_ left: RuleValue, _ right: RuleValue) -> Bool? {
        switch (left, right) {
        case (.json(.integer(let left)), .json(.integer(let right))): left <= right
        case (.json(.integer(let left)), .json(.double(let right))): Double(left) <= right
        case (.json(.double(let left)), .json(.integer(let right))): left <= Double(right)
        case (.json(.double(let left)), .json(.double(let right))): left <= right
        default: nil
        }
    }
}

extension RuleValue {
    /// The order in which the policy language goes through a set: null, booleans, numbers, strings by their bytes,
    /// arrays by their items, objects by keys and then values.
    static func precedes(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): !left && right
        case (.string(let left), .string(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.array(let left), .array(let right)): left.lexicographicallyPrecedes(right, by: precedes)
        case (.object(let left), .object(let right)): precedes(left.sorted, right.sorted)
        default:
            isAtMost(.json(left), .json(right)).map { $0 && left != right } ?? (rank(left) < rank(right))
        }
    }

    private static func precedes(_ left: JSONObject, _ right: JSONObject) -> Bool {
        let leftKeys = JSONValue.array(left.keys.map(JSONValue.string))
        let rightKeys = JSONValue.array(right.keys.map(JSONValue.string))
        guard leftKeys == rightKeys else { return precedes(leftKeys, rightKeys) }
        return precedes(.array(left.members.map(\.value)), .array(right.members.map(\.value)))
    }

    private static func rank(_ value: JSONValue) -> Int {
        switch value {
        case .null: 0
        case .bool: 1
        case .integer, .double: 2
        case .string: 3
        case .array: 4
        case .object: 5
        }
    }
}

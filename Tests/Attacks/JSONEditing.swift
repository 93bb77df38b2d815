// SPDX-License-Identifier: Apache-2.0

package import IR

/// Changes at a path of keys and indices. `-` is the last item of an array; `~1` in a key is `/`, `~0` is `~`.
///
/// Each returns whether there was such a place; if not, the value is as it was.
extension JSONValue {
    @discardableResult
    package mutating func edit(_ path: String, _ change: (inout JSONValue) -> Bool) -> Bool {
        let steps = path.split(separator: "/").map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
        return edit(steps[...], change)
    }

    @discardableResult
    package mutating func set(_ path: String, _ value: JSONValue) -> Bool {
        edit(path) {
            $0 = value
            return true
        }
    }

    @discardableResult
    package mutating func append(_ path: String, _ item: JSONValue) -> Bool { editItems(path) { $0.append(item) } }

    @discardableResult
    package mutating func removeFirst(_ path: String) -> Bool {
        editItems(path) { if !$0.isEmpty { $0.removeFirst() } }
    }

    @discardableResult
    package mutating func removeLast(_ path: String) -> Bool { editItems(path) { _ = $0.popLast() } }

    @discardableResult
    package mutating func repeatLast(_ path: String) -> Bool { editItems(path) { $0 += $0.suffix(1) } }

    @discardableResult
    package mutating func removeMember(_ path: String, _ key: String) -> Bool {
        edit(path) {
            guard case .object(var object) = $0, object[key] != nil else { return false }
            object[key] = nil
            $0 = .object(object)
            return true
        }
    }

    @discardableResult
    package mutating func flip(_ path: String) -> Bool {
        edit(path) {
            guard let value = $0.bool else { return false }
            $0 = .bool(!value)
            return true
        }
    }

    @discardableResult
    package mutating func editText(_ path: String, _ change: (String) -> String) -> Bool {
        edit(path) {
            guard let text = $0.string else { return false }
            $0 = .string(change(text))
            return true
        }
    }

    @discardableResult
    package mutating func editItems(_ path: String, _ change: (inout [JSONValue]) -> Void) -> Bool {
        edit(path) {
            guard case .array(var items) = $0 else { return false }
            change(&items)
            $0 = .array(items)
            return true
        }
    }

    /// Changes the last item of an array that is such a one.
    @discardableResult
    package mutating func editItem(
        _ path: String, where isWanted: (JSONValue) -> Bool, _ change: (inout JSONValue) -> Bool
    ) -> Bool {
        edit(path) {
            guard case .array(var items) = $0, let index = items.lastIndex(where: isWanted) else { return false }
            guard change(&items[index]) else { return false }
            $0 = .array(items)
            return true
        }
    }

    /// Removes the last item of an array that is such a one.
    @discardableResult
    package mutating func removeItem(_ path: String, where isWanted: (JSONValue) -> Bool) -> Bool {
        edit(path) {
            guard case .array(var items) = $0, let index = items.lastIndex(where: isWanted) else { return false }
            items.remove(at: index)
            $0 = .array(items)
            return true
        }
    }

    /// The value at a path, where there is one.
    package func value(at path: String) -> JSONValue? {
        var copy = self
        var found: JSONValue?
        copy.edit(path) {
            found = $0
            return false
        }
        return found?.isNull == true ? nil : found
    }

    private mutating func edit(_ path: ArraySlice<String>, _ change: (inout JSONValue) -> Bool) -> Bool {
        guard let step = path.first else { return change(&self) }
        switch self {
        case .object(var object):
            var member = object[step] ?? .null
            guard member.edit(path.dropFirst(), change) else { return false }
            object[step] = member
            self = .object(object)
        case .array(var items):
            let index = step == "-" ? items.count - 1 : Int(step) ?? -1
            guard items.indices.contains(index), items[index].edit(path.dropFirst(), change) else { return false }
            self = .array(items)
        default: return false
        }
        return true
    }
}

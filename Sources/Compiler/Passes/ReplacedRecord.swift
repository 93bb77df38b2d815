// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What generate replaced in an object: JSON pointer → old source text, `nil` for what was absent.
///
/// Pointers count as in the original object, before anything was added. Kept in an annotation of the pod template so
/// that `generate --remove` can restore it.
package struct ReplacedRecord: Equatable {
    package private(set) var entries: [String: String?] = [:]

    package init() {}

    /// Reads the record off the annotation's text; `nil` when it is not what generate writes.
    package init?(_ text: String) {
        guard case .object(let object)? = try? JSONParser.parse(text) else { return nil }
        for (key, value) in object.members {
            guard key.hasPrefix("/") else { return nil }
            switch value {
            case .null: entries.updateValue(nil, forKey: key)
            case .string(let text): entries.updateValue(text, forKey: key)
            default: return nil
            }
        }
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// Notes an old text. What was noted first stays: later runs replace what earlier ones wrote.
    package mutating func add(_ pointer: String, _ old: String?) {
        if entries[pointer] == nil { entries.updateValue(old, forKey: pointer) }
    }

    /// Notes an old text that the user wrote after an earlier run, in place of what was noted then.
    package mutating func update(_ pointer: String, _ old: String?) { entries.updateValue(old, forKey: pointer) }

    /// Takes an entry out.
    mutating func remove(_ pointer: String) { entries[pointer] = nil }

    /// Minified JSON, keys sorted.
    package var text: String {
        let members = entries.map { ($0.key, $0.value.map { JSONValue.string($0) } ?? .null) }
        return JSONPrinter.text(.object(JSONObject(members)), .init(sortedKeys: true))
    }
}

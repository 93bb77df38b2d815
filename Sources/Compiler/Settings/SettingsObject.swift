// SPDX-License-Identifier: Apache-2.0

import IR

/// What is wrong with a settings document, gathered while it is read.
final class SettingsProblems {
    /// One problem, and the value or, for an unknown key, the member that it is about.
    struct Problem {
        var message: String
        var pointer: JSONPointer
        var isAboutKey: Bool
    }

    private(set) var all: [Problem] = []

    func add(_ message: String, at pointer: JSONPointer, isAboutKey: Bool = false) {
        all.append(Problem(message: message, pointer: pointer, isAboutKey: isAboutKey))
    }
}

/// One object of a settings document. Every reader returns something usable and notes what was wrong.
struct SettingsObject {
    private let members: JSONObject
    private let pointer: JSONPointer
    private let problems: SettingsProblems
    /// The object itself was missing, so its members are not asked for one by one.
    private let isMissing: Bool

    /// - Parameters:
    ///   - known: Keys that are read.
    ///   - ignored: Keys that other versions of the format have and that mean nothing here.
    init(
        _ value: JSONValue?, at pointer: JSONPointer, known: [String], ignored: [String] = [],
        problems: SettingsProblems
    ) {
        self.pointer = pointer
        self.problems = problems
        guard let object = value?.object else {
            if let value { problems.add("expected an object, found \(value.kindName)", at: pointer) }
            members = JSONObject()
            isMissing = true
            return
        }
        members = object
        isMissing = false
        for key in object.keys where !known.contains(key) && !ignored.contains(key) {
            let near = known.first { $0.lowercased() == key.lowercased() }.map { ", did you mean '\($0)'?" } ?? ""
            problems.add("unknown key '\(key)'\(near)", at: pointer.appending(key), isAboutKey: true)
        }
    }

    /// Whether there is such a member and it is not null.
    func has(_ key: String) -> Bool { members[key].map { !$0.isNull } ?? false }

    private func place(_ key: String) -> JSONPointer { pointer.appending(key) }

    /// A member that must be there.
    func object(_ key: String, known: [String], ignored: [String] = []) -> SettingsObject {
        SettingsObject(required(key), at: place(key), known: known, ignored: ignored, problems: problems)
    }

    /// A member that may be absent or null, which is the same as empty.
    func optionalObject(_ key: String, known: [String], ignored: [String] = []) -> SettingsObject {
        SettingsObject(
            has(key) ? members[key] : .object(JSONObject()), at: place(key), known: known, ignored: ignored,
            problems: problems)
    }

    func string(_ key: String, default fallback: String? = nil) -> String {
        read(key, fallback, "a string", \.string) ?? ""
    }

    func optionalString(_ key: String) -> String? {
        has(key) ? string(key) : nil
    }

    func bool(_ key: String, default fallback: Bool? = nil) -> Bool {
        read(key, fallback, "a boolean", \.bool) ?? false
    }

    func integer<Number: FixedWidthInteger>(_ key: String, as type: Number.Type) -> Number {
        read(key, nil, "an integer from \(Number.min) to \(Number.max)") { $0.integer.flatMap(Number.init(exactly:)) }
            ?? 0
    }

    func integers<Number: FixedWidthInteger>(_ key: String, as type: Number.Type) -> [Number] {
        list(key).enumerated().compactMap { index, value in
            if let number = value.integer.flatMap(Number.init(exactly:)) { return number }
            problems.add("expected an integer, found \(value.kindName)", at: place(key).appending(index))
            return nil
        }
    }

    func strings(_ key: String, default fallback: [String]? = nil) -> [String] {
        if let fallback, members[key] == nil { return fallback }
        return strings(list(key), at: place(key))
    }

    func stringLists(_ key: String, default fallback: [[String]]) -> [[String]] {
        guard members[key] != nil else { return fallback }
        return list(key).enumerated().map { index, value in
            guard let items = value.array else {
                problems.add("expected an array, found \(value.kindName)", at: place(key).appending(index))
                return []
            }
            return strings(items, at: place(key).appending(index))
        }
    }

    /// Members of an object of strings, sorted by key; none when it is absent.
    func stringMap(_ key: String) -> [KeyValue] {
        guard has(key), let value = members[key] else { return [] }
        guard let map = value.object else {
            problems.add("expected an object, found \(value.kindName)", at: place(key))
            return []
        }
        return map.sorted.members.compactMap { name, value in
            guard let text = value.string else {
                problems.add("expected a string, found \(value.kindName)", at: place(key).appending(name))
                return nil
            }
            return KeyValue(name, text)
        }
    }

    /// Items of an array of objects.
    func objects<Item>(
        _ key: String, isRequired: Bool, known: [String], ignored: [String] = [], _ read: (SettingsObject) -> Item
    ) -> [Item] {
        if !isRequired, members[key] == nil { return [] }
        return list(key).enumerated().map { index, value in
            read(
                SettingsObject(
                    value, at: place(key).appending(index), known: known, ignored: ignored, problems: problems))
        }
    }

    func problem(_ message: String, at key: String) { problems.add(message, at: place(key)) }

    private func strings(_ items: [JSONValue], at place: JSONPointer) -> [String] {
        items.enumerated().compactMap { index, value in
            if let text = value.string { return text }
            problems.add("expected a string, found \(value.kindName)", at: place.appending(index))
            return nil
        }
    }

    private func list(_ key: String) -> [JSONValue] { read(key, nil, "an array", \.array) ?? [] }

    private func required(_ key: String) -> JSONValue? {
        if let value = members[key] { return value }
        if !isMissing { problems.add("the key '\(key)' is missing", at: place(key)) }
        return nil
    }

    private func read<Value>(
        _ key: String, _ fallback: Value?, _ expected: String, _ convert: (JSONValue) -> Value?
    ) -> Value? {
        if let fallback, members[key] == nil { return fallback }
        guard let found = required(key) else { return nil }
        if let value = convert(found) { return value }
        problems.add("expected \(expected), found \(found.kindName)", at: place(key))
        return nil
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import IR

/// An object of JSON that has the expected keys and no others; refusals name the path of the field.
struct ExactObject {
    private let object: JSONObject
    private let path: String

    /// A field's value and where it stands.
    struct Member {
        let value: JSONValue
        let path: String

        func object(_ keys: [String]) throws(VolumeRefusal) -> ExactObject { try ExactObject(value, path, keys) }
    }

    init(_ value: JSONValue, _ path: String, _ keys: [String]) throws(VolumeRefusal) {
        guard let object = value.object else { throw VolumeRefusal(path, "\(value.kindName), expected an object") }
        self.object = object
        self.path = path
        for key in object.keys where !keys.contains(where: { $0.hasSameBytes(as: key) }) {
            throw refusal(Self.shown(key), "not known")
        }
        for key in keys where object[key] == nil { throw refusal(key, "missing") }
    }

    func refusal(_ key: String, _ problem: String) -> VolumeRefusal {
        VolumeRefusal(path.isEmpty ? key : "\(path).\(key)", problem)
    }

    private func member(_ key: String) throws(VolumeRefusal) -> Member {
        guard let value = object[key] else { throw refusal(key, "missing") }
        return Member(value: value, path: path.isEmpty ? key : "\(path).\(key)")
    }

    func object(_ key: String, _ keys: [String]) throws(VolumeRefusal) -> ExactObject {
        try member(key).object(keys)
    }

    /// The one member, with the number 0, of an object of numbered members.
    func only(_ key: String) throws(VolumeRefusal) -> Member { try object(key, ["0"]).member("0") }

    func text(_ key: String, _ expected: String) throws(VolumeRefusal) {
        let value = try member(key).value
        guard let text = value.string, text.hasSameBytes(as: expected) else {
            throw refusal(key, "\(Self.shown(value)), expected \"\(expected)\"")
        }
    }

    func texts(_ key: String, _ expected: [String]) throws(VolumeRefusal) {
        let value = try member(key).value
        guard value == .array(expected.map { .string($0) }) else {
            throw refusal(
                key, "\(Self.shown(value)), expected \(JSONPrinter.text(.array(expected.map { .string($0) })))")
        }
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(VolumeRefusal) {
        let value = try member(key).value
        guard let number = value.integer, number >= range.lowerBound, number <= range.upperBound else {
            throw refusal(key, "\(Self.shown(value)), expected \(Self.shown(range))")
        }
    }

    /// A number of bytes, as LUKS2 writes them: decimal digits in a string.
    @discardableResult
    func decimal(_ key: String, in range: ClosedRange<UInt64>) throws(VolumeRefusal) -> UInt64 {
        let value = try member(key).value
        guard let text = value.string, let number = UInt64(text), String(number).hasSameBytes(as: text),
            range.contains(number)
        else { throw refusal(key, "\(Self.shown(value)), expected \(Self.shown(range)) in decimal digits") }
        guard number % LUKS2Metadata.alignment == 0 else {
            throw refusal(key, "\(number), expected a multiple of \(LUKS2Metadata.alignment)")
        }
        return number
    }

    @discardableResult
    func decimal(_ key: String, equals expected: UInt64) throws(VolumeRefusal) -> UInt64 {
        try decimal(key, in: expected...expected)
    }

    func base64(_ key: String, count: Int) throws(VolumeRefusal) {
        let value = try member(key).value
        guard let text = value.string, let bytes = Base64.decode(text.utf8), bytes.count == count else {
            throw refusal(key, "\(Self.shown(value)), expected \(count) bytes in base64")
        }
    }

    private static func shown<Number>(_ range: ClosedRange<Number>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    /// Text that the host has chosen, escaped and cut.
    private static func shown(_ value: JSONValue) -> String {
        let text = JSONPrinter.text(value)
        return text.utf8.count <= 80 ? text : "\(value.kindName) of \(text.utf8.count) bytes"
    }

    private static func shown(_ key: String) -> String {
        key.utf8.count <= 80 && key.utf8.allSatisfy { 0x20 < $0 && $0 < 0x7F } ? key : "(an unusual key)"
    }
}

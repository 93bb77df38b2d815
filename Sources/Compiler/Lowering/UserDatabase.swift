// SPDX-License-Identifier: Apache-2.0

import IR
import Synchronization

/// `/etc/passwd` and `/etc/group` of an image. A line with a wrong number of fields makes its whole file count as
/// empty; blank lines are skipped.
struct UserDatabase: Sendable {
    private let users: ColonFile?
    private let groups: ColonFile?

    init(_ facts: ImageFacts) {
        users = facts.passwd.map { ColonFile($0, fields: 7) }
        groups = facts.group.map { ColonFile($0, fields: 4) }
    }

    /// An answer, or that nobody has looked into the file.
    enum Answer<Value> {
        case found(Value)
        case none
        case unknown
    }

    func uid(ofUser name: String) -> Answer<UInt32> {
        lookUp(users) { line in line[0].elementsEqual(name.utf8) ? line.number(2) : nil }
    }

    func primaryGroup(of uid: UInt32) -> Answer<UInt32> {
        lookUp(users) { line in line.number(2) == uid ? line.number(3) : nil }
    }

    func gid(ofGroup name: String) -> Answer<UInt32> {
        lookUp(groups) { line in line[0].elementsEqual(name.utf8) ? line.number(2) : nil }
    }

    /// The groups whose line lists the user, but for the one that is named like the user: containerd leaves that out
    /// (containerd issue 11937).
    func memberships(of uid: UInt32) -> Answer<[UInt32]> {
        if let groups, groups.lines.isEmpty { return .none }
        switch lookUp(users, { line in line.number(2) == uid ? line[0] : nil }) {
        case .none: return .none
        case .unknown: return .unknown
        case .found(let name):
            guard let groups else { return .unknown }
            return .found(
                groups.lines.compactMap { line in
                    let isMember =
                        !line[3].isEmpty && line[0] != name
                        && line[3].split(separator: UInt8(ascii: ",")).contains(name)
                    return isMember ? line.number(2) : nil
                })
        }
    }

    private func lookUp<Value>(_ file: ColonFile?, _ match: (ColonFile.Line) -> Value?) -> Answer<Value> {
        guard let file else { return .unknown }
        for line in file.lines {
            if let value = match(line) { return .found(value) }
        }
        return .none
    }
}

/// The user databases of a run's images, each made once.
final class UserDatabases: Sendable {
    private struct Entry {
        var passwd: String?
        var group: String?
        var database: UserDatabase
    }

    private let known = Mutex<[String: Entry]>([:])

    func database(of facts: ImageFacts) -> UserDatabase {
        // A digest alone does not tell: what a lock asserts of it may differ from entry to entry.
        if let entry = known.withLock({ $0[facts.digest] }), Self.isSame(entry.passwd, facts.passwd),
            Self.isSame(entry.group, facts.group)
        {
            return entry.database
        }
        let entry = Entry(passwd: facts.passwd, group: facts.group, database: UserDatabase(facts))
        known.withLock { $0[facts.digest] = entry }
        return entry.database
    }

    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.hasSameBytes(as: right)
    }
}

/// A text whose lines have a fixed number of fields with colons between them.
private struct ColonFile: Sendable {
    let lines: [Line]

    /// One line and its first four fields.
    struct Line: Sendable {
        let bytes: [UInt8]
        fileprivate(set) var fields = InlineArray<4, Range<Int>>(repeating: 0..<0)

        /// The text of a field, by its number from 0 to 3.
        subscript(_ index: Int) -> ArraySlice<UInt8> { bytes[fields[index]] }

        /// A field as a decimal number.
        func number(_ index: Int) -> UInt32? {
            let field = self[index]
            guard !field.isEmpty, field.count <= 10 else { return nil }
            var value: UInt64 = 0
            for byte in field {
                guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
                value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
            }
            return UInt32(exactly: value)
        }

        init(bytes: [UInt8]) { self.bytes = bytes }
    }

    init(_ text: String, fields count: Int) {
        let bytes = Array(text.utf8)
        lines = bytes.withUnsafeBufferPointer { source in
            var lines: [Line] = []
            var at = 0
            while at < source.count {
                var line = Line(bytes: bytes)
                var start = at
                var field = 0
                var isBlank = true
                while at < source.count, source[at] != 0x0A {
                    if source[at] > 0x20 { isBlank = false }
                    if source[at] == UInt8(ascii: ":") {
                        if field < 4 { line.fields[field] = start..<at }
                        field += 1
                        start = at + 1
                    }
                    at += 1
                }
                if field < 4 { line.fields[field] = start..<at }
                at += 1
                if isBlank { continue }
                guard field + 1 == count else { return [] }
                lines.append(line)
            }
            return lines
        }
    }
}

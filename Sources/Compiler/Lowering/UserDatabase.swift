// SPDX-License-Identifier: Apache-2.0

import IR

/// `/etc/passwd` and `/etc/group` of an image. A line with a wrong number of fields makes its whole file count as
/// empty; blank lines are skipped.
struct UserDatabase {
    private let users: [(name: [UInt8], uid: UInt32, gid: UInt32)]?
    private let groups: [(name: [UInt8], gid: UInt32, members: ArraySlice<UInt8>)]?

    init(_ facts: ImageFacts) {
        users = facts.passwd.map { text in
            Self.lines(text, fields: 7).compactMap { fields in
                guard let uid = Self.number(fields[2]), let gid = Self.number(fields[3]) else { return nil }
                return (Array(fields[0]), uid, gid)
            }
        }
        groups = facts.group.map { text in
            Self.lines(text, fields: 4).compactMap { fields in
                Self.number(fields[2]).map { (Array(fields[0]), $0, fields[3]) }
            }
        }
    }

    /// An answer, or that nobody has looked into the file.
    enum Answer<Value> {
        case found(Value)
        case none
        case unknown
    }

    func uid(ofUser name: String) -> Answer<UInt32> {
        Self.first(users, where: { $0.name.elementsEqual(name.utf8) }, \.uid)
    }

    func primaryGroup(of uid: UInt32) -> Answer<UInt32> {
        Self.first(users, where: { $0.uid == uid }, \.gid)
    }

    func gid(ofGroup name: String) -> Answer<UInt32> {
        Self.first(groups, where: { $0.name.elementsEqual(name.utf8) }, \.gid)
    }

    /// The groups whose line lists the user, but for the one that is named like the user: containerd leaves that out
    /// (containerd issue 11937).
    func memberships(of uid: UInt32) -> Answer<[UInt32]> {
        if let groups, groups.isEmpty { return .none }
        switch Self.first(users, where: { $0.uid == uid }, \.name) {
        case .none: return .none
        case .unknown: return .unknown
        case .found(let name):
            guard let groups else { return .unknown }
            let others = groups.filter { group in
                group.name != name && group.members.split(separator: UInt8(ascii: ",")).contains(name[...])
            }
            return .found(others.map(\.gid))
        }
    }

    private static func first<Entry, Value>(
        _ entries: [Entry]?, where matches: (Entry) -> Bool, _ value: (Entry) -> Value
    ) -> Answer<Value> {
        guard let entries else { return .unknown }
        return entries.first(where: matches).map { .found(value($0)) } ?? .none
    }

    private static func lines(_ text: String, fields count: Int) -> [[ArraySlice<UInt8>]] {
        var result: [[ArraySlice<UInt8>]] = []
        for line in Array(text.utf8).split(separator: 0x0A) where !line.allSatisfy({ $0 <= 0x20 }) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count == count else { return [] }
            result.append(fields)
        }
        return result
    }

    private static func number(_ field: ArraySlice<UInt8>) -> UInt32? { UInt32(String(decoding: field, as: UTF8.self)) }
}

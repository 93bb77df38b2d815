// SPDX-License-Identifier: Apache-2.0

import Digests
import IR

@testable import Workload

/// A header as `cryptsetup` makes it for a secure volume, field by field.
struct HeaderFixture {
    static let saltText = Base64.text([UInt8](repeating: 7, count: 32))

    /// The metadata with the fields in the order of `cryptsetup`.
    static let metadata: JSONValue = [
        "keyslots": [
            "0": [
                "type": "luks2", "key_size": 96,
                "af": ["type": "luks1", "stripes": 4000, "hash": "sha256"],
                "area": [
                    "type": "raw", "offset": "32768", "size": "385024", "encryption": "aes-xts-plain64", "key_size": 64,
                ],
                "kdf": ["type": "argon2id", "time": 4, "memory": 10240, "cpus": 1, "salt": .string(saltText)],
            ]
        ],
        "tokens": [:],
        "segments": [
            "0": [
                "type": "crypt", "offset": "16777216", "size": "dynamic", "iv_tweak": "0",
                "encryption": "aes-xts-plain64", "sector_size": 4096,
                "integrity": ["type": "hmac(sha256)", "journal_encryption": "none", "journal_integrity": "none"],
            ]
        ],
        "digests": [
            "0": [
                "type": "pbkdf2", "keyslots": ["0"], "segments": ["0"], "hash": "sha256", "iterations": 1000,
                "salt": .string(saltText), "digest": .string(saltText),
            ]
        ],
        "config": ["json_size": "12288", "keyslots_size": "16744448"],
    ]

    var json = JSONPrinter.print(Self.metadata)
    /// What each copy says, by offset in the copy; written before the checksum is computed.
    var patches: [(copy: Int, offset: Int, bytes: [UInt8])] = []
    /// Written after the checksum was computed.
    var damage: [(copy: Int, offset: Int, bytes: [UInt8])] = []
    var secondJSON: [UInt8]?

    /// Both copies.
    var copies: [UInt8] { copy(0, json) + copy(1, secondJSON ?? json) }

    /// All bytes before the data.
    var bytes: [UInt8] { copies + Self.zeros.dropFirst(32 << 10) }

    static let zeros = [UInt8](repeating: 0, count: 16 << 20)
    static let standard = HeaderFixture().bytes

    private func copy(_ index: Int, _ json: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        func put(_ offset: Int, _ content: [UInt8]) {
            bytes.replaceSubrange(offset..<offset + content.count, with: content)
        }
        put(0, Array((index == 0 ? "LUKS" : "SKUL").utf8) + [0xBA, 0xBE, 0, 2])
        put(14, [0x40, 0x00])
        put(23, [3])
        put(72, Array("sha256".utf8))
        put(104, [UInt8](repeating: UInt8(index + 1), count: 64))
        put(168, Array("00000000-0000-4000-8000-000000000001".utf8))
        put(262, index == 0 ? [0, 0] : [0x40, 0x00])
        put(4096, json)
        for patch in patches where patch.copy == index { put(patch.offset, patch.bytes) }
        put(448, SHA256.digest(bytes))
        for patch in damage where patch.copy == index { put(patch.offset, patch.bytes) }
        return bytes
    }
}

extension JSONValue {
    /// The value with another one at a path, or without it.
    func setting(_ path: [String], to value: JSONValue?) -> JSONValue {
        guard let key = path.first else { return value ?? .null }
        guard case .object(var object) = self else { return self }
        object[key] = path.count == 1 ? value : (object[key] ?? .null).setting(Array(path.dropFirst()), to: value)
        return .object(object)
    }

    /// The paths of all objects and of all other values.
    func paths(_ prefix: [String] = []) -> (objects: [[String]], leaves: [[String]]) {
        guard case .object(let object) = self else { return ([], [prefix]) }
        return object.members.reduce(into: ([prefix], [])) { paths, member in
            let below = member.value.paths(prefix + [member.key])
            paths.0 += below.objects
            paths.1 += below.leaves
        }
    }
}

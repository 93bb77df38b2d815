// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The metadata of a volume with confidentiality and integrity, in the only shape that is accepted: one keyslot, one
/// segment over the whole device, one digest, and no field besides those that are checked.
///
/// Headers come from the host, which can write what it likes: a null cipher, a segment in plain text, a keyslot whose
/// passphrase it knows.
package struct LUKS2Metadata: Sendable, Equatable {
    /// AES-256 in XTS mode, whose key is double, and HMAC-SHA-256; in bytes.
    static let cipherKeySize = 64
    static let volumeKeySize = cipherKeySize + 32
    static let cipher = "aes-xts-plain64"
    /// Of the anti-forensic splitter.
    static let stripes = 4000
    /// Memory of the key derivation in KiB. More than what volumes are formatted with would exceed the container's.
    static let memoryLimit = 10240
    static let threadLimit = 4
    /// Bytes of all keyslots' areas; LUKS2 allows no more.
    static let areasLimit: UInt64 = 128 << 20
    static let alignment: UInt64 = 4096

    /// Where the encrypted data starts, in bytes; all before is header.
    package let dataOffset: UInt64

    /// Reads both copies of a header.
    ///
    /// - Parameter header: the bytes before the encrypted data, or at least both copies.
    /// - Throws: `VolumeRefusal` with the first field that is not as it must be.
    package init(header: [UInt8]) throws(VolumeRefusal) {
        guard header.count >= LUKS2Header.areasStart else { throw VolumeRefusal("header", "cut short") }
        let first = try LUKS2Header(header[..<LUKS2Header.size], .primary)
        let second = try LUKS2Header(header[LUKS2Header.size..<LUKS2Header.areasStart], .secondary)
        guard first == second else { throw VolumeRefusal("secondary header", "differs from the primary one") }
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(first.json) } catch {
            throw VolumeRefusal("JSON area", "\(error.message) at byte \(error.offset)")
        }
        try self.init(value)
    }

    init(_ value: JSONValue) throws(VolumeRefusal) {
        let root = try ExactObject(value, "", ["keyslots", "tokens", "segments", "digests", "config"])
        _ = try root.object("tokens", [])
        let areasEnd = try Self.config(root)
        try Self.keyslot(try root.only("keyslots"), areasEnd: areasEnd)
        dataOffset = try Self.segment(try root.only("segments"), areasEnd: areasEnd)
        try Self.digest(try root.only("digests"))
    }

    /// - Returns: where the keyslots' areas end.
    private static func config(_ root: ExactObject) throws(VolumeRefusal) -> UInt64 {
        let config = try root.object("config", ["json_size", "keyslots_size"])
        try config.decimal("json_size", equals: UInt64(LUKS2Header.size - LUKS2Header.binarySize))
        let size = try config.decimal("keyslots_size", in: alignment...areasLimit)
        return UInt64(LUKS2Header.areasStart) + size
    }

    private static func keyslot(_ value: ExactObject.Member, areasEnd: UInt64) throws(VolumeRefusal) {
        let slot = try value.object(["type", "key_size", "af", "area", "kdf"])
        try slot.text("type", "luks2")
        try slot.integer("key_size", in: volumeKeySize...volumeKeySize)

        let splitter = try slot.object("af", ["type", "stripes", "hash"])
        try splitter.text("type", "luks1")
        try splitter.integer("stripes", in: stripes...stripes)
        try splitter.text("hash", "sha256")

        let area = try slot.object("area", ["type", "offset", "size", "encryption", "key_size"])
        try area.text("type", "raw")
        try area.text("encryption", cipher)
        try area.integer("key_size", in: cipherKeySize...cipherKeySize)
        let start = try area.decimal("offset", in: UInt64(LUKS2Header.areasStart)...areasEnd - alignment)
        let needed = UInt64(volumeKeySize * stripes)
        let size = try area.decimal("size", in: needed...areasLimit)
        guard size <= areasEnd - start else { throw area.refusal("size", "reaches beyond the keyslots' areas") }

        let derivation = try slot.object("kdf", ["type", "time", "memory", "cpus", "salt"])
        try derivation.text("type", "argon2id")
        try derivation.integer("time", in: 1...Int(UInt32.max))
        try derivation.integer("memory", in: 8...memoryLimit)
        try derivation.integer("cpus", in: 1...threadLimit)
        try derivation.base64("salt", count: 32)
    }

    private static func segment(_ value: ExactObject.Member, areasEnd: UInt64) throws(VolumeRefusal) -> UInt64 {
        let segment = try value.object([
            "type", "offset", "size", "iv_tweak", "encryption", "sector_size", "integrity",
        ])
        try segment.text("type", "crypt")
        try segment.text("size", "dynamic")
        try segment.text("iv_tweak", "0")
        try segment.text("encryption", cipher)
        try segment.integer("sector_size", in: 4096...4096)
        let integrity = try segment.object("integrity", ["type", "journal_encryption", "journal_integrity"])
        try integrity.text("type", "hmac(sha256)")
        try integrity.text("journal_encryption", "none")
        try integrity.text("journal_integrity", "none")
        return try segment.decimal("offset", equals: areasEnd)
    }

    private static func digest(_ value: ExactObject.Member) throws(VolumeRefusal) {
        let digest = try value.object(["type", "keyslots", "segments", "hash", "iterations", "salt", "digest"])
        try digest.text("type", "pbkdf2")
        try digest.texts("keyslots", ["0"])
        try digest.texts("segments", ["0"])
        try digest.text("hash", "sha256")
        try digest.integer("iterations", in: 1000...Int(UInt32.max))
        try digest.base64("salt", count: 32)
        try digest.base64("digest", count: 32)
    }
}

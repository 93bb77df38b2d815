// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@testable import Workload

@Suite struct LUKS2MetadataTests {
    private func refusal(_ fixture: HeaderFixture) -> VolumeRefusal? {
        do throws(VolumeRefusal) {
            _ = try LUKS2Metadata(header: fixture.copies)
            return nil
        } catch { return error }
    }

    private func refusal(_ value: JSONValue) -> VolumeRefusal? {
        do throws(VolumeRefusal) {
            _ = try LUKS2Metadata(value)
            return nil
        } catch { return error }
    }

    private static let texts: [(String, String)] = [
        ("keyslots.0.type", "reencrypt"), ("keyslots.0.af.hash", "sha1"), ("keyslots.0.af.type", "none"),
        ("keyslots.0.area.type", "journal"), ("keyslots.0.area.encryption", "cipher_null-ecb"),
        ("keyslots.0.area.offset", "16384"), ("keyslots.0.area.offset", "32769"), ("keyslots.0.area.offset", "032768"),
        ("keyslots.0.area.offset", "16777216"), ("keyslots.0.area.offset", "18446744073709547520"),
        ("keyslots.0.area.offset", "18446744073709551616"), ("keyslots.0.area.size", "258048"),
        ("keyslots.0.area.size", "16748544"), ("keyslots.0.area.size", "+385024"),
        ("keyslots.0.kdf.type", "pbkdf2"), ("keyslots.0.kdf.type", "argon2i"), ("keyslots.0.kdf.salt", "AAAA"),
        ("keyslots.0.kdf.salt", "not base64"), ("segments.0.type", "linear"), ("segments.0.size", "4096"),
        ("segments.0.offset", "0"), ("segments.0.offset", "16781312"), ("segments.0.iv_tweak", "8"),
        ("segments.0.encryption", "cipher_null-ecb"), ("segments.0.encryption", "aes-xts-plain"),
        ("segments.0.encryption", "AES-xts-plain64"), ("segments.0.integrity.type", "none"),
        ("segments.0.integrity.type", "crc32c"), ("segments.0.integrity.journal_encryption", "ctr(aes)"),
        ("segments.0.integrity.journal_integrity", "hmac(sha256)"), ("digests.0.type", "none"),
        ("digests.0.hash", "sha1"), ("digests.0.digest", ""), ("config.json_size", "16384"),
        ("config.keyslots_size", "0"), ("config.keyslots_size", "134221824"), ("config.keyslots_size", "16744449"),
    ]

    private static let numbers: [(String, Int)] = [
        ("keyslots.0.key_size", 64), ("keyslots.0.area.key_size", 32), ("keyslots.0.af.stripes", 1),
        ("keyslots.0.kdf.time", 0), ("keyslots.0.kdf.memory", 10241), ("keyslots.0.kdf.memory", 0),
        ("keyslots.0.kdf.cpus", 0), ("keyslots.0.kdf.cpus", 5), ("segments.0.sector_size", 512),
        ("digests.0.iterations", 999),
    ]

    private static let extensions: [(String, JSONValue)] = [
        ("segments.0.flags", ["backup-final"]),
        ("config.flags", ["allow-discards"]), ("config.requirements", ["mandatory": ["online-reencrypt"]]),
        ("keyslots.0.priority", 2), ("tokens.0", ["type": "luks2-keyring"]),
        ("keyslots.1", HeaderFixture.metadata["keyslots"]?["0"] ?? .null),
        ("segments.1", HeaderFixture.metadata["segments"]?["0"] ?? .null),
        ("digests.1", HeaderFixture.metadata["digests"]?["0"] ?? .null),
    ]

    private static let lists: [JSONValue] = [[], ["1"], ["0", "0"], ["0", "1"]]

    private static let fields: [(offset: Int, bytes: [UInt8], field: String)] = [
        (0, Array("LUKX".utf8), "magic"), (7, [1], "version"), (6, [1], "version"), (13, [1], "size"),
        (8, [1], "size"), (24, Array("name".utf8), "label"), (77, Array("1".utf8), "checksum algorithm"),
        (78, Array("x".utf8), "checksum algorithm"), (208, [1], "subsystem"), (263, [1], "offset"),
        (256, [1], "offset"), (264, [1], "padding"), (447, [1], "padding"), (512, [1], "padding"),
        (4095, [1], "padding"), (16383, [1], "JSON area"),
    ]

    @Test func theExpectedHeaderIsAccepted() throws {
        #expect(try LUKS2Metadata(header: HeaderFixture.standard).dataOffset == 16 << 20)
        #expect(refusal(HeaderFixture()) == nil)
    }

    @Test func everyFieldIsNeeded() {
        let paths = HeaderFixture.metadata.paths()
        #expect(paths.leaves.count == 33 && paths.objects.count == 13)
        for path in paths.leaves + paths.objects.dropFirst() {
            let refused = refusal(HeaderFixture.metadata.setting(path, to: nil))
            #expect(refused == VolumeRefusal(path.joined(separator: "."), "missing"))
        }
    }

    @Test func everyFieldHasItsType() {
        let paths = HeaderFixture.metadata.paths()
        for path in paths.leaves + paths.objects.dropFirst() {
            for wrong in [.null, .bool(true), .string(""), .integer(-1), .array([]), .double(0.5)] as [JSONValue] {
                let refused = refusal(HeaderFixture.metadata.setting(path, to: wrong))
                #expect(refused?.field == path.joined(separator: "."), "\(path) \(wrong)")
            }
        }
    }

    @Test func noFieldIsAdded() {
        for path in HeaderFixture.metadata.paths().objects {
            let refused = refusal(HeaderFixture.metadata.setting(path + ["1"], to: .object(JSONObject())))
            #expect(refused == VolumeRefusal((path + ["1"]).joined(separator: "."), "not known"))
        }
    }

    @Test(arguments: texts)
    func textsAreExact(path: String, text: String) {
        let parts = path.split(separator: ".").map(String.init)
        #expect(refusal(HeaderFixture.metadata.setting(parts, to: .string(text)))?.field == path)
    }

    @Test(arguments: numbers)
    func numbersAreBounded(path: String, number: Int) {
        let parts = path.split(separator: ".").map(String.init)
        #expect(refusal(HeaderFixture.metadata.setting(parts, to: .integer(Int128(number))))?.field == path)
    }

    @Test(arguments: extensions)
    func knownExtensionsAreRefused(path: String, value: JSONValue) {
        let parts = path.split(separator: ".").map(String.init)
        #expect(refusal(HeaderFixture.metadata.setting(parts, to: value)) == VolumeRefusal(path, "not known"))
    }

    @Test(arguments: ["keyslots", "segments"], lists)
    func digestsBelongToTheOnlySlotAndSegment(list: String, value: JSONValue) {
        #expect(
            refusal(HeaderFixture.metadata.setting(["digests", "0", list], to: value))?.field == "digests.0.\(list)")
    }

    @Test func theOnlyMembersHaveTheNumberZero() {
        for list in ["keyslots", "segments", "digests"] {
            let renamed = HeaderFixture.metadata.setting([list], to: ["1": HeaderFixture.metadata[list]?["0"] ?? .null])
            #expect(refusal(renamed) == VolumeRefusal("\(list).1", "not known"))
        }
    }

    @Test(arguments: [0, 1])
    func eachFieldOfBothCopiesIsChecked(copy: Int) {
        let name = copy == 0 ? "primary" : "secondary"
        for (offset, bytes, field) in Self.fields {
            var fixture = HeaderFixture()
            fixture.patches = [(copy, offset, bytes)]
            #expect(refusal(fixture)?.field == "\(name) header: \(field)", "offset \(offset)")
        }
        for offset in [20, 104, 167, 168, 5000, 448, 479] {
            var fixture = HeaderFixture()
            fixture.damage = [(copy, offset, [0xA5])]
            #expect(refusal(fixture) == VolumeRefusal("\(name) header: checksum", "wrong"), "offset \(offset)")
        }
        var fixture = HeaderFixture()
        fixture.damage = [(copy, 480, [1])]
        #expect(refusal(fixture)?.field == "\(name) header: padding")
    }

    @Test func copiesSayTheSame() {
        let expected = VolumeRefusal("secondary header", "differs from the primary one")
        for (offset, byte) in [(23, 4), (168, 0x31)] as [(Int, UInt8)] {
            var fixture = HeaderFixture()
            fixture.patches = [(1, offset, [byte])]
            #expect(refusal(fixture) == expected)
        }
        var fixture = HeaderFixture()
        fixture.secondJSON = JSONPrinter.print(
            HeaderFixture.metadata.setting(["segments", "0", "encryption"], to: "cipher_null-ecb"))
        #expect(refusal(fixture) == expected)
    }

    @Test(arguments: [
        "", "{", "{} {}", "[]", #"{"tokens":{},"tokens":{}}"#, "/**/{}", "{\"tokens\":{}}\n\u{1}",
    ])
    func textThatTwoParsersMightReadDifferentlyIsRefused(text: String) {
        var fixture = HeaderFixture()
        fixture.json = Array(text.utf8)
        #expect(refusal(fixture) != nil)
        fixture.json = HeaderFixture().json + [0] + Array(text.utf8) + [UInt8(ascii: "x")]
        #expect(refusal(fixture)?.field == "primary header: JSON area")
    }

    @Test func aKeyThatStandsTwiceIsRefused() {
        var fixture = HeaderFixture()
        let text = String(decoding: fixture.json, as: UTF8.self)
        fixture.json = Array(
            text.replacing(#""iv_tweak":"0""#, with: #""iv_tweak":"0","iv_tweak":"0""#).utf8)
        #expect(refusal(fixture)?.field == "JSON area")
    }

    @Test func whatTheHostWroteIsShownEscapedAndShort() {
        let long = String(repeating: "x", count: 10_000)
        let value = HeaderFixture.metadata.setting(["segments", "0", "type"], to: .string(long))
        #expect(refusal(value)?.problem == "a string of 10002 bytes, expected \"crypt\"")
        let control = HeaderFixture.metadata.setting(["segments", "0", "type"], to: "a\n\u{1B}[2J")
        #expect(refusal(control)?.problem.utf8.allSatisfy { $0 >= 0x20 } == true)
        let key = HeaderFixture.metadata.setting(["a\nb"], to: 1)
        #expect(refusal(key) == VolumeRefusal("(an unusual key)", "not known"))
    }

    @Test func everyLengthIsRefusedButTheWhole() {
        let bytes = HeaderFixture().copies
        for count in stride(from: 0, to: bytes.count, by: 509) {
            #expect(throws: VolumeRefusal("header", "cut short")) {
                try LUKS2Metadata(header: Array(bytes.prefix(count)))
            }
        }
    }
}

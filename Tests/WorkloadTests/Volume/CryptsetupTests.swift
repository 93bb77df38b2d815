// SPDX-License-Identifier: Apache-2.0

import IR
import TestSupport
import Testing

@testable import Workload

private let hasCryptsetup = ["/usr/sbin", "/sbin", "/usr/bin"].contains { Files.exists("\($0)/cryptsetup") }

/// What the real programs make of our headers and we of theirs, on plain files.
@Suite(.enabled(if: hasCryptsetup, "there is no cryptsetup"))
struct CryptsetupTests {
    @Test func headersOfTheFixtureAreWhatCryptsetupReads() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let path = directory.path + "/header"
        try Files.write(HeaderFixture.standard, to: path)
        let result = try ProgramLauncher.run(
            Program("cryptsetup", ["luksDump", "--dump-json-metadata", path]))
        #expect(result.status == 0, "\(String(decoding: result.errors, as: UTF8.self))")
        #expect(try JSONParser.parse(result.output) == HeaderFixture.metadata)
    }

    @Test func volumesWithoutIntegrityAreRefused() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let (device, header, key) = ("\(directory.path)/device", "\(directory.path)/header", "\(directory.path)/key")
        try Files.write(HeaderFixture.zeros + HeaderFixture.zeros, to: device)
        try Files.write(Array("passphrase".utf8), to: key)

        // As volumes are formatted, but for integrity, which needs device-mapper.
        var program = Cryptsetup.format(device, header: header, passphraseFile: key)
        program.arguments.removeAll { $0 == "--integrity" || $0 == "hmac-sha256" || $0 == "--integrity-no-wipe" }
        let formatted = try ProgramLauncher.run(program)
        #expect(formatted.status == 0, "\(String(decoding: formatted.errors, as: UTF8.self))")
        let bytes = try Files.read(header)
        #expect(bytes.count == Cryptsetup.headerSize)
        #expect(throws: VolumeRefusal("keyslots.0.key_size", "64, expected 96")) {
            try LUKS2Metadata(header: bytes)
        }

        // A header that stands on the device is what a backup holds.
        try Files.write(bytes + HeaderFixture.zeros, to: device)
        let backedUp = try ProgramLauncher.run(Cryptsetup.backUp(device, to: "\(directory.path)/backup"))
        #expect(backedUp.status == 0)
        #expect(try Files.read("\(directory.path)/backup") == bytes)
    }

    @Test func aDeviceWithoutHeaderHasNoBackup() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        try Files.write([1] + HeaderFixture.zeros + HeaderFixture.zeros, to: directory.path + "/device")
        let result = try ProgramLauncher.run(
            Cryptsetup.backUp(directory.path + "/device", to: directory.path + "/backup"))
        #expect(result.status == 1)
        #expect(String(decoding: result.errors, as: UTF8.self).contains("not a valid LUKS device"))
    }
}

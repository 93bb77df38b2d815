// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@testable import Workload

@Suite struct SecureVolumeTests {
    private let volume = SecureVolume(passphraseFile: "/contrast/secrets/workload-secret-seed")
    private static let formatted = [UInt8](repeating: 0, count: Ext4.magicOffset) + Ext4.magic

    private func error(_ host: FakeVolumeHost) -> VolumeError? {
        do throws(VolumeError) {
            _ = try volume.setUp(on: host)
            return nil
        } catch { return error }
    }

    @Test func aBlankDiskGetsItsHeaderLast() throws {
        let host = FakeVolumeHost()
        #expect(try volume.setUp(on: host) == .created)
        #expect(
            host.changes == [
                "run status", "mkdir /run/cryptsetup", "mkdir /dev/shm/contrast-cryptsetup",
                "remove /dev/shm/contrast-cryptsetup/luks-header-*", "run luksFormat",
                "run open",
                "run mkfs.ext4", "zero 4096 at 0 /dev/mapper/*", "zero 4096 at 134217728 /dev/mapper/*",
                "run mkfs.ext4",
                "write 16744448 at 32768 /dev/csi0", "write 32768 at 0 /dev/csi0",
                "remove /dev/shm/contrast-cryptsetup/luks-header-*", "mount at /state /dev/mapper/*",
            ])
        #expect(host.hasHeader)
        #expect(host.files.isEmpty)
    }

    @Test func aVolumeIsOpenedByACheckedCopy() throws {
        let host = FakeVolumeHost(disk: HeaderFixture.standard, plain: Self.formatted)
        #expect(try volume.setUp(on: host) == .opened)
        #expect(
            host.changes == [
                "run status", "mkdir /run/cryptsetup", "mkdir /dev/shm/contrast-cryptsetup",
                "remove /dev/shm/contrast-cryptsetup/luks-header-*", "run luksHeaderBackup",
                "run open", "remove /dev/shm/contrast-cryptsetup/luks-header-*", "mount at /state /dev/mapper/*",
            ])
        #expect(host.files.isEmpty)
    }

    @Test func whatIsReadBetweenCheckAndUseDoesNotCount() throws {
        // The disk changes after it was backed up; only the copy is used.
        let host = FakeVolumeHost(disk: [1], plain: Self.formatted)
        #expect(try volume.setUp(on: host) == .opened)
        #expect(!host.calls.drop { $0 != "run luksHeaderBackup" }.contains("read /dev/csi0"))
    }

    @Test func aHeaderOfSomeoneElseIsNotOpened() {
        var fixture = HeaderFixture()
        fixture.json = JSONPrinter.print(
            HeaderFixture.metadata.setting(["segments", "0", "encryption"], to: "cipher_null-ecb"))
        for disk in [[], fixture.copies] {
            let host = FakeVolumeHost(disk: disk, header: fixture.bytes, plain: Self.formatted)
            #expect(
                error(host)
                    == .refused(
                        VolumeRefusal("segments.0.encryption", #""cipher_null-ecb", expected "aes-xts-plain64""#)))
            #expect(!host.isActive && host.files.isEmpty && host.disk == disk)
        }
    }

    @Test func headersAreAsLongAsTheirDataIsFar() {
        let host = FakeVolumeHost(
            disk: [1], header: Array(HeaderFixture.standard.dropLast(4096)), plain: Self.formatted)
        #expect(error(host) == .refused(VolumeRefusal("header", "cut short")))
        var fixture = HeaderFixture()
        fixture.json = JSONPrinter.print(
            HeaderFixture.metadata.setting(["segments", "0", "offset"], to: "8388608")
                .setting(["config", "keyslots_size"], to: "8355840"))
        host.header = fixture.bytes
        #expect(error(host) == .refused(VolumeRefusal("segments.0.offset", "8388608, expected 16777216")))
    }

    @Test func foreignContentIsLeftAsItIs() {
        for offset in [0, 1080, 16 << 10, (32 << 10) - 1] {
            let disk = [UInt8](repeating: 0, count: offset) + [1]
            let host = FakeVolumeHost(disk: disk)
            host.results["luksHeaderBackup"] = ProgramResult(status: 1)
            #expect(error(host) == .foreignContent(device: "/dev/csi0"))
            #expect(host.disk == disk && !host.calls.contains("run luksFormat"))
        }
    }

    @Test func aHeaderThatCannotBeCopiedIsNotForeign() {
        let host = FakeVolumeHost(disk: HeaderFixture.standard)
        host.results["luksHeaderBackup"] = ProgramResult(status: 1, errors: Array("first\nsecond\n".utf8))
        #expect(error(host) == .program("cryptsetup luksHeaderBackup", status: 1, message: "first; second"))
    }

    @Test func aVolumeWithoutItsFileSystemIsNotFormattedAgain() {
        for plain in [nil, [], [UInt8](repeating: 0, count: 4096)] {
            let host = FakeVolumeHost(disk: HeaderFixture.standard, plain: plain)
            #expect(error(host) == .noFileSystem(device: "/dev/csi0"))
            #expect(!host.isActive && host.files.isEmpty && !host.calls.contains("run mkfs.ext4"))
        }
    }

    @Test func aSecondStartFindsItsMount() throws {
        let host = FakeVolumeHost()
        _ = try volume.setUp(on: host)
        let before = host.calls.count
        #expect(try volume.setUp(on: host) == .alreadyMounted)
        #expect(host.calls.dropFirst(before) == ["run status", "mounts"])
    }

    @Test func aMappingWithoutMountIsOpenedAnew() throws {
        let host = FakeVolumeHost(disk: HeaderFixture.standard, plain: Self.formatted)
        host.isActive = true
        #expect(try volume.setUp(on: host) == .opened)
        #expect(host.changes.prefix(2) == ["run status", "run close"])
    }

    @Test func headersAreKeptInMemoryAlone() {
        for table in [
            "1 0 0:1 / / rw - ext4 /dev/vda rw\n", "1 0 0:1 / /dev rw - tmpfs d rw\n2 1 0:2 / /dev/shm rw - 9p s rw\n",
            "",
        ] {
            let host = FakeVolumeHost()
            host.mountTable = table
            #expect(error(host) == .notInMemory(directory: "/dev/shm/contrast-cryptsetup"))
            #expect(!host.calls.contains("run luksFormat"))
        }
    }

    @Test(arguments: ["status", "luksFormat", "open", "mkfs.ext4"])
    func aProgramThatFailsEndsTheAttempt(name: String) {
        let host = FakeVolumeHost()
        host.results[name] = ProgramResult(status: 1, errors: Array("no".utf8))
        guard case .program(_, status: 1, message: "no") = error(host) else {
            Issue.record("\(name) did not fail")
            return
        }
        #expect(host.disk.isEmpty && host.files.isEmpty && !host.isActive)
    }

    /// Whatever call fails, the next start makes the volume, or finds it complete.
    @Test func anInterruptedStartIsRepeated() throws {
        let whole = FakeVolumeHost()
        _ = try volume.setUp(on: whole)
        for call in whole.calls.indices {
            let host = FakeVolumeHost()
            host.failure = (call, 5)
            guard case .system(let failure) = error(host) else {
                Issue.record("call \(call) did not fail")
                continue
            }
            #expect(failure.code == 5)
            host.failure = nil
            let outcome = try volume.setUp(on: host)
            // The header is on the disk once its second part is.
            let isComplete = call > whole.calls.firstIndex { $0.hasPrefix("write 32768 at 0") }!
            #expect(outcome == (isComplete ? .opened : .created), "\(whole.calls[call])")
            #expect(host.hasHeader && host.files.isEmpty)
        }
    }

    @Test func theSecretIsInNoArgument() {
        let programs = [
            Cryptsetup.format("/dev/a", header: "/h", passphraseFile: "/key"),
            Cryptsetup.open("/dev/a", header: "/h", passphraseFile: "/key", as: "n"),
        ]
        for program in programs {
            let place = program.arguments.firstIndex(of: "--key-file")
            #expect(place.map { program.arguments[$0 + 1] } == "/key")
        }
    }

    @Test func parametersOfTheFormat() {
        let line = Cryptsetup.format("/dev/csi0", header: "/h", passphraseFile: "/key").arguments.joined(separator: " ")
        #expect(
            line == """
                luksFormat --batch-mode --type luks2 --cipher aes-xts-plain64 --key-size 512 --hash sha256 \
                --integrity hmac-sha256 --integrity-no-wipe --sector-size 4096 --pbkdf argon2id --pbkdf-memory 10240 \
                --pbkdf-force-iterations 4 --header /h --offset 32768 --key-file /key /dev/csi0
                """)
    }

    @Test func nameOfTheMapping() {
        // printf /dev/csi0/state | sha256sum
        #expect(volume.name == "7bfcd783e98dd63a")
    }
}

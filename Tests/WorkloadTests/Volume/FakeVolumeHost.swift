// SPDX-License-Identifier: Apache-2.0

import Digests

@testable import Workload

/// A machine with one disk, whose programs do what the real ones do as far as the disk shows it.
final class FakeVolumeHost: VolumeHost {
    static let device = "/dev/csi0"
    static let mapping = "/dev/mapper/"

    /// The first bytes of the disk; all after them is zero.
    var disk: [UInt8]
    /// What a program that makes or copies a header leaves in the file.
    var header: [UInt8]
    /// The start of the decrypted device; `nil` where the integrity tags are wrong.
    var plain: [UInt8]?
    var files: [String: [UInt8]] = [:]
    var mountTable = "1 0 0:1 / /dev/shm rw - tmpfs shm rw\n"
    var isActive = false
    /// Results in place of success, by the first argument or the program's name.
    var results: [String: ProgramResult] = [:]
    /// Which call fails with which error number, counted from zero.
    var failure: (call: Int, code: Int32)?
    private(set) var calls: [String] = []

    init(disk: [UInt8] = [], header: [UInt8] = HeaderFixture.standard, plain: [UInt8]? = nil) {
        self.disk = disk
        self.header = header
        self.plain = plain
    }

    /// The steps without those that change nothing.
    var changes: [String] { calls.filter { !$0.hasPrefix("read ") && !$0.hasPrefix("mounts") } }

    /// Whether the header stands on the disk; by digests, as comparing such arrays takes seconds in a debug build.
    var hasHeader: Bool { SHA256.digest(disk) == SHA256.digest(header) }

    private func note(_ call: String, _ path: String = "") throws(SystemError) {
        let shown = path.replacing(/luks-header-[0-9a-f]{8}/, with: "luks-header-*")
            .replacing(/mapper\/[0-9a-f]{16}/, with: "mapper/*")
        calls.append(shown.isEmpty ? call : "\(call) \(shown)")
        if let failure, failure.call == calls.count - 1 { throw SystemError("use", path, code: failure.code) }
    }

    func run(_ program: Program) throws(SystemError) -> ProgramResult {
        let name = program.name == "cryptsetup" ? program.arguments[0] : program.name
        try note("run \(name)")
        if let result = results[name] { return result }
        switch name {
        case "status": return ProgramResult(status: isActive ? 0 : 4)
        case "luksFormat":
            files[program.arguments[program.arguments.firstIndex(of: "--header")! + 1]] = header
        case "luksHeaderBackup":
            guard files[program.arguments[3]] == nil else { return ProgramResult(status: 5) }
            files[program.arguments[3]] = header
        case "open": isActive = true
        case "close": isActive = false
        case "mkfs.ext4" where program.arguments[0] == "-n":
            let text =
                "Creating filesystem with 76800 4k blocks and 1 inodes\nSuperblock backups stored on blocks: \n\t32768\n"
            return ProgramResult(status: 0, output: Array(text.utf8))
        case "mkfs.ext4":
            plain = [UInt8](repeating: 0, count: Ext4.magicOffset) + Ext4.magic
        default: break
        }
        return ProgramResult(status: 0)
    }

    func read(_ path: String, at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try note("read", path)
        if path.hasPrefix(Self.mapping) {
            guard let plain else { throw SystemError("read", path, code: 5) }
            return Array(plain.dropFirst(offset).prefix(count))
        }
        if path == Self.device {
            let bytes = Array(disk.dropFirst(offset).prefix(count))
            return bytes + [UInt8](repeating: 0, count: count - bytes.count)
        }
        guard let file = files[path] else { throw SystemError("open", path, code: 2) }
        return Array(file.dropFirst(offset).prefix(count))
    }

    func write(_ bytes: ArraySlice<UInt8>, to path: String, at offset: Int) throws(SystemError) {
        try note("write \(bytes.count) at \(offset)", path)
        if disk.count < offset + bytes.count {
            disk += HeaderFixture.zeros.prefix(offset + bytes.count - disk.count)
        }
        disk.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    func zero(_ path: String, at offset: Int, count: Int) throws(SystemError) {
        try note("zero \(count) at \(offset)", path)
    }

    func makePrivateDirectory(_ path: String) throws(SystemError) { try note("mkdir", path) }

    func remove(_ path: String) throws(SystemError) {
        try note("remove", path)
        files[path] = nil
    }

    func mounts() throws(SystemError) -> [UInt8] {
        try note("mounts")
        return Array(mountTable.utf8)
    }

    func mount(_ device: String, at directory: String) throws(SystemError) {
        try note("mount at \(directory)", device)
        mountTable += "2 1 0:2 / \(directory) rw - ext4 \(device) rw\n"
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// A block device that belongs to the host, used through authenticated encryption with the workload's secret.
///
/// A new volume gets its header last, when its file system is complete: a device with a header is one that was finished,
/// and whatever is wrong with it then is not the trace of an interrupted start. The header that `cryptsetup` reads is
/// never the one on the device, which the host can change between a check and its use, but a checked copy in memory.
package struct SecureVolume: Sendable {
    /// The device and the mount point of `contrast.edgeless.systems/secure-pv`, in the initializer's container.
    package static let defaultDevice = "/dev/csi0"
    package static let defaultMountPoint = "/state"

    package enum Outcome: String, Sendable {
        case created, opened, alreadyMounted
    }

    private let device: String
    private let mountPoint: String
    private let passphraseFile: String
    private let headerDirectory: String
    private let locksDirectory: String

    /// - Parameters:
    ///   - passphraseFile: `WorkloadFiles.workloadSecret`; the hexadecimal text is the passphrase.
    ///   - headerDirectory: is made; must lie in a tmpfs.
    ///   - locksDirectory: of `cryptsetup`; is made.
    package init(
        device: String = defaultDevice, mountPoint: String = defaultMountPoint, passphraseFile: String,
        headerDirectory: String = "/dev/shm/contrast-cryptsetup", locksDirectory: String = "/run/cryptsetup"
    ) {
        self.device = device
        self.mountPoint = mountPoint
        self.passphraseFile = passphraseFile
        self.headerDirectory = headerDirectory
        self.locksDirectory = locksDirectory
    }

    /// Of the mapping; the same for the same device and mount point.
    package var name: String { Hex.text(SHA256.digest(Array((device + mountPoint).utf8)).prefix(8)) }

    private var mapping: String { "/dev/mapper/\(name)" }

    /// Makes the volume where the device is blank, else opens it, and mounts it. The process must stay alive after it:
    /// the mount goes with the container.
    package func setUp(on host: some VolumeHost) throws(VolumeError) -> Outcome {
        if try isActive(host) {
            // Only this program makes mappings in the guest: it has run before in this VM.
            if try mounted(host) { return .alreadyMounted }
            try run(Cryptsetup.close(name), host)
        }
        try makeDirectories(host)
        let header = "\(headerDirectory)/luks-header-\(name.prefix(8))"
        // Of a run that was killed; `cryptsetup` writes to no file that is there.
        try system { () throws(SystemError) in try host.remove(header) }
        let outcome: Outcome
        do throws(VolumeError) {
            outcome = try isBlank(host) ? try create(header, host) : try open(header, host)
        } catch {
            try? host.remove(header)
            throw error
        }
        try system { () throws(SystemError) in
            try host.remove(header)
            try host.mount(mapping, at: mountPoint)
        }
        return outcome
    }

    // MARK: - Creating

    private func create(_ header: String, _ host: some VolumeHost) throws(VolumeError) -> Outcome {
        try run(Cryptsetup.format(device, header: header, passphraseFile: passphraseFile), host)
        let bytes = try system { () throws(SystemError) in
            try host.read(header, at: 0, count: Cryptsetup.headerSize)
        }
        try check(bytes)
        try map(header, host)
        do throws(VolumeError) {
            try makeFileSystem(host)
            try system { () throws(SystemError) in
                try host.write(bytes[LUKS2Header.areasStart...], to: device, at: LUKS2Header.areasStart)
                try host.write(bytes[..<LUKS2Header.areasStart], to: device, at: 0)
            }
        } catch {
            _ = try? host.run(Cryptsetup.close(name))
            throw error
        }
        return .created
    }

    /// No block of a new volume can be read, as no block has a valid integrity tag: `mkfs.ext4` can read the superblocks
    /// once zeros were written to them.
    private func makeFileSystem(_ host: some VolumeHost) throws(VolumeError) {
        let layout = try run(Ext4.dryRun(mapping), host)
        guard let blocks = Ext4.backupBlocks(layout.output) else { throw .unknownLayout }
        try system { () throws(SystemError) in
            for block in [0] + blocks {
                try host.zero(mapping, at: block * Ext4.blockSize, count: Ext4.blockSize)
            }
        }
        try run(Ext4.make(mapping), host)
    }

    // MARK: - Opening

    private func open(_ header: String, _ host: some VolumeHost) throws(VolumeError) -> Outcome {
        do throws(VolumeError) {
            try run(Cryptsetup.backUp(device, to: header), host)
        } catch {
            guard case .program = error, !(try isLUKS(host)) else { throw error }
            throw .foreignContent(device: device)
        }
        try check(
            try system { () throws(SystemError) in
                try host.read(header, at: 0, count: Cryptsetup.headerSize)
            })
        try map(header, host)
        do throws(VolumeError) {
            guard try hasFileSystem(host) else { throw .noFileSystem(device: device) }
        } catch {
            _ = try? host.run(Cryptsetup.close(name))
            throw error
        }
        return .opened
    }

    private func isLUKS(_ host: some VolumeHost) throws(VolumeError) -> Bool {
        for copy in LUKS2Header.Copy.allCases {
            let start = try system { () throws(SystemError) in
                try host.read(device, at: copy.offset, count: copy.magic.count)
            }
            if start == copy.magic { return true }
        }
        return false
    }

    private func hasFileSystem(_ host: some VolumeHost) throws(VolumeError) -> Bool {
        do throws(SystemError) {
            return try host.read(mapping, at: Ext4.magicOffset, count: Ext4.magic.count) == Ext4.magic
        } catch {
            // The integrity tag is wrong.
            if error.isInputOutput { return false }
            throw .system(error)
        }
    }

    // MARK: - Steps of both

    private func isActive(_ host: some VolumeHost) throws(VolumeError) -> Bool {
        let result = try system { () throws(SystemError) in try host.run(Cryptsetup.status(name)) }
        switch result.status {
        case 0: return true
        case Cryptsetup.inactive: return false
        default: throw failure("cryptsetup status", result)
        }
    }

    private func mounted(_ host: some VolumeHost) throws(VolumeError) -> Bool {
        let table = MountTable(try system { () throws(SystemError) in try host.mounts() })
        return table.mount(at: mountPoint)?.source == mapping
    }

    private func makeDirectories(_ host: some VolumeHost) throws(VolumeError) {
        try system { () throws(SystemError) in
            try host.makePrivateDirectory(locksDirectory)
            try host.makePrivateDirectory(headerDirectory)
        }
        let table = MountTable(try system { () throws(SystemError) in try host.mounts() })
        guard table.mount(holding: headerDirectory)?.fileSystem == "tmpfs" else {
            throw .notInMemory(directory: headerDirectory)
        }
    }

    /// Whether there is nothing where a header would be.
    private func isBlank(_ host: some VolumeHost) throws(VolumeError) -> Bool {
        let start = try system { () throws(SystemError) in
            try host.read(device, at: 0, count: LUKS2Header.areasStart)
        }
        return start.allSatisfy { $0 == 0 }
    }

    private func check(_ header: [UInt8]) throws(VolumeError) {
        do throws(VolumeRefusal) {
            guard header.count == Cryptsetup.headerSize else { throw VolumeRefusal("header", "cut short") }
            let offset = try LUKS2Metadata(header: header).dataOffset
            guard offset == UInt64(Cryptsetup.headerSize) else {
                throw VolumeRefusal("segments.0.offset", "\(offset), expected \(Cryptsetup.headerSize)")
            }
        } catch { throw .refused(error) }
    }

    private func map(_ header: String, _ host: some VolumeHost) throws(VolumeError) {
        try run(Cryptsetup.open(device, header: header, passphraseFile: passphraseFile, as: name), host)
    }

    @discardableResult
    private func run(_ program: Program, _ host: some VolumeHost) throws(VolumeError) -> ProgramResult {
        let result = try system { () throws(SystemError) in try host.run(program) }
        guard result.status == 0 else {
            throw failure(([program.name] + program.arguments.prefix(1)).joined(separator: " "), result)
        }
        return result
    }

    private func failure(_ name: String, _ result: ProgramResult) -> VolumeError {
        let message = String(decoding: result.errors.suffix(400), as: UTF8.self)
        return .program(name, status: result.status, message: message.split(separator: "\n").joined(separator: "; "))
    }

    private func system<Result>(_ body: () throws(SystemError) -> Result) throws(VolumeError) -> Result {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }
}

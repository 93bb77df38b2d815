// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
    internal import Glibc

    /// The system itself. Needs root, device-mapper, `cryptsetup` and `mkfs.ext4`.
    package struct LinuxVolumeHost: VolumeHost {
        package init() {}

        package func run(_ program: Program) throws(SystemError) -> ProgramResult { try ProgramLauncher.run(program) }

        package func read(_ path: String, at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
            try FileCalls.read(path, at: offset, count: count)
        }

        package func write(_ bytes: ArraySlice<UInt8>, to path: String, at offset: Int) throws(SystemError) {
            let file = open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw SystemError("open", path) }
            defer { close(file) }
            let failure: SystemError? = bytes.withUnsafeBytes { bytes in
                do throws(SystemError) {
                    try FileCalls.write(bytes, to: file, at: offset, path: path)
                    return nil
                } catch { return error }
            }
            if let failure { throw failure }
            guard fsync(file) == 0 else { throw SystemError("write", path) }
        }

        package func zero(_ path: String, at offset: Int, count: Int) throws(SystemError) {
            let file = open(path, O_WRONLY | O_CLOEXEC | Self.direct)
            guard file >= 0 else { throw SystemError("open", path) }
            defer { close(file) }
            // Direct writes must come from aligned memory.
            let zeros = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: Ext4.blockSize)
            defer { zeros.deallocate() }
            zeros.initializeMemory(as: UInt8.self, repeating: 0)
            try FileCalls.write(UnsafeRawBufferPointer(zeros), to: file, at: offset, path: path)
        }

        /// `O_DIRECT`, a macro that Swift does not import.
        #if arch(arm64)
            private static let direct: Int32 = 0o200000
        #else
            private static let direct: Int32 = 0o40000
        #endif

        package func makePrivateDirectory(_ path: String) throws(SystemError) {
            try FileCalls.makeDirectory(path, mode: 0o700)
        }

        package func remove(_ path: String) throws(SystemError) { try FileCalls.remove(path) }

        package func mounts() throws(SystemError) -> [UInt8] {
            try FileCalls.read("/proc/self/mountinfo", at: 0, count: 16 << 20)
        }

        package func mount(_ device: String, at directory: String) throws(SystemError) {
            guard Glibc.mount(device, directory, "ext4", 0, nil) == 0 else { throw SystemError("mount", device) }
        }
    }
#endif

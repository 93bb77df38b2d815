// SPDX-License-Identifier: Apache-2.0

/// What setting up a volume asks of the system, so that tests can watch and fail each step.
package protocol VolumeHost {
    /// - Throws: `SystemError` when the program cannot be started; a failure of its own is in the result.
    func run(_ program: Program) throws(SystemError) -> ProgramResult
    /// Fewer bytes when the device ends before.
    func read(_ path: String, at offset: Int, count: Int) throws(SystemError) -> [UInt8]
    /// Writes to a device, and returns when it has the bytes.
    func write(_ bytes: ArraySlice<UInt8>, to path: String, at offset: Int) throws(SystemError)
    /// Writes zeros past the page cache, which would first read the blocks.
    ///
    /// - Parameters:
    ///   - offset: a multiple of 4096, in bytes.
    ///   - count: the same.
    func zero(_ path: String, at offset: Int, count: Int) throws(SystemError)
    /// Makes a directory that only this user can look into.
    func makePrivateDirectory(_ path: String) throws(SystemError)
    func remove(_ path: String) throws(SystemError)
    /// The text of `/proc/self/mountinfo`.
    func mounts() throws(SystemError) -> [UInt8]
    /// Mounts a device with ext4.
    func mount(_ device: String, at directory: String) throws(SystemError)
}

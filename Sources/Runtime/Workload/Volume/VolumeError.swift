// SPDX-License-Identifier: Apache-2.0

/// Why a volume could not be set up.
package enum VolumeError: Error, Sendable, Equatable {
    /// Someone else wrote the header, or changed it.
    case refused(VolumeRefusal)
    /// The device has content, and no header of LUKS: it is never overwritten.
    case foreignContent(device: String)
    /// The volume opens, and its file system does not: it was changed from outside.
    case noFileSystem(device: String)
    /// The directory for headers lies where the host could change it.
    case notInMemory(directory: String)
    /// The output of `mkfs.ext4 -n` is not understood.
    case unknownLayout
    /// A program failed; with the end of what it wrote to standard error.
    case program(String, status: Int, message: String)
    case system(SystemError)
}

extension VolumeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): "\(refusal)"
        case .foreignContent(let device):
            "'\(device)' is neither blank nor an encrypted volume; its content is left as it is"
        case .noFileSystem(let device):
            "the encrypted volume on '\(device)' has no file system that can be read; it was changed from outside"
        case .notInMemory(let directory): "'\(directory)' is not in memory"
        case .unknownLayout: "mkfs.ext4 does not say where it will put the superblocks"
        case .program(let name, let status, let message): "\(name) ended with \(status): \(message)"
        case .system(let error): "\(error)"
        }
    }
}

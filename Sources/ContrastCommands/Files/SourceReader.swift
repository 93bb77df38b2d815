// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import IR

/// Reads files other than the inputs, with a finding when that fails.
struct SourceReader {
    /// Bytes of a manifest or a bundle.
    static let manifestLimit = 256 << 20

    /// Takes down what is read in a role.
    var record: BuildRecord?

    func read(
        _ path: String, limit: Int, as role: BuildStatement.Role? = nil, _ diagnostics: inout Diagnostics
    ) -> SourceFile? {
        do throws(FileError) {
            let bytes = try FileSystem.read(path, limit: limit)
            if bytes.count > limit {
                diagnostics.error(.limitExceeded, "the file is larger than \(limit) bytes", path: path)
                return nil
            }
            if let role { record?.read(role, path, bytes) }
            return SourceFile(path: path, bytes: bytes)
        } catch {
            diagnostics.error(.unreadableInput, "the file cannot be read: \(error.reason)", path: path)
            return nil
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Reads files other than the inputs, with a finding when that fails.
struct SourceReader {
    /// Bytes of a manifest or a bundle.
    static let manifestLimit = 256 << 20

    func read(_ path: String, limit: Int, _ diagnostics: inout Diagnostics) -> SourceFile? {
        do throws(FileError) {
            let bytes = try FileSystem.read(path, limit: limit)
            if bytes.count > limit {
                diagnostics.error(.limitExceeded, "the file is larger than \(limit) bytes", path: path)
                return nil
            }
            return SourceFile(path: path, bytes: bytes)
        } catch {
            diagnostics.error(.unreadableInput, "the file cannot be read: \(error.reason)", path: path)
            return nil
        }
    }
}

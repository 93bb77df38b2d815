// SPDX-License-Identifier: Apache-2.0

/// Where the files of an uncompressed tar archive stand in it.
package struct TarIndex: TarVisitor, Sendable {
    /// Most files of an archive.
    package static let limit = 200_000

    package private(set) var files: [String: Range<Int>] = [:]

    package init() {}

    package mutating func begin(_ entry: TarEntry, at offset: Int) throws(ImageError) -> Bool {
        guard entry.kind == .file, !entry.isSparse else { return false }
        guard files.count < Self.limit else {
            throw ImageError(.malformed, "the archive has more than \(Self.limit) files")
        }
        let path = LayerPath(entry.path).components.map { String(decoding: $0, as: UTF8.self) }
        files[path.joined(separator: "/")] = offset..<(offset + entry.size)
        return false
    }

    package mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {}
    package mutating func end() {}
}

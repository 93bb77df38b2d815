// SPDX-License-Identifier: Apache-2.0

internal import OCI

/// A directory with the files of an image layout.
struct LayoutDirectory: LayoutFiles {
    let path: String

    func size(of name: String) -> Int? { try? FileReader("\(path)/\(name)").size }

    func read(_ name: String, into sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let file = try FileReader("\(path)/\(name)")
        try file.read(0..<file.size, into: sink)
    }
}

/// An uncompressed tar archive with the files of an image layout.
struct LayoutArchive: LayoutFiles {
    var path: String { file.path }
    private let file: FileReader
    private let files: [String: Range<Int>]

    /// Reads the headers of the archive and goes over what is between.
    init(_ path: String) throws {
        file = try FileReader(path)
        var tar = TarStream()
        var index = TarIndex()
        var offset = 0
        while offset < file.size {
            // An archive of many files has its headers close together, one of few large files does not.
            let end = min(offset + 64 << 10, file.size)
            try file.read(offset..<end) { try tar.feed($0, to: &index) }
            offset = end
            let skipped = min(tar.skippable, file.size - offset)
            if skipped > 0, skipped == tar.skippable {
                tar.skip()
                offset += skipped
            } else if skipped > 0 {
                throw ImageError(.malformed, "the archive '\(path)' is cut short")
            }
        }
        try tar.finish()
        files = index.files
    }

    func size(of name: String) -> Int? { files[name]?.count }

    func read(_ name: String, into sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let range = files[name] else { throw ImageError(.missing, "'\(path)' has no '\(name)'") }
        try file.read(range, into: sink)
    }
}

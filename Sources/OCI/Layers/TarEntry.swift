// SPDX-License-Identifier: Apache-2.0

/// One member of a tar archive.
package struct TarEntry: Sendable, Equatable {
    package enum Kind: Sendable {
        case file, directory, symbolicLink, hardLink
        /// A device, a pipe, or a type that no tool unpacks.
        case other
    }

    /// As written; neither absolute paths nor `..` are resolved.
    package var path: [UInt8]
    package var kind: Kind
    package var linkTarget: [UInt8]
    /// Bytes of content that the archive holds for it.
    package var size: Int
    /// Whether the content is not stored as it reads, since holes are left out.
    package var isSparse: Bool

    package init(
        path: [UInt8], kind: Kind, linkTarget: [UInt8] = [], size: Int = 0, isSparse: Bool = false
    ) {
        self.path = path
        self.kind = kind
        self.linkTarget = linkTarget
        self.size = size
        self.isSparse = isSparse
    }
}

/// Takes what a `TarStream` finds.
package protocol TarVisitor {
    /// - Returns: whether `content` shall be called for the entry.
    mutating func begin(_ entry: TarEntry, at offset: Int) throws(ImageError) -> Bool
    /// A piece of the content of the entry that began last.
    mutating func content(_ bytes: UnsafeRawBufferPointer) throws(ImageError)
    /// All content of the entry was there.
    mutating func end()
}

// SPDX-License-Identifier: Apache-2.0

/// Reads a tar archive that comes in pieces, in bounded memory: POSIX ustar and pax, GNU and version 7.
///
/// It takes what container runtimes take, so that both see the same files: what follows the end mark is ignored, and so
/// is a missing end mark or a missing padding of the last entry.
package struct TarStream {
    /// Largest extended header or long name, in bytes.
    package static let extensionLimit = 1 << 20

    private enum State {
        case header
        /// Content of an entry, `remaining` bytes without the padding.
        case content(remaining: Int, padding: Int, wanted: Bool)
        case padding(Int)
        /// Content of a header that says something of the next one.
        case meta(type: UInt8, remaining: Int, padding: Int)
        case sparseMap(TarHeader)
        case ended
    }

    private var state = State.header
    private var block: [UInt8] = []
    private var sawZeroBlock = false
    private var meta: [UInt8] = []
    private var pax: PAXRecords?
    private var longName: [UInt8]?
    private var longLink: [UInt8]?
    /// Bytes taken so far.
    private var offset = 0

    package init() {}

    package mutating func feed(_ bytes: UnsafeRawBufferPointer, to visitor: inout some TarVisitor) throws(ImageError) {
        var rest = bytes[...]
        while !rest.isEmpty { try step(&rest, &visitor) }
    }

    /// Call it after the last bytes.
    package mutating func finish() throws(ImageError) {
        switch state {
        case .ended, .padding: break
        case .header:
            guard block.isEmpty, pax == nil, longName == nil, longLink == nil else { throw Self.truncated }
        case .content, .meta, .sparseMap: throw Self.truncated
        }
    }

    /// Bytes that `feed` would ignore next; who reads from a file may leave them out and call `skip`.
    package var skippable: Int {
        switch state {
        case .content(let remaining, let padding, false): remaining + padding
        case .padding(let padding): padding
        default: 0
        }
    }

    /// Goes over all `skippable` bytes as if they had been fed.
    package mutating func skip() {
        offset += skippable
        if skippable > 0 { state = .header }
    }

    private static let truncated = ImageError(.malformed, "the tar is cut short")

    private mutating func step(
        _ rest: inout Slice<UnsafeRawBufferPointer>, _ visitor: inout some TarVisitor
    ) throws(ImageError) {
        switch state {
        case .header:
            guard fillBlock(&rest) else { return }
            try header(&visitor)
        case .content(let remaining, let padding, let wanted):
            let piece = take(remaining, &rest)
            if wanted { try visitor.content(piece) }
            state = .content(remaining: remaining - piece.count, padding: padding, wanted: wanted)
            if piece.count == remaining { endContent(padding, wanted, &visitor) }
        case .padding(let padding):
            let left = padding - take(padding, &rest).count
            state = left == 0 ? .header : .padding(left)
        case .meta(let type, let remaining, let padding):
            let piece = take(remaining, &rest)
            meta += piece
            state = .meta(type: type, remaining: remaining - piece.count, padding: padding)
            if piece.count == remaining { try endMeta(type, padding) }
        case .sparseMap(let header):
            guard fillBlock(&rest) else { return }
            let more = block[504] != 0
            block = []
            if !more { try begin(header, &visitor) }
        case .ended: rest = rest.suffix(0)
        }
    }

    /// Up to `limit` bytes.
    private mutating func take(_ limit: Int, _ rest: inout Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        let piece = rest.prefix(limit)
        rest = rest.dropFirst(limit)
        offset += piece.count
        return UnsafeRawBufferPointer(rebasing: piece)
    }

    /// Collects a block of 512 bytes; false while some are missing.
    private mutating func fillBlock(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Bool {
        block += take(TarHeader.size - block.count, &rest)
        return block.count == TarHeader.size
    }

    private mutating func header(_ visitor: inout some TarVisitor) throws(ImageError) {
        let header = try TarHeader(block)
        block = []
        guard let header else {
            if sawZeroBlock { state = .ended }
            sawZeroBlock = true
            return
        }
        guard !sawZeroBlock else { throw ImageError(.malformed, "the tar has an entry after its end mark") }
        switch header.type {
        case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
            guard header.size <= Self.extensionLimit else {
                throw ImageError(
                    .malformed,
                    "the tar has an extended header of \(header.size) bytes; the limit is \(Self.extensionLimit)")
            }
            meta = []
            state = .meta(type: header.type, remaining: header.size, padding: Self.padding(header.size))
            if header.size == 0 { try endMeta(header.type, 0) }
        default:
            if header.hasSparseExtension {
                state = .sparseMap(header)
            } else {
                try begin(header, &visitor)
            }
        }
    }

    private mutating func endMeta(_ type: UInt8, _ padding: Int) throws(ImageError) {
        switch type {
        case UInt8(ascii: "x"): pax = try PAXRecords(meta)
        case UInt8(ascii: "L"): longName = Array(meta.prefix { $0 != 0 })
        case UInt8(ascii: "K"): longLink = Array(meta.prefix { $0 != 0 })
        default: _ = try PAXRecords(meta)
        }
        meta = []
        state = padding > 0 ? .padding(padding) : .header
    }

    private mutating func begin(_ header: TarHeader, _ visitor: inout some TarVisitor) throws(ImageError) {
        var entry = TarEntry(path: header.name, kind: .other, linkTarget: header.linkName, size: header.size)
        if let path = pax?.path { entry.path = path }
        if let target = pax?.linkPath { entry.linkTarget = target }
        if let size = pax?.size { entry.size = size }
        if let name = longName, !name.isEmpty { entry.path = name }
        if let link = longLink, !link.isEmpty { entry.linkTarget = link }
        entry.isSparse = header.type == UInt8(ascii: "S") || pax?.isSparse == true
        (pax, longName, longLink) = (nil, nil, nil)
        entry.kind = Self.kind(header.type, entry.path)
        // These have no content, whatever the size says.
        if (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(header.type) { entry.size = 0 }
        let wanted = try visitor.begin(entry, at: offset)
        state = .content(remaining: entry.size, padding: Self.padding(entry.size), wanted: wanted)
        if entry.size == 0 { endContent(0, wanted, &visitor) }
    }

    private mutating func endContent(_ padding: Int, _ wanted: Bool, _ visitor: inout some TarVisitor) {
        if wanted { visitor.end() }
        state = padding > 0 ? .padding(padding) : .header
    }

    private static func kind(_ type: UInt8, _ path: [UInt8]) -> TarEntry.Kind {
        switch type {
        case 0: path.last == UInt8(ascii: "/") ? .directory : .file
        case UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "S"): .file
        case UInt8(ascii: "1"): .hardLink
        case UInt8(ascii: "2"): .symbolicLink
        case UInt8(ascii: "5"): .directory
        default: .other
        }
    }

    private static func padding(_ size: Int) -> Int {
        (TarHeader.size - size % TarHeader.size) % TarHeader.size
    }
}

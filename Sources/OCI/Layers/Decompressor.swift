// SPDX-License-Identifier: Apache-2.0

/// Decompresses a stream that comes in pieces. The first bytes say how it is compressed, whatever its media type says;
/// container runtimes do the same.
struct Decompressor {
    /// Most bytes a layer may expand to.
    static let outputLimit = 256 << 30

    private enum Codec {
        /// Not known before the first four bytes.
        case undecided([UInt8])
        case plain
        case gzip(GzipDecoder)
        case zstd(ZstdDecoder)
    }

    private var codec = Codec.undecided([])
    /// Decompressed bytes so far.
    private(set) var outputCount = 0

    typealias Sink = (UnsafeRawBufferPointer) throws(ImageError) -> Void

    mutating func feed(_ bytes: UnsafeRawBufferPointer, to sink: Sink) throws(ImageError) {
        if case .undecided(var start) = codec {
            start += bytes
            guard start.count >= 4 else {
                codec = .undecided(start)
                return
            }
            codec = try Self.codec(start)
            try withBytes(of: start) { (start) throws(ImageError) in try decode(start, to: sink) }
        } else {
            try decode(bytes, to: sink)
        }
    }

    /// Call it after the last bytes.
    mutating func finish(to sink: Sink) throws(ImageError) {
        switch codec {
        case .undecided(let start):
            // Too short to be compressed.
            try withBytes(of: start) { (start) throws(ImageError) in try pass(start, to: sink) }
        case .plain: break
        case .gzip(let decoder): try decoder.finish()
        case .zstd(let decoder): try decoder.finish()
        }
    }

    private static func codec(_ start: [UInt8]) throws(ImageError) -> Codec {
        if start.starts(with: [0x1F, 0x8B]) { return .gzip(GzipDecoder()) }
        let isSkippable = start[0] & 0xF0 == 0x50 && start[1...3].elementsEqual([0x2A, 0x4D, 0x18])
        if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || isSkippable { return .zstd(ZstdDecoder()) }
        if start.starts(with: "BZh".utf8) || start.starts(with: [0xFD, 0x37, 0x7A, 0x58]) {
            throw ImageError(
                .malformed, "the layer is compressed with bzip2 or xz; expected gzip, zstd or no compression")
        }
        return .plain
    }

    private mutating func decode(_ bytes: UnsafeRawBufferPointer, to sink: Sink) throws(ImageError) {
        switch codec {
        case .undecided: break
        case .plain: try pass(bytes, to: sink)
        case .gzip(let decoder):
            try decoder.decode(bytes) { (piece) throws(ImageError) in try pass(piece, to: sink) }
        case .zstd(let decoder):
            try decoder.decode(bytes) { (piece) throws(ImageError) in try pass(piece, to: sink) }
        }
    }

    private mutating func pass(_ bytes: UnsafeRawBufferPointer, to sink: Sink) throws(ImageError) {
        outputCount += bytes.count
        guard outputCount <= Self.outputLimit else {
            throw ImageError(.malformed, "the layer expands to more than \(Self.outputLimit) bytes")
        }
        try sink(bytes)
    }
}

/// The bytes of an array, with the error type kept.
func withBytes<Result>(
    of bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(ImageError) -> Result
) throws(ImageError) -> Result {
    let result = bytes.withUnsafeBytes { buffer -> Swift.Result<Result, ImageError> in
        do throws(ImageError) { return .success(try body(buffer)) } catch { return .failure(error) }
    }
    return try result.get()
}

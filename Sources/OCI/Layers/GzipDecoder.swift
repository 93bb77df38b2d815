// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Decompresses gzip of any number of members, by zlib.
final class GzipDecoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableRawBufferPointer
    /// Between members, and not before the first.
    private var isAtEnd = false
    private static let bufferSize = 128 << 10

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
        // 15 bits of window, plus 16 for gzip's header and trailer and no other.
        let made = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(made == Z_OK, "zlib cannot start a stream")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    func decode(_ bytes: UnsafeRawBufferPointer, to sink: Decompressor.Sink) throws(ImageError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The counts of zlib have 32 bits.
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            try decodePiece(piece, to: sink)
            rest = rest.dropFirst(piece.count)
        }
    }

    private func decodePiece(_ bytes: UnsafeRawBufferPointer, to sink: Decompressor.Sink) throws(ImageError) {
        let input = bytes.assumingMemoryBound(to: UInt8.self)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = uInt(input.count)
        while true {
            if isAtEnd {
                guard stream.pointee.avail_in > 0 else { return }
                inflateReset(stream)
                isAtEnd = false
            }
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = uInt(buffer.count)
            let status = inflate(stream, Z_NO_FLUSH)
            let produced = buffer.count - Int(stream.pointee.avail_out)
            if produced > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<produced])) }
            switch status {
            case Z_STREAM_END: isAtEnd = true
            // All input is used up, and there was room for more output.
            case Z_OK, Z_BUF_ERROR: if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 { return }
            default: throw ImageError(.malformed, "the gzip stream of the layer is damaged")
            }
        }
    }

    func finish() throws(ImageError) {
        guard isAtEnd else { throw ImageError(.malformed, "the gzip stream of the layer is cut short") }
    }
}

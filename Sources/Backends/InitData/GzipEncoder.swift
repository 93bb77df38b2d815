// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Compresses documents that begin alike, each to an ordinary gzip stream (RFC 1952) of one member.
///
/// The deflate state after the common prefix is kept, and copied for each document, so that only the rest is compressed
/// anew. The bytes of a stream depend on the prefix and the document, not on the documents before it. An encoder belongs
/// to one thread: zlib does not promise that a state may be copied from several at once, and making an encoder per
/// thread costs one compression of the prefix.
package final class GzipEncoder {
    private let prefixLength: Int
    /// Compressed bytes of the prefix that have left the stream, after the header.
    private let head: [UInt8]
    private let crc: uLong
    private let stream: UnsafeMutablePointer<z_stream>
    private let blocks: BlockPool

    /// The whole window, since shorter matches cost more than copying it does, but no more than 4,096 symbols in a block:
    /// the state that is copied has 160 KB.
    private static let windowBits: Int32 = -15
    private static let memoryLevel: Int32 = 6
    /// The prefix is compressed once, what follows it many times.
    private static let prefixLevel: Int32 = 9
    private static let level: Int32 = 4

    /// Magic, method deflate, no flags, no time, no extra flags, system unknown.
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    /// - Parameters:
    ///   - prefix: what all documents begin with.
    ///   - blocks: memory, for encoders of one thread.
    package init(prefix: [UInt8] = [], blocks: BlockPool = BlockPool()) {
        self.blocks = blocks
        prefixLength = prefix.count
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        blocks.serve(stream)
        let made = deflateInit2_(
            stream, Self.prefixLevel, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(made == Z_OK, "zlib cannot start a stream")
        // Ending the block here spares every copy the coding of what is already known.
        head = Self.run(stream, prefix, flush: prefix.isEmpty ? Z_NO_FLUSH : Z_BLOCK)
        let changed = deflateParams(stream, Self.level, Z_DEFAULT_STRATEGY)
        precondition(changed == Z_OK, "zlib cannot change the level of a stream")
        crc = Self.crc(0, prefix)
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The gzip stream of a document that is the prefix and this.
    package func encode(rest: [UInt8]) -> [UInt8] {
        var copy = z_stream()
        // The state keeps the address of its stream.
        let body = withUnsafeMutablePointer(to: &copy) { copy in
            let copied = deflateCopy(copy, stream)
            precondition(copied == Z_OK, "zlib cannot copy a stream")
            defer { deflateEnd(copy) }
            return Self.run(copy, rest, flush: Z_FINISH)
        }
        var out: [UInt8] = []
        out.reserveCapacity(Self.header.count + head.count + body.count + 8)
        out += Self.header
        out += head
        out += body
        Self.append(UInt32(truncatingIfNeeded: Self.crc(crc, rest)), to: &out)
        Self.append(UInt32(truncatingIfNeeded: prefixLength + rest.count), to: &out)
        return out
    }

    /// Compresses all input; what leaves the stream.
    private static func run(
        _ stream: UnsafeMutablePointer<z_stream>, _ input: [UInt8], flush: Int32
    ) -> [UInt8] {
        let capacity = Int(deflateBound(stream, uLong(input.count))) + 64
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            input.withUnsafeBufferPointer { source in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.pointee.avail_in = uInt(source.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = uInt(capacity)
                let status = deflate(stream, flush)
                precondition(
                    stream.pointee.avail_in == 0 && (flush == Z_FINISH ? status == Z_STREAM_END : true),
                    "zlib did not compress all input")
                count = capacity - Int(stream.pointee.avail_out)
                stream.pointee.next_in = nil
                stream.pointee.next_out = nil
            }
        }
    }

    private static func crc(_ start: uLong, _ bytes: [UInt8]) -> uLong {
        bytes.withUnsafeBufferPointer { $0.isEmpty ? start : crc32_z(start, $0.baseAddress, $0.count) }
    }

    private static func append(_ number: UInt32, to out: inout [UInt8]) {
        for shift in [0, 8, 16, 24] as [UInt32] { out.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Compresses documents that mostly begin alike, each to an ordinary gzip stream (RFC 1952) of one member.
///
/// The deflate state after a prefix that documents share is kept, and copied for each document that starts with it, so
/// that only the rest is compressed anew. The bytes of a stream depend on the prefixes and on the document, not on the
/// documents before it. An encoder belongs to one thread: zlib does not promise that a state may be copied from
/// several at once, and making an encoder per thread costs one compression of the prefixes.
package final class GzipEncoder {
    private let prefixes: [Prefix]
    private let plain: Prefix

    /// A window of 8 KiB and small hash tables: the state that is copied is small, and policies repeat themselves at
    /// short distances.
    private static let windowBits: Int32 = -13
    private static let memoryLevel: Int32 = 6
    private static let level: Int32 = 6

    /// Magic, method deflate, no flags, no time, no extra flags, system unknown.
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    /// - Parameter prefixes: what documents may begin with; the longest that fits is used.
    package init(prefixes: [[UInt8]] = []) {
        plain = Prefix([])
        self.prefixes = prefixes.sorted { $0.count > $1.count }.map { Prefix($0) }
    }

    /// A complete gzip stream.
    package func encode(_ document: [UInt8]) -> [UInt8] {
        (prefixes.first { Self.starts(document, with: $0.bytes) } ?? plain).encode(document)
    }

    private static func starts(_ document: [UInt8], with prefix: [UInt8]) -> Bool {
        guard document.count >= prefix.count else { return false }
        return document.withUnsafeBytes { left in
            prefix.withUnsafeBytes { right in
                var at = 0
                while at + 8 <= right.count {
                    if left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                        != right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    {
                        return false
                    }
                    at += 8
                }
                while at < right.count {
                    if left[at] != right[at] { return false }
                    at += 1
                }
                return true
            }
        }
    }

    /// The state of a stream that has consumed some bytes.
    private final class Prefix {
        let bytes: [UInt8]
        /// Compressed bytes that have left the stream, after the header.
        private let head: [UInt8]
        private let crc: uLong
        private let stream: UnsafeMutablePointer<z_stream>

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            stream = .allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let made = deflateInit2_(
                stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            precondition(made == Z_OK, "zlib cannot start a stream")
            // Ending the block here spares every copy the coding of what is already known.
            head = GzipEncoder.run(stream, bytes[...], flush: bytes.isEmpty ? Z_NO_FLUSH : Z_BLOCK)
            crc = GzipEncoder.crc(0, bytes[...])
        }

        deinit {
            deflateEnd(stream)
            stream.deallocate()
        }

        func encode(_ document: [UInt8]) -> [UInt8] {
            let copy = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            copy.initialize(to: z_stream())
            let copied = deflateCopy(copy, stream)
            precondition(copied == Z_OK, "zlib cannot copy a stream")
            defer {
                deflateEnd(copy)
                copy.deallocate()
            }
            let rest = document[bytes.count...]
            var out = header
            out += head
            out += GzipEncoder.run(copy, rest, flush: Z_FINISH)
            GzipEncoder.append(UInt32(truncatingIfNeeded: GzipEncoder.crc(crc, rest)), to: &out)
            GzipEncoder.append(UInt32(truncatingIfNeeded: document.count), to: &out)
            return out
        }
    }

    /// Compresses all input; what leaves the stream.
    private static func run(
        _ stream: UnsafeMutablePointer<z_stream>, _ input: ArraySlice<UInt8>, flush: Int32
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

    private static func crc(_ start: uLong, _ bytes: ArraySlice<UInt8>) -> uLong {
        bytes.withUnsafeBufferPointer { $0.isEmpty ? start : crc32_z(start, $0.baseAddress, $0.count) }
    }

    private static func append(_ number: UInt32, to out: inout [UInt8]) {
        for shift in [0, 8, 16, 24] as [UInt32] { out.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

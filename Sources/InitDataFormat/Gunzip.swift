// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Decompresses a gzip stream of one member that fills its input exactly.
package enum Gunzip {
    /// More decompressed bytes are refused; policies have some ten thousand.
    package static let outputLimit = 16 << 20
    /// More decompressed bytes per compressed byte are refused, once there are more than `ratioFreeBytes`.
    package static let ratioLimit = 256
    package static let ratioFreeBytes = 64 << 10

    /// - Throws: `InitDataError`.
    package static func decode(_ compressed: [UInt8]) throws(InitDataError) -> [UInt8] {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        // 15 bits of window, plus 16 for gzip's header and trailer and no other.
        let made = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(made == Z_OK, "zlib cannot start a stream")
        defer { inflateEnd(stream) }
        let allowed = min(outputLimit, max(ratioFreeBytes, compressed.count.multipliedOrMax(by: ratioLimit)))
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let status = compressed.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = uInt(clamping: input.count)
            return inflateAll(stream, into: &out, through: &chunk, allowed: allowed)
        }
        guard out.count <= allowed else {
            throw InitDataError("the gzip stream expands to more than \(allowed) bytes")
        }
        switch status {
        case Z_STREAM_END: break
        case Z_OK, Z_BUF_ERROR: throw InitDataError("the gzip stream is cut short")
        default: throw InitDataError("the gzip stream is damaged")
        }
        guard stream.pointee.avail_in == 0 else { throw InitDataError("bytes follow the end of the gzip stream") }
        return out
    }

    private static func inflateAll(
        _ stream: UnsafeMutablePointer<z_stream>, into out: inout [UInt8], through chunk: inout [UInt8], allowed: Int
    ) -> Int32 {
        while true {
            let (status, produced) = chunk.withUnsafeMutableBufferPointer { buffer in
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = uInt(buffer.count)
                let status = inflate(stream, Z_NO_FLUSH)
                return (status, buffer.count - Int(stream.pointee.avail_out))
            }
            out += chunk[..<produced]
            guard status == Z_OK, out.count <= allowed, produced > 0 || stream.pointee.avail_in > 0 else {
                return status
            }
        }
    }
}

extension Int {
    fileprivate func multipliedOrMax(by factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}

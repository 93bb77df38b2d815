// SPDX-License-Identifier: Apache-2.0

internal import CZstd

/// Decompresses zstd of any number of frames, by libzstd.
final class ZstdDecoder {
    /// Binary logarithm of the largest window, which is the memory that a layer may ask for: 32 MiB.
    static let windowLog: Int32 = 25

    private let stream: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer
    private var isAtEnd = false

    init() {
        // No memory ends the process, as it does when an allocation of Swift's fails.
        guard let stream = ZSTD_createDStream() else { preconditionFailure("libzstd has no memory") }
        self.stream = stream
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Self.windowLog)
        buffer = .allocate(byteCount: ZSTD_DStreamOutSize(), alignment: 16)
    }

    deinit {
        ZSTD_freeDStream(stream)
        buffer.deallocate()
    }

    func decode(_ bytes: UnsafeRawBufferPointer, to sink: Decompressor.Sink) throws(ImageError) {
        guard !bytes.isEmpty else { return }
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let status = ZSTD_decompressStream(stream, &output, &input)
            guard ZSTD_isError(status) == 0 else {
                let reason = String(cString: ZSTD_getErrorName(status))
                throw ImageError(.malformed, "the zstd stream of the layer cannot be read: \(reason)")
            }
            isAtEnd = status == 0
            if output.pos > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<output.pos])) }
            if input.pos == input.size, isAtEnd || output.pos < output.size { return }
        }
    }

    func finish() throws(ImageError) {
        guard isAtEnd else { throw ImageError(.malformed, "the zstd stream of the layer is cut short") }
    }
}

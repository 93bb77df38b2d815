// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Writes many documents as one gzip stream (RFC 1952), in which each stands after its length: four bytes, the most
/// significant first. Policies of one deployment are so much alike that a pack of them has a twentieth of their size.
package struct DocumentPacker: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private var packed: [UInt8] = []

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // The whole window, plus 16 for gzip's header and trailer.
        let made = deflateInit2_(
            stream, 6, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(made == Z_OK, "zlib cannot start a stream")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// - Precondition: the document has less than 4 GiB.
    package mutating func add(_ document: [UInt8]) {
        let length = UInt32(document.count)
        write([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }, Z_NO_FLUSH)
        write(document, Z_NO_FLUSH)
    }

    package consuming func finish() -> [UInt8] {
        write([], Z_FINISH)
        return packed
    }

    package static func pack(_ documents: [[UInt8]]) -> [UInt8] {
        var packer = DocumentPacker()
        for document in documents { packer.add(document) }
        return packer.finish()
    }

    private mutating func write(_ bytes: [UInt8], _ flush: Int32) {
        bytes.withUnsafeBufferPointer { input in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = uInt(input.count)
            repeat {
                let chunk = [UInt8](unsafeUninitializedCapacity: 16 << 10) { output, count in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = uInt(output.count)
                    let status = deflate(stream, flush)
                    precondition(status != Z_STREAM_ERROR, "zlib cannot continue a stream")
                    count = output.count - Int(stream.pointee.avail_out)
                }
                packed += chunk
            } while stream.pointee.avail_out == 0
            stream.pointee.next_in = nil
        }
    }
}

/// Reads what `DocumentPacker` has written, or anybody else, document by document: no more than one is in memory.
package struct DocumentUnpacker: ~Copyable {
    /// Bytes of one document.
    package static let documentLimit = 16 << 20
    /// Bytes of all documents: those of the policies of 25,000 workloads.
    package static let sizeLimit = 512 << 20

    /// Why bytes are not packed documents.
    package struct Failure: Error, Sendable, Equatable {
        package let message: String
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let packed: [UInt8]
    private var room: Int
    private var isAtEnd = false

    /// - Parameter sizeLimit: bytes of all documents, their lengths included.
    package init(_ packed: [UInt8], sizeLimit: Int = Self.sizeLimit) {
        self.packed = packed
        room = sizeLimit
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, plus 16 for gzip's header and trailer and no other.
        let made = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(made == Z_OK, "zlib cannot start a stream")
        stream.pointee.avail_in = uInt(clamping: packed.count)
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// All documents.
    package static func unpack(_ packed: [UInt8], sizeLimit: Int = Self.sizeLimit) throws(Failure) -> [[UInt8]] {
        var unpacker = DocumentUnpacker(packed, sizeLimit: sizeLimit)
        var documents: [[UInt8]] = []
        while let document = try unpacker.next() { documents.append(document) }
        return documents
    }

    /// The next document; `nil` after the last.
    package mutating func next() throws(Failure) -> [UInt8]? {
        let prefix = try read(4)
        if prefix.isEmpty {
            guard stream.pointee.avail_in == 0 else { throw Failure(message: "bytes follow the end of the stream") }
            return nil
        }
        guard prefix.count == 4 else { throw Failure(message: "the last document is cut short") }
        let length = prefix.reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.documentLimit else {
            throw Failure(message: "a document is larger than \(Self.documentLimit) bytes")
        }
        let document = try read(length)
        guard document.count == length else { throw Failure(message: "the last document is cut short") }
        return document
    }

    /// So many bytes, fewer at the end of the stream.
    private mutating func read(_ count: Int) throws(Failure) -> [UInt8] {
        guard count <= room else { throw Failure(message: "the documents are larger than is allowed together") }
        room -= count
        var status = Z_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, produced in
            packed.withUnsafeBufferPointer { input in
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress.map { $0 + (input.count - Int(stream.pointee.avail_in)) })
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = uInt(count)
                while !isAtEnd, status == Z_OK, stream.pointee.avail_out > 0 { status = inflate(stream, Z_NO_FLUSH) }
                stream.pointee.next_in = nil
            }
            produced = count - Int(stream.pointee.avail_out)
        }
        switch status {
        case Z_OK: break
        case Z_STREAM_END: isAtEnd = true
        case Z_BUF_ERROR: throw Failure(message: "the stream is cut short")
        default: throw Failure(message: "the stream is damaged")
        }
        return bytes
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Keeps the memory of streams that have ended for the copies that come next. The state of a stream has a quarter of a
/// megabyte; to get that from the system each time, filled with zeros, takes a twentieth of a run.
///
/// For streams of one thread, which must have ended before the pool goes.
package final class BlockPool {
    /// In front of each block: its size.
    private static let headerSize = 16

    private var free: [Int: [UnsafeMutableRawPointer]] = [:]

    package init() {}

    deinit {
        for block in free.values.joined() { (block - Self.headerSize).deallocate() }
    }

    /// Makes the stream, which is not started yet, and copies of it take their memory here.
    func serve(_ stream: UnsafeMutablePointer<z_stream>) {
        stream.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        stream.pointee.zalloc = { pool, items, size in
            pool.map { Unmanaged<BlockPool>.fromOpaque($0).takeUnretainedValue().take(Int(items) * Int(size)) }
        }
        stream.pointee.zfree = { pool, block in
            guard let pool, let block else { return }
            Unmanaged<BlockPool>.fromOpaque(pool).takeUnretainedValue().give(block)
        }
    }

    private func take(_ size: Int) -> UnsafeMutableRawPointer {
        if let block = free[size]?.popLast() { return block }
        let start = UnsafeMutableRawPointer.allocate(byteCount: Self.headerSize + size, alignment: Self.headerSize)
        start.storeBytes(of: size, as: Int.self)
        return start + Self.headerSize
    }

    private func give(_ block: UnsafeMutableRawPointer) {
        free[(block - Self.headerSize).load(as: Int.self), default: []].append(block)
    }
}

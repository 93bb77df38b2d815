// SPDX-License-Identifier: Apache-2.0

/// Encoding and decoding by libcrypto's `i2d` and `d2i` functions.
package enum DER {
    /// What an `i2d` function writes.
    package static func encode(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) -> [UInt8]? {
        let size = Int(write(nil))
        guard size > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        let written = bytes.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return write(&cursor)
        }
        return Int(written) == size ? bytes : nil
    }

    /// What a `d2i` function reads, and whether it took all bytes. The caller owns the object.
    package static func decode(
        _ bytes: [UInt8], _ read: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?
    ) -> (object: OpaquePointer, isWhole: Bool)? {
        bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            guard let start = buffer.baseAddress, let object = read(&cursor, buffer.count) else { return nil }
            return (object, cursor == start + buffer.count)
        }
    }
}

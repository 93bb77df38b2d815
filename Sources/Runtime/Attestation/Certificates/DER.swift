// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// Encoding and decoding by libcrypto's `i2d` and `d2i` functions.
enum DER {
    /// What an `i2d` function writes.
    static func encode(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
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
    static func decode(
        _ bytes: [UInt8], _ read: (inout UnsafePointer<UInt8>?, Int) -> OpaquePointer?
    ) -> (object: OpaquePointer, isWhole: Bool)? {
        bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            guard let start = buffer.baseAddress, let object = read(&cursor, buffer.count) else { return nil }
            return (object, cursor == start + buffer.count)
        }
    }
}

extension Timestamp {
    /// `nil` unless the time is one that X.509 allows.
    init?(_ time: UnsafePointer<ASN1_TIME>?) {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        self.init(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec))
    }
}

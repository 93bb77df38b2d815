// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// libcrypto could not do what was asked of it. Never says with which values.
package struct CryptoError: Error, Sendable, Equatable {
    package var operation: String

    package init(operation: String) { self.operation = operation }
}

extension CryptoError: CustomStringConvertible {
    package var description: String { "\(operation) failed" }
}

/// Bytes of a private key or another secret: zeroed when they are no longer needed, and never printed.
package final class SecretBytes: Sendable {
    // Written before `init` returns and only read after that.
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    /// Takes a copy; zeroing the original is the caller's business.
    package init(copying bytes: UnsafeRawBufferPointer) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyMemory(from: bytes)
    }

    /// Takes the bytes and zeroes the array. Give it an array that nobody else holds: a shared one is copied first.
    package init(zeroing bytes: inout [UInt8]) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyBytes(from: bytes)
        bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    /// Fresh random bytes.
    package static func random(count: Int) throws(CryptoError) -> SecretBytes {
        try filled(count: count, operation: "generating random bytes") { RAND_priv_bytes($0, Int32(count)) == 1 }
    }

    /// Bytes that a function of libcrypto writes.
    static func filled(
        count: Int, operation: String, _ body: (UnsafeMutablePointer<UInt8>?) -> Bool
    ) throws(CryptoError) -> SecretBytes {
        var bytes = [UInt8](repeating: 0, count: count)
        let isDone = bytes.withUnsafeMutableBufferPointer { body($0.baseAddress) }
        let secret = SecretBytes(zeroing: &bytes)
        guard isDone else { throw CryptoError(operation: operation) }
        return secret
    }

    /// A copy of the first bytes.
    package func prefix(_ count: Int) -> SecretBytes {
        withBytes { SecretBytes(copying: UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
    }

    deinit {
        OPENSSL_cleanse(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    package var count: Int { storage.count }

    /// Lends the bytes for the duration of the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension SecretBytes: Equatable {
    /// In a time that depends on the lengths alone.
    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left.storage.baseAddress, right.storage.baseAddress, left.count) == 0
    }
}

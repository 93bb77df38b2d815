// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// Bytes of a private key or another secret: zeroed when they are no longer needed, and never printed.
package final class SecretBytes: Sendable {
    // Written before `init` returns and only read after that.
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    /// Takes a copy; zeroing the original is the caller's business.
    package init(copying bytes: UnsafeRawBufferPointer) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyMemory(from: bytes)
    }

    deinit {
        OPENSSL_cleanse(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    package var count: Int { storage.count }

    /// Lends the bytes for the duration of the call.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

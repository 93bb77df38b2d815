// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// The hashes of SHA-2 that are used (FIPS 180-4), by libcrypto.
package enum DigestAlgorithm: Sendable {
    case sha256, sha384, sha512

    /// Bytes of a digest.
    package var size: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Found once: libcrypto would search its providers for each digest.
    fileprivate var method: OpaquePointer? {
        switch self {
        case .sha256: Self.methods.sha256
        case .sha384: Self.methods.sha384
        case .sha512: Self.methods.sha512
        }
    }

    // libcrypto lets several threads use them; nothing frees them.
    nonisolated(unsafe) private static let methods = (
        sha256: EVP_MD_fetch(nil, "SHA2-256", nil), sha384: EVP_MD_fetch(nil, "SHA2-384", nil),
        sha512: EVP_MD_fetch(nil, "SHA2-512", nil)
    )

    package func digest(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let context = DigestContext(self)
        context.update(bytes)
        return context.finish()
    }
}

/// A hash of bytes that come in pieces. Belongs to one task at a time.
///
/// libcrypto refuses its part only where it has no memory left, or lacks SHA-2. No input leads to that, and no caller
/// could go on; so the process ends, as it does when an allocation of Swift's fails.
package final class DigestContext {
    private let pointer: OpaquePointer
    private let algorithm: DigestAlgorithm

    package init(_ algorithm: DigestAlgorithm) {
        pointer = Self.allocate()
        self.algorithm = algorithm
        Self.check(EVP_DigestInit_ex(pointer, algorithm.method, nil))
    }

    private init(copying other: DigestContext) {
        pointer = Self.allocate()
        algorithm = other.algorithm
        Self.check(EVP_MD_CTX_copy_ex(pointer, other.pointer))
    }

    deinit { EVP_MD_CTX_free(pointer) }

    /// Another hash of the same bytes so far.
    package func copy() -> DigestContext { DigestContext(copying: self) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        Self.check(EVP_DigestUpdate(pointer, bytes.baseAddress, bytes.count))
    }

    package func update(_ bytes: some Collection<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) == nil {
            Array(bytes).withUnsafeBytes { update($0) }
        }
    }

    /// The digest. Call it once, as the last.
    package func finish() -> [UInt8] {
        var output = [UInt8](repeating: 0, count: algorithm.size)
        Self.check(EVP_DigestFinal_ex(pointer, &output, nil))
        return output
    }

    private static func allocate() -> OpaquePointer {
        // No memory ends the process, as it does when an allocation of Swift's fails.
        guard let pointer = EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory") }
        return pointer
    }

    private static func check(_ done: Int32) { precondition(done == 1, "libcrypto cannot hash") }
}

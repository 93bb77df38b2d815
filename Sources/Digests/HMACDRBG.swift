// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// HMAC_DRBG (NIST SP 800-90A Rev. 1, section 10.1.2) without reseeding: a deterministic stream out of a seed, for keys
/// and nonces that must be the same each time. The nonces of RFC 6979 are this generator's output.
final class HMACDRBG {
    enum Hash {
        case sha256, sha384, sha512

        var size: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        var algorithm: OpaquePointer? {
            switch self {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        }
    }

    private let hash: Hash
    private var key: SecretBytes
    private var value: SecretBytes

    /// - Parameter seed: entropy, nonce and personalisation string, one after another.
    init(_ hash: Hash, seed: SecretBytes) {
        self.hash = hash
        var zeros = [UInt8](repeating: 0, count: hash.size)
        var ones = [UInt8](repeating: 1, count: hash.size)
        key = SecretBytes(zeroing: &zeros)
        value = SecretBytes(zeroing: &ones)
        seed.withBytes { update($0) }
    }

    func generate(count: Int) -> SecretBytes {
        var output: [UInt8] = []
        output.reserveCapacity(count + hash.size)
        while output.count < count {
            value = mac(value.withBytes { Array($0) })
            value.withBytes { output += $0 }
        }
        update(UnsafeRawBufferPointer(start: nil, count: 0))
        return SecretBytes(zeroing: &output).prefix(count)
    }

    private func update(_ data: UnsafeRawBufferPointer) {
        for round in UInt8(0)...1 {
            key = mac(value.withBytes { Array($0) } + [round] + data)
            value = mac(value.withBytes { Array($0) })
            if data.isEmpty { return }
        }
    }

    /// HMAC under the current key. The message is zeroed.
    private func mac(_ message: consuming [UInt8]) -> SecretBytes {
        var result = [UInt8](repeating: 0, count: hash.size)
        let done = key.withBytes {
            HMAC(hash.algorithm, $0.baseAddress, Int32($0.count), message, message.count, &result, nil)
        }
        precondition(done != nil, "libcrypto cannot compute HMAC")
        message.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
        return SecretBytes(zeroing: &result)
    }
}

// SPDX-License-Identifier: Apache-2.0

package import Digests

/// Which transition is the latest, signed with a key that only Coordinators with the seed have.
package struct LatestTransition: Sendable, Hashable {
    /// Bytes of the longest signature of ECDSA on P-384 in DER.
    private static let signatureLimit = 104

    package let transitionHash: [UInt8]
    /// ECDSA in DER over the hash itself, which is not hashed again.
    package let signature: [UInt8]

    /// Signs a transition.
    package init(_ transition: Transition, signedBy key: ECDSAPrivateKey) throws(HistoryError) {
        do throws(CryptoError) {
            transitionHash = transition.hash
            signature = try key.sign(digest: transition.hash, madeBy: .sha256)
        } catch {
            throw .signing
        }
    }

    /// Reads 32 bytes of hash and the signature. Whether it is valid is another question.
    package init(bytes: [UInt8]) throws(HistoryError) {
        guard (33...32 + Self.signatureLimit).contains(bytes.count) else { throw .malformed("latest transition") }
        transitionHash = Array(bytes[..<32])
        signature = Array(bytes[32...])
    }

    package var bytes: [UInt8] { transitionHash + signature }

    /// - Parameter spki: DER of the public key that must have signed.
    package func isSigned(by spki: [UInt8]) -> Bool {
        ECDSASignature.isValid(signature, of: transitionHash, by: spki)
    }
}

// SPDX-License-Identifier: Apache-2.0

package import Digests
package import History
internal import IR

/// What `contrast sign` makes, and what a hardware module can make in its place.
package enum TransitionSignature {
    /// The transition that leads to a manifest from the latest one.
    ///
    /// - Parameter latest: hash of that transition; 32 zero bytes for none.
    package static func next(manifest: [UInt8], after latest: [UInt8]) -> Transition {
        Transition(manifest: manifest, previousHash: latest)
    }

    /// Reads the hexadecimal form in which `verify` keeps the hash of the latest transition.
    ///
    /// - Throws: `ClientError.malformed`.
    package static func hash(hexadecimal text: String) throws(ClientError) -> [UInt8] {
        let digits = text.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
        guard let hash = Hex.decode(String(decoding: digits, as: UTF8.self)), hash.count == 32 else {
            throw .malformed("expected the hash of a transition in 64 hexadecimal digits")
        }
        return hash
    }

    /// ECDSA with SHA-256 in DER over the transition's hash in hexadecimal.
    package static func sign(_ transition: Transition, with key: ECDSAPrivateKey) throws(CryptoError) -> [UInt8] {
        try key.sign(digest: SHA256.digest(transition.ownerMessage), madeBy: .sha256)
    }
}

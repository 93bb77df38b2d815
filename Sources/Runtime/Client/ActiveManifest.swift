// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import History

/// The manifest that a Coordinator says it serves, with what a workload needs to tell whether it is meant.
package struct ActiveManifest: Sendable {
    /// JSON.
    package var bytes: [UInt8]
    /// Hash of the transition before the one to this manifest. As good as the owner's signature, which covers both.
    package var previousTransition: [UInt8]
    /// In any order; that of the workload among them when the Coordinator has it.
    package var documents: [[UInt8]]
    /// PEM.
    package var rootCA: [UInt8]
    /// PEM.
    package var meshCA: [UInt8]
    /// A workload owner's signature of the transition; `nil` where it was authorised in another way.
    package var ownerSignature: [UInt8]?

    package init(
        bytes: [UInt8], previousTransition: [UInt8], documents: [[UInt8]], rootCA: [UInt8], meshCA: [UInt8],
        ownerSignature: [UInt8]?
    ) {
        self.bytes = bytes
        self.previousTransition = previousTransition
        self.documents = documents
        self.rootCA = rootCA
        self.meshCA = meshCA
        self.ownerSignature = ownerSignature
    }

    /// Whether a workload owner has signed the transition to the manifest.
    ///
    /// - Parameter spki: DER of the owner's public key.
    package func isSigned(by spki: [UInt8]) -> Bool {
        guard let ownerSignature, previousTransition.count == Transition.none.count else { return false }
        let transition = Transition(manifest: bytes, previousHash: previousTransition)
        return ECDSASignature.isValid(ownerSignature, of: SHA256.digest(transition.ownerMessage), by: spki)
    }
}

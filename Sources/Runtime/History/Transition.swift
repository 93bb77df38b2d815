// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// One step of a deployment's history: a manifest, and the step before it.
package struct Transition: Sendable, Hashable {
    /// What the first transition has in place of a previous one.
    package static let none = [UInt8](repeating: 0, count: 32)

    /// SHA-256 of the manifest's bytes.
    package let manifestHash: [UInt8]
    /// Hash of the transition before, 32 zero bytes in the first.
    package let previousHash: [UInt8]

    package init(manifest: [UInt8], previousHash: [UInt8] = none) {
        manifestHash = SHA256.digest(manifest)
        self.previousHash = previousHash
    }

    /// Reads the 64 bytes: hash of the manifest, hash of the transition before.
    package init(bytes: [UInt8]) throws(HistoryError) {
        guard bytes.count == 64 else { throw .malformed("transition") }
        manifestHash = Array(bytes[..<32])
        previousHash = Array(bytes[32...])
    }

    package var bytes: [UInt8] { manifestHash + previousHash }
    package var hash: [UInt8] { SHA256.digest(bytes) }
    package var isFirst: Bool { previousHash == Self.none }

    /// What an owner signs to authorise the transition: the hash in lower-case hexadecimal, as ASCII.
    package var ownerMessage: [UInt8] { Array(Hex.text(hash).utf8) }

    /// The hash of the last of the transitions that lead through manifests, oldest first; `none` for no manifest.
    package static func hash(of manifests: some Sequence<[UInt8]>) -> [UInt8] {
        manifests.reduce(none) { Transition(manifest: $1, previousHash: $0).hash }
    }
}

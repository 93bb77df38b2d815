// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// The manifests of a deployment and how one followed another, in a store that needs no trust.
///
/// Objects are kept by the SHA-256 of their bytes, which is checked on each read: `manifests/<hash>`, `policies/<hash>`
/// and `transitions/<hash>`. Two kinds of records are not, and are signed instead: `transitions/latest` by the Coordinator,
/// and `signatures/<hash of a transition>`, where an owner has authorised it so.
package struct History: Sendable {
    /// Transitions of the longest history that is read.
    package static let lengthLimit = 1 << 16

    package enum Kind: String, Sendable, CaseIterable {
        case manifests, policies, transitions
    }

    private let store: any HistoryStore

    package init(_ store: any HistoryStore) { self.store = store }

    /// The record as it is stored; its signature has not been checked.
    package func latest() throws(HistoryError) -> LatestTransition? {
        guard let bytes = try value(.latest) else { return nil }
        return try LatestTransition(bytes: bytes)
    }

    /// - Throws: `StoreError.conflict` in `store` when the latest transition is not the expected one.
    package func setLatest(_ latest: LatestTransition, expected: LatestTransition?) throws(HistoryError) {
        do throws(StoreError) {
            try store.compareAndSwap(.latest, expected: expected?.bytes, latest.bytes)
        } catch {
            throw .store(error)
        }
    }

    /// The bytes of an object.
    ///
    /// - Parameter hash: 32 bytes.
    package func object(_ kind: Kind, _ hash: [UInt8]) throws(HistoryError) -> [UInt8] {
        let key = try Self.key(kind, hash)
        guard let bytes = try value(key) else { throw .missing(key) }
        guard SHA256.digest(bytes) == hash else { throw .corrupted(key) }
        return bytes
    }

    package func transition(_ hash: [UInt8]) throws(HistoryError) -> Transition {
        try Transition(bytes: object(.transitions, hash))
    }

    /// Stores an object under its hash.
    package func store(_ kind: Kind, _ bytes: [UInt8]) throws(HistoryError) {
        let key = try Self.key(kind, SHA256.digest(bytes))
        do throws(StoreError) {
            try store.set(bytes, for: key)
        } catch {
            throw .store(error)
        }
    }

    /// The transitions that lead to one, oldest first.
    package func transitions(to hash: [UInt8]) throws(HistoryError) -> [Transition] {
        var all: [Transition] = []
        var hash = hash
        while hash != Transition.none {
            guard all.count < Self.lengthLimit else { throw .tooLong }
            let transition = try transition(hash)
            all.append(transition)
            hash = transition.previousHash
        }
        return all.reversed()
    }

    /// What an owner has signed a transition with; whether it is valid is for the reader to check.
    package func ownerSignature(of transitionHash: [UInt8]) throws(HistoryError) -> [UInt8]? {
        let bytes = try value(Self.key(Self.signatures, transitionHash))
        guard bytes?.count ?? 0 <= Self.signatureLimit else { throw .malformed("owner's signature") }
        return bytes
    }

    /// Stores what an owner has signed a transition with.
    package func setOwnerSignature(_ signature: [UInt8], of transition: Transition) throws(HistoryError) {
        let key = try Self.key(Self.signatures, transition.hash)
        do throws(StoreError) {
            try store.set(signature, for: key)
        } catch {
            throw .store(error)
        }
    }

    private func value(_ key: StoreKey) throws(HistoryError) -> [UInt8]? {
        do throws(StoreError) {
            return try store.value(for: key)
        } catch {
            throw .store(error)
        }
    }

    private static let signatures = "signatures"
    /// Bytes of a signature on any curve.
    private static let signatureLimit = 256

    private static func key(_ kind: Kind, _ hash: [UInt8]) throws(HistoryError) -> StoreKey {
        try key(kind.rawValue, hash)
    }

    private static func key(_ directory: String, _ hash: [UInt8]) throws(HistoryError) -> StoreKey {
        guard hash.count == 32, let key = StoreKey(directory, Hex.text(hash)) else { throw .malformed("hash") }
        return key
    }
}

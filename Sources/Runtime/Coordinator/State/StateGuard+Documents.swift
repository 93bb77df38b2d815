// SPDX-License-Identifier: Apache-2.0

internal import History
internal import IR

/// All that a history holds for those who verify it.
struct HistoryDocuments: Sendable {
    /// Oldest first.
    var manifests: [[UInt8]] = []
    /// Every document that a manifest refers to, once, in the order of their hashes.
    var policies: [[UInt8]] = []
}

extension StateGuard {
    /// Reads the manifests and policies of a history, each checked against its hash; with the hash of a document only the
    /// active manifest and that.
    nonisolated func documents(
        of state: ServingState, only hash: [UInt8]? = nil
    ) throws(CoordinatorError) -> HistoryDocuments {
        if let hash {
            return HistoryDocuments(manifests: [state.manifestBytes], policies: try document(hash).map { [$0] } ?? [])
        }
        if let documents = cached(state) { return documents }
        var documents = HistoryDocuments()
        var hashes: Set<String> = []
        do throws(HistoryError) {
            var manifests: [[UInt8]: [UInt8]] = [:]
            for transition in state.transitions {
                let hash = transition.manifestHash
                let bytes: [UInt8]
                if let known = manifests[hash] { bytes = known } else { bytes = try history.object(.manifests, hash) }
                manifests[hash] = bytes
                documents.manifests.append(bytes)
            }
            for bytes in manifests.values {
                guard let manifest = try? ManifestAdmission.parse(bytes) else { throw .malformed("manifest") }
                hashes.formUnion(manifest.policies.keys)
            }
            for hash in hashes.sorted() {
                documents.policies.append(try history.object(.policies, Hex.decode(hash) ?? []))
            }
        } catch {
            throw .internal(error)
        }
        cache(documents, of: state)
        return documents
    }
}

extension StateGuard {
    /// A document that was stored with any manifest, checked against its hash; `nil` when there is none.
    private nonisolated func document(_ hash: [UInt8]) throws(CoordinatorError) -> [UInt8]? {
        guard hash.count == 32 else { throw .invalidArgument("the hash of a document has 32 bytes") }
        do throws(HistoryError) {
            return try history.object(.policies, hash)
        } catch {
            if case .missing = error { return nil }
            throw .internal(error)
        }
    }

    /// The signature of the latest transition by an owner: of the manifest before, of the measured initdata, or, when
    /// the first manifest needed none, of that manifest. `nil` when the transition came without a signature.
    nonisolated func ownerSignature(of state: ServingState) -> [UInt8]? {
        try? history.ownerSignature(of: state.latest.transitionHash)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import History
internal import IR

/// What a history holds for those who verify it.
struct HistoryDocuments: Sendable {
    /// Bytes of a history beyond which it is only given packed. Clients of other releases read 4 MiB.
    static let sizeLimit = 32 << 20

    /// Oldest first.
    var manifests: [[UInt8]] = []
    /// Every document that a manifest refers to, once, in the order of their hashes.
    var policies: [[UInt8]] = []
}

extension StateGuard {
    /// The manifests and policies of a history, each checked against its hash.
    nonisolated func packedHistory(of state: ServingState) throws(CoordinatorError) -> PackedHistory {
        if let history = cached(state) { return history }
        let packed: PackedHistory
        do throws(HistoryError) {
            packed = try readHistory(of: state)
        } catch {
            throw .internal(error)
        }
        cache(packed, of: state)
        return packed
    }

    private nonisolated func readHistory(of state: ServingState) throws(HistoryError) -> PackedHistory {
        var size = 0
        var hashes: Set<String> = []
        var read: Set<[UInt8]> = []
        var manifests = DocumentPacker()
        for transition in state.transitions {
            let bytes = try history.object(.manifests, transition.manifestHash)
            if read.insert(transition.manifestHash).inserted {
                guard let manifest = try? ManifestAdmission.parse(bytes) else { throw .malformed("manifest") }
                hashes.formUnion(manifest.policies.keys)
            }
            size += bytes.count
            manifests.add(bytes)
        }
        var policies = DocumentPacker()
        for hash in hashes.sorted() {
            let document = try history.object(.policies, Hex.decode(hash) ?? [])
            size += document.count
            policies.add(document)
        }
        return PackedHistory(manifests: manifests.finish(), policies: policies.finish(), size: size)
    }

    /// The same unpacked, for clients that want it so.
    nonisolated func documents(of state: ServingState) throws(CoordinatorError) -> HistoryDocuments {
        let packed = try packedHistory(of: state)
        guard packed.size <= HistoryDocuments.sizeLimit else { throw .tooLarge(packed.size) }
        return HistoryDocuments(manifests: try unpacked(packed.manifests), policies: try unpacked(packed.policies))
    }

    private nonisolated func unpacked(_ packed: [UInt8]) throws(CoordinatorError) -> [[UInt8]] {
        do throws(DocumentUnpacker.Failure) {
            return try DocumentUnpacker.unpack(packed)
        } catch {
            throw .internal(error)
        }
    }

    /// The active manifest, and a document if it was stored with any manifest, checked against its hash.
    nonisolated func documents(
        of state: ServingState, only hash: [UInt8]
    ) throws(CoordinatorError) -> HistoryDocuments {
        guard hash.count == 32 else { throw .invalidArgument("the hash of a document has 32 bytes") }
        var documents = HistoryDocuments(manifests: [state.manifestBytes])
        do throws(HistoryError) {
            documents.policies = [try history.object(.policies, hash)]
        } catch {
            guard case .missing = error else { throw .internal(error) }
        }
        return documents
    }

    /// The signature of the latest transition by an owner: of the manifest before, of the measured initdata, or, when
    /// the first manifest needed none, of that manifest. `nil` when the transition came without a signature.
    nonisolated func ownerSignature(of state: ServingState) -> [UInt8]? {
        try? history.ownerSignature(of: state.latest.transitionHash)
    }
}

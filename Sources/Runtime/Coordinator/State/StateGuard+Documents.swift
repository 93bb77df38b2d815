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

/// The same in the forms in which it is given.
struct ReadHistory: Sendable {
    /// Bytes of a history beyond which it is only given packed. Clients of other releases read 4 MiB.
    static let sizeLimit = 32 << 20

    var packed: PackedHistory
    /// `nil` where that is more than `sizeLimit`.
    var documents: HistoryDocuments?
}

extension StateGuard {
    /// The manifests and policies of a history, each checked against its hash.
    nonisolated func documents(of state: ServingState) throws(CoordinatorError) -> ReadHistory {
        if let history = cached(state) { return history }
        let history: ReadHistory
        do throws(HistoryError) {
            history = try read(state)
        } catch {
            throw .internal(error)
        }
        cache(history, of: state)
        return history
    }

    private nonisolated func read(_ state: ServingState) throws(HistoryError) -> ReadHistory {
        var size = 0
        var documents: HistoryDocuments? = HistoryDocuments()
        func take(
            _ bytes: [UInt8], _ list: WritableKeyPath<HistoryDocuments, [[UInt8]]>, _ packer: inout DocumentPacker
        ) {
            packer.add(bytes)
            size += bytes.count
            if size > ReadHistory.sizeLimit { documents = nil }
            documents?[keyPath: list].append(bytes)
        }
        var hashes: Set<String> = []
        var read: Set<[UInt8]> = []
        var manifests = DocumentPacker()
        for transition in state.transitions {
            let bytes = try history.object(.manifests, transition.manifestHash)
            if read.insert(transition.manifestHash).inserted {
                guard let manifest = try? ManifestAdmission.parse(bytes) else { throw .malformed("manifest") }
                hashes.formUnion(manifest.policies.keys)
            }
            take(bytes, \.manifests, &manifests)
        }
        var policies = DocumentPacker()
        for hash in hashes.sorted() {
            take(try history.object(.policies, Hex.decode(hash) ?? []), \.policies, &policies)
        }
        return ReadHistory(
            packed: PackedHistory(manifests: manifests.finish(), policies: policies.finish(), size: size),
            documents: documents)
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

// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import History
package import IR

/// The documents that go to the Coordinator with a manifest: those of the compiled workloads.
package enum PolicyDocuments {
    /// A document and the workload that it is attached to.
    package struct Attached: Sendable {
        package var workload: String
        package var bytes: [UInt8]

        package init(workload: String, bytes: [UInt8]) {
            self.workload = workload
            self.bytes = bytes
        }
    }

    /// Bytes of documents that go as they are, so that every release understands them.
    private static let plainLimit = 3 << 20

    /// Documents as they are sent: many of them packed, but for those of Coordinators, by which they know their owners before
    /// they read any more. What is packed is empty where nothing has to be.
    package static func sent(
        _ documents: [[UInt8]], with manifest: Manifest
    ) -> (plain: [[UInt8]], packed: [UInt8]) {
        guard documents.reduce(0, { $0 + $1.count }) > plainLimit else { return (documents, []) }
        let coordinators = Set(manifest.coordinatorPolicyHashes)
        var plain: [[UInt8]] = []
        var packer = DocumentPacker()
        for document in documents {
            if coordinators.contains(Hex.text(SHA256.digest(document))) {
                plain.append(document)
            } else {
                packer.add(document)
            }
        }
        return (plain, packer.finish())
    }

    /// Each document that the manifest lists, once, in the order of their hashes.
    ///
    /// - Throws: `ClientError.mismatch` when a workload's policy is not in the manifest, or one of the manifest's has
    ///   no workload.
    package static func matched(_ attached: [Attached], with manifest: Manifest) throws(ClientError) -> [[UInt8]] {
        var documents: [String: [UInt8]] = [:]
        var problems: [String] = []
        for document in attached {
            let hash = Hex.text(SHA256.digest(document.bytes))
            documents[hash] = document.bytes
            if manifest.policies[hash] == nil {
                problems.append("policy \(hash) of \(document.workload) is not in the manifest")
            }
        }
        for (hash, entry) in manifest.policies.sorted(by: { $0.key < $1.key }) where documents[hash] == nil {
            let names = (entry.sans ?? []).joined(separator: ", ")
            problems.append("policy \(hash) of the manifest (\(names)) belongs to none of the workloads")
        }
        guard problems.isEmpty else {
            throw .mismatch(problems)
        }
        return documents.sorted { $0.key < $1.key }.map(\.value)
    }
}

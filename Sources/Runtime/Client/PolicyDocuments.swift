// SPDX-License-Identifier: Apache-2.0

internal import Digests
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

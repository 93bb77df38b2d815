// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

extension Manifest {
    /// What is wrong with the owner keys beyond their spelling, which `problems` judges.
    package var keyProblems: [ManifestProblem] {
        Self.problems(of: workloadOwnerPubKeys, kind: .workloadOwner, field: "WorkloadOwnerPubKeys")
            + Self.problems(of: seedshareOwnerPubKeys, kind: .seedshareOwner, field: "SeedshareOwnerPubKeys")
    }

    private static func problems(of keys: [String]?, kind: OwnerKey.Kind, field: String) -> [ManifestProblem] {
        (keys ?? []).enumerated().compactMap { index, text -> ManifestProblem? in
            guard let der = Hex.decode(text), !der.isEmpty else { return nil }
            do throws(KeyError) {
                _ = try OwnerKey(der: der, kind: kind)
                return nil
            } catch {
                return ManifestProblem(
                    path: ManifestPath().key(field).index(index), message: error.description, kind: .malformed)
            }
        }
    }
}

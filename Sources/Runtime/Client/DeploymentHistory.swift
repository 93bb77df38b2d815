// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import History
internal import IR

/// What a Coordinator, whose evidence has been verified, says of its deployment.
package struct DeploymentHistory: Sendable {
    /// Oldest first, the active one last.
    package var manifests: [[UInt8]]
    /// In any order.
    package var policies: [[UInt8]]
    /// PEM.
    package var rootCA: [UInt8]
    /// PEM.
    package var meshCA: [UInt8]
    /// `nil` from Coordinators that do not tell.
    package var latest: LatestTransition?
    /// Whether anybody could set the first manifest; `nil` from Coordinators that do not tell.
    package var trustsFirstUse: Bool?
    /// A workload owner's signature of the latest transition; `nil` where it was authorised in another way.
    package var ownerSignature: [UInt8]?

    package init(
        manifests: [[UInt8]], policies: [[UInt8]], rootCA: [UInt8], meshCA: [UInt8], latest: LatestTransition? = nil,
        trustsFirstUse: Bool? = nil, ownerSignature: [UInt8]? = nil
    ) {
        self.manifests = manifests
        self.policies = policies
        self.rootCA = rootCA
        self.meshCA = meshCA
        self.latest = latest
        self.trustsFirstUse = trustsFirstUse
        self.ownerSignature = ownerSignature
    }

    /// Takes over the latest transition as it came over the wire.
    ///
    /// - Parameters:
    ///   - hash: 32 bytes.
    ///   - signature: the Coordinator's, in DER.
    package mutating func setLatest(hash: [UInt8], signature: [UInt8]) throws(ClientError) {
        do throws(HistoryError) {
            latest = try LatestTransition(bytes: hash + signature)
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// Hash of the transition to the active manifest, from the manifests themselves.
    package var transitionHash: [UInt8] { Transition.hash(of: manifests) }

    /// The manifest that is served; `nil` when there is none.
    package var active: ActiveManifest? {
        manifests.last.map { manifest in
            ActiveManifest(
                bytes: manifest, previousTransition: Transition.hash(of: manifests.dropLast()), documents: policies,
                rootCA: rootCA, meshCA: meshCA, ownerSignature: ownerSignature)
        }
    }

    /// How the active manifest compares with the one that is expected.
    package enum Verdict: Sendable, Equatable {
        case identical
        /// Other bytes that say the same: order of members, white space.
        case equivalent
        /// What differs, a line each.
        case different([String])
    }

    /// Compares the active manifest.
    ///
    /// - Throws: `ClientError.malformed` when there is none, or when either is not JSON.
    package func compare(with expected: [UInt8]) throws(ClientError) -> Verdict {
        guard let active = manifests.last else { throw .malformed("manifest history is empty") }
        if active == expected { return .identical }
        guard let left = try? JSONParser.parse(expected) else { throw .malformed("the manifest is not JSON") }
        guard let right = try? JSONParser.parse(active) else {
            throw .malformed("the active manifest is not JSON")
        }
        let differences = ManifestDifferences.between(expected: left, active: right)
        return differences.isEmpty ? .equivalent : .different(differences)
    }

    /// What is wrong with the history as such; a line each. Evidence shows that the Coordinator runs the software it
    /// should; this shows that its answer is whole.
    package var problems: [String] {
        var problems: [String] = []
        if let latest, latest.transitionHash != transitionHash {
            problems.append("the manifests do not lead to the transition that the Coordinator has signed")
        }
        let known = Set(policies.map { Hex.text(SHA256.digest($0)) })
        var needed: Set<String> = []
        for (number, bytes) in manifests.enumerated() {
            guard let object = (try? JSONParser.parse(bytes))?.object else {
                problems.append("manifest \(number) is not JSON")
                continue
            }
            needed.formUnion(object["Policies"]?.object?.members.map { $0.key.asciiLowercased } ?? [])
        }
        for hash in needed.subtracting(known).sorted() {
            problems.append("the document of policy \(hash) is missing")
        }
        for hash in known.subtracting(needed).sorted() {
            problems.append("no manifest lists the document \(hash)")
        }
        return problems
    }
}

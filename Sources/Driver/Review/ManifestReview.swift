// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// What changes from one manifest to another; workloads whose policies are among the files are compared there.
struct ManifestReview {
    private(set) var findings: [TrustFinding] = []

    private let old: DeploymentSnapshot
    private let new: DeploymentSnapshot

    /// A side without a manifest allows nothing.
    init(from old: DeploymentSnapshot, to new: DeploymentSnapshot) {
        (self.old, self.new) = (old, new)
        let (before, after) = (old.manifest?.content ?? Manifest(), new.manifest?.content ?? Manifest())
        comparePolicies(before, after)
        findings += ReferenceValuesReview(from: before.referenceValues, to: after.referenceValues).findings
        compareLists(
            Self.fingerprints(before.workloadOwnerPubKeys)
                + (before.workloadOwnerKeyDigests ?? []).map(\.asciiLowercased),
            Self.fingerprints(after.workloadOwnerPubKeys)
                + (after.workloadOwnerKeyDigests ?? []).map(\.asciiLowercased),
            .ownerKey, "workload owner key")
        compareLists(
            Self.fingerprints(before.seedshareOwnerPubKeys), Self.fingerprints(after.seedshareOwnerPubKeys), .ownerKey,
            "seed share owner key")
        compareAPIVersions(before, after)
    }

    /// SHA-256 of the DER of a public key, by which people know it.
    static func fingerprint(_ key: String) -> String {
        Hex.decode(key).map { Hex.text(SHA256.digest($0)) } ?? key
    }

    private static func fingerprints(_ keys: [String]?) -> [String] { (keys ?? []).map(fingerprint) }

    // MARK: - Policies

    private mutating func comparePolicies(_ before: Manifest, _ after: Manifest) {
        let matches = matches(before, after)
        let taken = Set(matches.values)
        for (hash, entry) in before.policies.sorted(by: { $0.key < $1.key }) {
            if let match = matches[hash], let other = after.policies[match] {
                compare(hash, entry, match, other)
            } else if !(old.workload(withPolicy: hash).map(isCompared) ?? false) {
                findings.append(
                    TrustFinding(
                        .newlyDenied, .workload, widens: false, workloads: [name(hash, entry, in: old)],
                        "policy in the manifest", old: hash))
            }
        }
        for (hash, entry) in after.policies.sorted(by: { $0.key < $1.key })
        where !taken.contains(hash) && !(new.workload(withPolicy: hash).map(isCompared) ?? false) {
            findings.append(
                TrustFinding(
                    .newlyAllowed, .workload, widens: true, workloads: [name(hash, entry, in: new)],
                    "policy in the manifest", new: hash))
        }
    }

    /// Whether a workload that one side lacks has been found to be new or gone.
    private func isCompared(_ name: String) -> Bool {
        [old, new].contains { side in !side.workloads.contains { $0.name == name && $0.policy != nil } }
    }

    private func name(_ hash: String, _ entry: PolicyEntry, in side: DeploymentSnapshot) -> String {
        if let name = side.workload(withPolicy: hash) { return name }
        return [entry.workloadSecretID, entry.sans?.first ?? ""].first { !$0.isEmpty } ?? hash
    }

    /// For each old entry the new one of the same workload: by the files, by its policy, by its secret, by its first name.
    private func matches(_ before: Manifest, _ after: Manifest) -> [String: String] {
        var result: [String: String] = [:]
        var taken: Set<String> = []
        func unique(_ key: (PolicyEntry) -> String, _ entry: PolicyEntry) -> String? {
            let wanted = key(entry)
            guard !wanted.isEmpty else { return nil }
            func fitting(_ manifest: Manifest) -> [String] {
                manifest.policies.filter { key($0.value).hasSameBytes(as: wanted) }.map(\.key)
            }
            let (left, right) = (fitting(before), fitting(after))
            return left.count == 1 && right.count == 1 ? right[0] : nil
        }
        let ways: [(String, PolicyEntry) -> String?] = [
            { hash, _ in
                guard let name = old.workload(withPolicy: hash) else { return nil }
                return new.workloads.first { $0.name == name }?.policy?.hash
            },
            { hash, _ in hash },
            { unique(\.workloadSecretID, $1) },
            { unique({ $0.sans?.first ?? "" }, $1) },
        ]
        for way in ways {
            for (hash, entry) in before.policies.sorted(by: { $0.key < $1.key }) where result[hash] == nil {
                guard let match = way(hash, entry), after.policies[match] != nil, taken.insert(match).inserted else {
                    continue
                }
                result[hash] = match
            }
        }
        return result
    }

    private mutating func compare(_ oldHash: String, _ before: PolicyEntry, _ newHash: String, _ after: PolicyEntry) {
        let names = [name(newHash, after, in: new)]
        let areFiles = [(old, oldHash), (new, newHash)].allSatisfy { $0.workload(withPolicy: $1) != nil }
        if oldHash != newHash, !areFiles {
            findings.append(
                TrustFinding(
                    .changed, .policy, widens: true, workloads: names, "policy, which is not among the files",
                    old: oldHash, new: newHash))
        }
        compareLists(before.sans ?? [], after.sans ?? [], .san, "name in the mesh certificate", names)
        if !before.workloadSecretID.hasSameBytes(as: after.workloadSecretID) {
            findings.append(
                TrustFinding(
                    .changed, .secretID, widens: !after.workloadSecretID.isEmpty, workloads: names, "workload secret",
                    old: Self.some(before.workloadSecretID), new: Self.some(after.workloadSecretID)))
        }
        if !before.role.hasSameBytes(as: after.role) {
            findings.append(
                TrustFinding(
                    .changed, .role, widens: !after.role.isEmpty, workloads: names, "role", old: Self.some(before.role),
                    new: Self.some(after.role)))
        }
    }

    private static func some(_ text: String) -> String { text.isEmpty ? "none" : text }

    // MARK: - All else

    /// Lists of which each item is allowed on its own, in any order.
    private mutating func compareLists(
        _ old: [String], _ new: [String], _ kind: TrustKind, _ aspect: String, _ workloads: [String] = []
    ) {
        findings += TrustFinding.lists(old, new, kind, aspect, workloads: workloads)
    }

    private mutating func compareAPIVersions(_ before: Manifest, _ after: Manifest) {
        guard !before.minimumAPIVersion.hasSameBytes(as: after.minimumAPIVersion) else { return }
        let isHigher = (after.minimumAPIVersionNumber ?? 0) > (before.minimumAPIVersionNumber ?? 0)
        findings.append(
            TrustFinding(
                .changed, .apiVersion, widens: !isHigher, "lowest version of the HTTP API",
                old: Self.some(before.minimumAPIVersion), new: Self.some(after.minimumAPIVersion)))
    }
}

extension TrustFinding {
    /// What was added to and taken from a list each item of which is allowed on its own.
    static func lists(
        _ old: [String], _ new: [String], _ kind: TrustKind, _ aspect: String, workloads: [String] = [],
        subject: String? = nil
    ) -> [TrustFinding] {
        let gone = old.filter { item in !new.contains { $0.hasSameBytes(as: item) } }
        let added = new.filter { item in !old.contains { $0.hasSameBytes(as: item) } }
        func finding(_ change: TrustChange, _ old: String?, _ new: String?) -> TrustFinding {
            TrustFinding(
                change, kind, widens: new != nil, workloads: workloads, subject: subject, aspect, old: old, new: new)
        }
        if gone.count == 1, added.count == 1 { return [finding(.changed, gone[0], added[0])] }
        return added.map { finding(.newlyAllowed, nil, $0) } + gone.map { finding(.newlyDenied, $0, nil) }
    }
}

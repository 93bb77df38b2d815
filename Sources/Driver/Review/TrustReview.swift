// SPDX-License-Identifier: Apache-2.0

internal import Backends
package import IR

/// What changes in trust from one compiled deployment to another.
package struct TrustReview: Sendable {
    /// Those about workloads first, by name, then those about the manifest.
    package private(set) var findings: [TrustFinding] = []

    private let old: DeploymentSnapshot
    private let new: DeploymentSnapshot

    package init(from old: DeploymentSnapshot, to new: DeploymentSnapshot) {
        (self.old, self.new) = (old, new)
        for (before, after) in pairs { compare(before, after) }
        joinWorkloads()
        if old.manifest != nil || new.manifest != nil { findings += ManifestReview(from: old, to: new).findings }
    }

    /// Workloads by name; of several with one name each with the one at its place.
    private var pairs: [(DeploymentSnapshot.Workload?, DeploymentSnapshot.Workload?)] {
        let (before, after) = (
            Dictionary(grouping: old.workloads, by: \.name), Dictionary(grouping: new.workloads, by: \.name)
        )
        return Set(before.keys).union(after.keys).sorted().flatMap { name in
            let (left, right) = (before[name] ?? [], after[name] ?? [])
            return (0..<max(left.count, right.count)).map { index in
                (index < left.count ? left[index] : nil, index < right.count ? right[index] : nil)
            }
        }
    }

    /// Makes one finding of what is the same in several workloads, at the place of the first.
    private mutating func joinWorkloads() {
        var joined: [TrustFinding] = []
        for finding in findings {
            if finding.kind != .workload, let same = joined.firstIndex(where: { $0.says(sameAs: finding) }) {
                joined[same].workloads += finding.workloads
            } else {
                joined.append(finding)
            }
        }
        findings = joined
    }

    // MARK: - Workloads

    private mutating func compare(_ old: DeploymentSnapshot.Workload?, _ new: DeploymentSnapshot.Workload?) {
        let names = [new?.name ?? old?.name ?? ""]
        switch (old?.policy, new?.policy) {
        case (nil, nil): return
        case (nil, _?):
            findings.append(TrustFinding(.newlyAllowed, .workload, widens: true, workloads: names, "workload"))
        case (let before?, nil):
            guard new != nil else {
                return findings.append(
                    TrustFinding(.newlyDenied, .workload, widens: false, workloads: names, "workload", old: before.hash)
                )
            }
            // It runs on, and the host can do with it as it likes.
            findings.append(
                TrustFinding(
                    .changed, .workload, widens: true, workloads: names, "protection", old: "confidential", new: "none")
            )
        case (let before?, let after?):
            guard let old, let new else { return }
            if old.runtimeClass != new.runtimeClass {
                findings.append(
                    TrustFinding(
                        .changed, .workload, widens: true, workloads: names, "runtime class", old: old.runtimeClass,
                        new: new.runtimeClass))
            }
            guard before.hash != after.hash else { return }
            comparePolicies((old, before), (new, after))
            compareInitData(before, after, names)
        }
    }

    private typealias Side = (workload: DeploymentSnapshot.Workload, policy: DeploymentSnapshot.Policy)

    private mutating func comparePolicies(_ old: Side, _ new: Side) {
        let names = [new.workload.name]
        guard let before = old.policy.data, let after = new.policy.data else {
            return findings.append(
                TrustFinding(
                    .changed, .policy, widens: true, workloads: names, "policy that this version cannot compare",
                    old: old.policy.hash, new: new.policy.hash))
        }
        let entries = PolicyDifference(from: before, to: after).entries
        if entries.isEmpty, before != after {
            findings.append(
                TrustFinding(
                    .changed, .policy, widens: true, workloads: names, "policy data, in a way that has no words here",
                    old: old.policy.hash, new: new.policy.hash))
        }
        let changed = Set(entries.filter { $0.kind == .environment }.flatMap(\.containers))
        for entry in entries where !Self.isInstruction(entry) {
            var finding = TrustFinding(
                entry.change, entry.kind, widens: entry.widens, workloads: names, subject: entry.subject, entry.aspect,
                old: entry.old, new: entry.new)
            switch entry.kind {
            case .environment where !entry.containers.isEmpty: showVariable(entry, old, new, in: &finding)
            case .arguments where entry.aspect == PolicyWords.aspect("args"):
                let shown = entry.containers.first.map { name in
                    (ShownArguments(old.workload, before, name).text, ShownArguments(new.workload, after, name).text)
                }
                let isSame = shown.map { $0.0 == $0.1 } ?? false
                // What a reference stands for, which is found of its own.
                if isSame, changed.isSuperset(of: entry.containers) { continue }
                (finding.old, finding.new) = (shown?.0, isSame ? "one with values that are not shown" : shown?.1)
            default: break
            }
            findings.append(finding)
        }
    }

    /// Annotations that ask something of the compiler; what it did is in the rest of the policy.
    private static func isInstruction(_ entry: PolicyDifference.Entry) -> Bool {
        entry.kind == .annotation && entry.aspect.hasPrefix("annotation contrast.edgeless.systems/")
    }

    /// Shows the values of a variable where both files have them.
    private func showVariable(
        _ entry: PolicyDifference.Entry, _ old: Side, _ new: Side, in finding: inout TrustFinding
    ) {
        let name = entry.new ?? entry.old ?? ""
        finding.aspect += " \(name)"
        let values = (Self.literal(name, entry.containers, old), Self.literal(name, entry.containers, new))
        let hidden = "a value that is not shown"
        finding.old = entry.old == nil ? nil : values.0 ?? hidden
        finding.new = entry.new == nil ? nil : values.1 ?? (finding.old == hidden ? "another one" : hidden)
    }

    /// The value of a variable, if the YAML itself has it, it is that of the policy, and the same in all containers.
    private static func literal(_ name: String, _ containers: [String], _ side: Side) -> String? {
        let all = side.policy.data?.effectiveContainers ?? []
        let values = containers.map { container -> String? in
            guard let literal = side.workload.variables[container]?.literals[name],
                let data = all.first(where: { PolicyWords.name(ofContainer: $0) == container }),
                data["env"]?.array?.contains(.string("\(name)=\(literal)")) == true
            else { return nil }
            return literal
        }
        return Set(values).count == 1 ? values[0] : nil
    }

    /// What a workload is told beside its policy.
    private mutating func compareInitData(
        _ old: DeploymentSnapshot.Policy, _ new: DeploymentSnapshot.Policy, _ names: [String]
    ) {
        let coordinators = (old.coordinator, new.coordinator)
        // It follows from what the manifests say, and is found there.
        let follows =
            coordinators.0 == Self.coordinator(by: self.old.manifest?.content, of: old.hash)
            && coordinators.1 == Self.coordinator(by: self.new.manifest?.content, of: new.hash)
        for key in Set(old.initData.keys).union(new.initData.keys).sorted()
        where old.initData[key] != new.initData[key] {
            if key == CoordinatorInfo.initDataKey {
                if follows { continue }
                findings.append(
                    TrustFinding(
                        .changed, .coordinator, widens: true, workloads: names,
                        "by what the Coordinator is recognised", old: coordinators.0.map(Self.text) ?? "nothing",
                        new: coordinators.1.map(Self.text) ?? "nothing"))
            } else {
                let change: TrustChange =
                    old.initData[key] == nil ? .newlyAllowed : new.initData[key] == nil ? .newlyDenied : .changed
                findings.append(
                    TrustFinding(
                        change, .policy, widens: new.initData[key] != nil, workloads: names, "initdata '\(key)'"))
            }
        }
    }

    /// What a workload is told that was compiled with the manifest; a Coordinator does not know its own policy.
    private static func coordinator(by manifest: Manifest?, of policy: String) -> CoordinatorInfo? {
        guard let info = manifest.flatMap({ CoordinatorInfo($0) }) else { return nil }
        let isCoordinator = manifest?.coordinatorPolicyHashes.contains(policy) == true
        return isCoordinator && info.workloadOwnerPubKeys.isEmpty ? nil : info
    }

    private static func text(_ info: CoordinatorInfo) -> String {
        (info.workloadOwnerPubKeys.map { "owner key \(ManifestReview.fingerprint($0))" }
            + info.coordinatorPolicyHashes.map { "policy \($0)" }).joined(separator: ", ")
    }
}

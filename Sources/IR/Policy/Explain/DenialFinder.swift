// SPDX-License-Identifier: Apache-2.0

/// Finds, in all that failed while a request was judged, what it failed for: the candidate that got furthest, and of that
/// the innermost statement that a reader of the YAML can relate to.
struct DenialFinder {
    let kind: String
    let request: JSONValue
    let data: PolicyData
    let state: JSONValue

    /// Functions whose statements are ways to accept one item: none of them is the cause on its own.
    private static let subjects: Set = [
        "variable_known", "annotation_known", "annotation_matches", "device_known",
        "storage_known", "path_known", "copy_allowed", "exec_allowed",
        "capability_list", "argument_matches", "mount_matches", "variable_present",
        "address_allowed", "storage_used", "path_protected", "valid_id", "fresh",
        "passed", "symlink_target", "source_allowed", "network_allowed",
    ]
    /// Where what is counted is what has matched, so that the cause is in what has not.
    private static let counting: Set<String> = ["CreateContainerRequest", "mounts_known"]

    func denial(_ root: FailedCall?) -> Denial {
        guard let root, !root.failures.isEmpty else {
            return Denial.never(kind)
        }
        var path = Path(rules: [root.function], call: root)
        descend(root.failures, &path)
        return DenialWriter(finder: self, path: path).denial()
    }

    /// From the rule down to the cause.
    struct Path {
        var rules: [String]
        var call: FailedCall
        var failure: RuleFailure?
        var items: [TracedValue] = []
        var calls: [FailedCall] = []
    }

    private func descend(_ failures: [RuleFailure], _ path: inout Path) {
        guard let best = nearest(failures) else { return }
        path.failure = best
        path.items += best.items
        if let call = best.calls.last, best.test == .holds || best.test == .every || call.failures.count > 0 {
            if path.rules.last != call.function { path.rules.append(call.function) }
            path.calls.append(path.call)
            path.call = call
            guard !Self.subjects.contains(call.function) else {
                path.failure = nearest(call.failures)
                return
            }
            descend(call.failures, &path)
        } else if best.test == .every || Self.counting.contains(path.call.function) {
            descend(best.failures, &path)
        }
    }

    // MARK: - The nearest

    private func nearest(_ failures: [RuleFailure]) -> RuleFailure? {
        var best: (failure: RuleFailure, rank: [Int])?
        for failure in failures {
            let rank = rank(failure)
            if let known = best, !known.rank.lexicographicallyPrecedes(rank) { continue }
            best = (failure, rank)
        }
        return best?.failure
    }

    /// Whether it concerns the container that the request names; how far it came, and within that how far.
    private func rank(_ failure: RuleFailure) -> [Int] {
        var rank = [isNamed(failure) ? 1 : 0, failure.progress, comparable(failure)]
        let inner = (failure.calls.last?.failures ?? []) + failure.failures
        if let best = inner.map(self.rank).max(by: { $0.lexicographicallyPrecedes($1) }) { rank += best }
        return rank
    }

    /// Values on both sides say more than one that is missing.
    private func comparable(_ failure: RuleFailure) -> Int {
        failure.test != .fails && failure.operands.allSatisfy { $0.value != nil } ? 1 : 0
    }

    private func isNamed(_ failure: RuleFailure) -> Bool {
        guard let index = failure.items.lazy.compactMap(\.containerIndex).first else { return false }
        return name(ofContainer: index) == requestedName
    }

    var requestedName: String? {
        let annotations = request["OCI"]?["Annotations"]
        if annotations?["io.kubernetes.cri.container-type"]?.string == "sandbox" { return "" }
        return annotations?["io.kubernetes.cri.container-name"]?.string
    }

    func name(ofContainer index: Int) -> String {
        guard let containers = data.pod["containers"]?.array, containers.indices.contains(index) else { return "" }
        return containers[index]["name"]?.string
            ?? containers[index]["annotations"]?["io.kubernetes.cri.container-name"]?.string ?? ""
    }
}

extension TracedValue {
    var containerIndex: Int? { origin?.containerIndex }
}

extension ValueOrigin {
    /// Of the container of the policy that it is in.
    var containerIndex: Int? {
        root == .policy && path.count >= 2 && path[0] == "containers" ? Int(path[1]) : nil
    }
}

extension Denial {
    /// There is no way to allow such a request.
    fileprivate static func never(_ kind: String) -> Denial {
        let summary =
            switch kind {
            case "ExecProcessRequest": "no command may be run in this pod"
            case _ where CompatRules.switches.contains(kind): "the settings do not allow \(kind)"
            default: "\(kind) is never allowed"
            }
        var denial = Denial(kind: kind, summary: summary)
        denial.rules = [kind]
        return denial
    }
}

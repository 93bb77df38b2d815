// SPDX-License-Identifier: Apache-2.0

import IR

/// The pattern of the names that Kubernetes gives to the pods of a workload.
enum SandboxNamePattern {
    /// `nil` when the workload has neither a name nor a generateName.
    static func pattern(for workload: Workload) -> String? {
        let suffix = PolicyPatterns.generatedSuffix
        let owner: String
        if let name = workload.name {
            owner = PolicyPatterns.literal(name.value)
        } else if let prefix = workload.generateName {
            owner = PolicyPatterns.literal(prefix.value) + suffix
        } else {
            return nil
        }
        let rest =
            switch workload.kind {
            case .pod: ""
            case .deployment: "-\(suffix)-\(suffix)"
            case .replicaSet, .replicationController, .daemonSet: "-\(suffix)"
            case .statefulSet: "-[0-9]+"
            // The number is the index of an indexed Job.
            case .job: "(-[0-9]+)?-\(suffix)"
            case .cronJob: "-[0-9]+(-[0-9]+)?-\(suffix)"
            }
        return "^\(owner)\(rest)$"
    }
}

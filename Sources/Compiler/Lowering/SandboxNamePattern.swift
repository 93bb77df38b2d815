// SPDX-License-Identifier: Apache-2.0

import IR

/// The pattern of the names that Kubernetes gives to the pods of a workload.
enum SandboxNamePattern {
    /// Kubernetes cuts what stands before the random suffix of a generated name to this many bytes.
    private static let generatedBaseLimit = 58

    /// `nil` when the workload has neither a name nor a generateName.
    static func pattern(for workload: Workload) -> String? {
        let suffix = PolicyPatterns.generatedSuffix
        let (ending, longest) = ending(workload.kind)
        if let name = workload.name?.value {
            if let longest, name.utf8.count + longest > generatedBaseLimit { return cut(name) }
            return "^\(PolicyPatterns.literal(name))\(ending)$"
        }
        return workload.generateName.map { prefix in
            let base = String(decoding: prefix.value.utf8.prefix(generatedBaseLimit), as: UTF8.self)
            return "^\(PolicyPatterns.literal(base))\(suffix)\(ending)$"
        }
    }

    /// What follows the name of the object, and, when a random suffix ends it, the most bytes before that suffix.
    private static func ending(_ kind: WorkloadKind) -> (pattern: String, longest: Int?) {
        let suffix = PolicyPatterns.generatedSuffix
        switch kind {
        case .pod: return ("", nil)
        case .statefulSet: return ("-[0-9]+", nil)
        case .replicaSet, .replicationController, .daemonSet: return ("-\(suffix)", 1)
        // The hash of a pod template has ten digits at most.
        case .deployment: return ("-\(suffix)-\(suffix)", 12)
        // The number is the index of an indexed Job, below 100,000.
        case .job: return ("(-[0-9]+)?-\(suffix)", 7)
        // The first number is the minute since 1970 for which the CronJob was scheduled.
        case .cronJob: return ("-[0-9]+(-[0-9]+)?-\(suffix)", 16)
        }
    }

    /// For a name so long that Kubernetes may cut between it and the suffix, or within it.
    private static func cut(_ name: String) -> String {
        let kept = name.utf8.prefix(generatedBaseLimit)
        let base = PolicyPatterns.literal(String(decoding: kept, as: UTF8.self))
        if kept.count == generatedBaseLimit { return "^\(base)\(PolicyPatterns.generatedSuffix)$" }
        return "^\(base)-[0-9bcdfghjklmnpqrstvwxz-]+$"
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// Which policy a guest must run with.
package enum ExpectedPolicy: Sendable, Hashable {
    /// Any of the manifest.
    case any
    /// One with the Coordinator's role.
    case coordinator
    /// One without it.
    case workload
}

/// What evidence is compared with once it is genuine.
package struct Expectation: Sendable {
    package var manifest: Manifest
    package var policy: ExpectedPolicy
    /// The 64 bytes that bind evidence to a request; `nil` when there was none.
    package var reportData: [UInt8]?

    package init(manifest: Manifest, policy: ExpectedPolicy = .any, reportData: [UInt8]? = nil) {
        self.manifest = manifest
        self.policy = policy
        self.reportData = reportData
    }

    /// That the evidence was made for the request.
    package func reportDataRequirement<Evidence>(
        _ rule: Rule, of field: @escaping @Sendable (Evidence) -> [UInt8]
    ) -> [Requirement<Evidence>] {
        guard let reportData else { return [] }
        return [Requirement(rule, field: "REPORT_DATA", of: field, equals: reportData, shown: { .hex($0) })]
    }

    /// That the 32 bytes which name the guest's policy are those of a policy of the manifest.
    package func policyRequirement<Evidence>(
        _ rule: Rule, field name: String, of field: @escaping @Sendable (Evidence) -> [UInt8]
    ) -> Requirement<Evidence> {
        Requirement(rule) { [manifest, policy] evidence in
            let found = field(evidence)
            let text = Hex.text(found)
            let origin = ManifestPath().key("Policies")
            // A guest without a policy is none of the manifest's, whatever the manifest lists.
            guard found.contains(where: { $0 != 0 }), let entry = manifest.policies[text] else {
                return Shortfall(name, expected: "the hash of a policy", found: text, origin: origin)
            }
            let isCoordinator = entry.role == PolicyEntry.coordinatorRole
            guard policy == .any || isCoordinator == (policy == .coordinator) else {
                return Shortfall(
                    name,
                    expected:
                        "the hash of a policy \(isCoordinator ? "without" : "with") the role '\(PolicyEntry.coordinatorRole)'",
                    found: "\(text), which has \(entry.role.isEmpty ? "no role" : "the role '\(entry.role)'")",
                    origin: origin.key(text).key("Role"))
            }
            return nil
        }
    }
}

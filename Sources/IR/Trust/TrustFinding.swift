// SPDX-License-Identifier: Apache-2.0

/// One change between two deployments in what is trusted.
package struct TrustFinding: Sendable, Equatable {
    package var change: TrustChange
    package var kind: TrustKind
    /// Whether something is allowed that was not.
    package var widens: Bool
    /// `Kind namespace/name` of those that it is about; none when it is about the manifest as a whole.
    package var workloads: [String]
    /// What of the workload, e.g. `container 'web'`; or where in the manifest.
    package var subject: String?
    package var aspect: String
    /// Never the value of a Secret.
    package var old: String?
    package var new: String?

    package init(
        _ change: TrustChange, _ kind: TrustKind, widens: Bool, workloads: [String] = [], subject: String? = nil,
        _ aspect: String, old: String? = nil, new: String? = nil
    ) {
        self.change = change
        self.kind = kind
        self.widens = widens
        self.workloads = workloads
        self.subject = subject
        self.aspect = aspect
        self.old = old
        self.new = new
    }

    /// What it says of any workload.
    package func says(sameAs other: TrustFinding) -> Bool {
        var (left, right) = (self, other)
        (left.workloads, right.workloads) = ([], [])
        return left == right
    }
}

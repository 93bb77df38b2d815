// SPDX-License-Identifier: Apache-2.0

/// The content of `manifest.json`: which workloads may join a deployment, on which platforms, and who may change that.
///
/// Hexadecimal values stay text, so that what a user wrote is kept even when it is malformed; `problems` judges it.
package struct Manifest: Sendable, Equatable {
    /// By the SHA-256 of the policy or initdata document, 64 lower-case hexadecimal digits.
    package var policies: [String: PolicyEntry]
    package var referenceValues: ReferenceValues
    /// PKIX DER of ECDSA public keys in hexadecimal; `nil` is written as `null`.
    package var workloadOwnerPubKeys: [String]?
    /// SHA-256 of such keys, as releases before 2026 stored them.
    package var workloadOwnerKeyDigests: [String]?
    /// PKCS#1 DER of RSA public keys in hexadecimal; `nil` is written as `null`.
    package var seedshareOwnerPubKeys: [String]?
    /// The lowest version of the HTTP API that may be served, e.g. `v1`; empty for any.
    package var minimumAPIVersion = ""

    package init(
        policies: [String: PolicyEntry] = [:], referenceValues: ReferenceValues = ReferenceValues(),
        workloadOwnerPubKeys: [String]? = nil, workloadOwnerKeyDigests: [String]? = nil,
        seedshareOwnerPubKeys: [String]? = nil
    ) {
        self.policies = policies
        self.referenceValues = referenceValues
        self.workloadOwnerPubKeys = workloadOwnerPubKeys
        self.workloadOwnerKeyDigests = workloadOwnerKeyDigests
        self.seedshareOwnerPubKeys = seedshareOwnerPubKeys
    }

    /// The number in `minimumAPIVersion`: 0 for none, `nil` for a text that is no version.
    package var minimumAPIVersionNumber: Int? {
        if minimumAPIVersion.isEmpty { return 0 }
        guard minimumAPIVersion.first == "v", let number = Int(minimumAPIVersion.dropFirst()), number > 0,
            minimumAPIVersion == "v\(number)"
        else { return nil }
        return number
    }

    /// The hashes of all policies with the Coordinator's role, sorted.
    package var coordinatorPolicyHashes: [String] {
        policies.filter { $0.value.role == PolicyEntry.coordinatorRole }.keys.sorted()
    }
}

/// What the manifest says of one workload.
package struct PolicyEntry: Sendable, Equatable {
    /// The only role there is; other workloads have an empty one.
    package static let coordinatorRole = "coordinator"

    /// Names for the mesh certificate: DNS names, IP addresses or URIs. `nil` is written as `null`.
    package var sans: [String]?
    package var workloadSecretID: String
    package var role: String

    package init(sans: [String]?, workloadSecretID: String = "", role: String = "") {
        self.sans = sans
        self.workloadSecretID = workloadSecretID
        self.role = role
    }
}

/// What evidence is compared with; any matching entry suffices.
package struct ReferenceValues: Sendable, Equatable {
    package var snp: [SNPReferenceValues]
    package var tdx: [TDXReferenceValues]

    package init(snp: [SNPReferenceValues] = [], tdx: [TDXReferenceValues] = []) {
        self.snp = snp
        self.tdx = tdx
    }

    package var isEmpty: Bool { snp.isEmpty && tdx.isEmpty }
}

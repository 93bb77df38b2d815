// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import Digests
internal import Identity
package import Workload

/// Keeps the certificate of a running workload good: asks for the next one after two thirds of its life, and puts it in
/// the place of the last.
///
/// The workload keeps its key, so that certificate and key on disk go together at every moment. The Coordinator must
/// have the same root CA as before; a manifest that was set in the meantime brings its own mesh CA.
package struct CertificateRenewal: Sendable {
    /// What there is to be told.
    package enum Event: Sendable {
        case renewed(notAfter: Timestamp)
        case failed(any Error, next: Duration)
    }

    private let enrollment: Enrollment
    private let key: SecretBytes
    private let files: WorkloadFiles
    /// Attempts become rarer: there is a third of a certificate's life left for them.
    private let schedule = RetrySchedule(first: .seconds(5), longest: .seconds(300))

    package init(_ enrollment: Enrollment, key: SecretBytes, files: WorkloadFiles) {
        self.enrollment = enrollment
        self.key = key
        self.files = files
    }

    /// Runs until the task is cancelled.
    ///
    /// - Parameters:
    ///   - first: what the workload has now.
    ///   - wait: throws when the task was cancelled.
    package func run(
        after first: Enrollment.Enrolled,
        wait: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        report: @Sendable (Event) -> Void
    ) async throws {
        var generator = SystemRandomNumberGenerator()
        var leaf = first.certificate
        while true {
            let delay = CertificatePolicy.renewalDelay(
                notBefore: leaf.notBefore, notAfter: leaf.notAfter, jitter: .random(in: 0...1))
            try await wait(.seconds(delay))
            leaf = try await schedule.run(
                using: &generator, wait: wait, report: { report(.failed($0, next: $1)) }
            ) {
                let next = try await enrollment.enroll(key: key, known: first.root)
                try files.renew(next.identity)
                return next.certificate
            }
            report(.renewed(notAfter: leaf.notAfter))
        }
    }
}

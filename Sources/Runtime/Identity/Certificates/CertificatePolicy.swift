// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// How long the certificates of workloads are good.
package struct CertificatePolicy: Sendable, Equatable {
    package static let minute: Int64 = 60
    package static let day: Int64 = 86_400

    /// Seconds from issue to end, ten minutes to ten years.
    package let leafLifetime: Int64
    /// Seconds by which the start lies before the issue, for clocks that are behind.
    package static let backdating: Int64 = 3600

    /// One year: workloads that fetch their certificate once, at their start, live that long.
    package static let standard = CertificatePolicy(unchecked: 365 * day)

    private init(unchecked leafLifetime: Int64) { self.leafLifetime = leafLifetime }

    /// `nil` for a life that is too short to be used or too long to be meant.
    package init?(leafLifetime: Int64) {
        guard (10 * Self.minute...3650 * Self.day).contains(leafLifetime) else { return nil }
        self.leafLifetime = leafLifetime
    }

    /// How long after its issue the holder of a certificate should ask for the next one: two thirds of the time that it is
    /// good for, and up to a tenth of it more, so that workloads that started together do not renew together.
    ///
    /// The clock that dated the certificate is the issuer's; a span of time needs no other.
    ///
    /// - Parameter jitter: 0 to 1, by chance.
    /// - Returns: seconds, a minute at least.
    package static func renewalDelay(notBefore: Timestamp, notAfter: Timestamp, jitter: Double) -> Int64 {
        let (sum, overflow) = notAfter.seconds.subtractingReportingOverflow(notBefore.seconds)
        let life = overflow ? 0 : max(0, sum - backdating)
        return max(minute, life / 3 * 2 + Int64(Double(life / 10) * min(max(jitter, 0), 1)))
    }
}

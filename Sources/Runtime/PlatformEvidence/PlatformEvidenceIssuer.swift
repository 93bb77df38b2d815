// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// Where a program's own evidence comes from.
package enum PlatformEvidenceIssuer {
    /// - Parameter command: a program with its arguments, separated by spaces; the kernel's interface without.
    package static func make(command: String?) -> any EvidenceIssuer {
        guard let command else { return TSMEvidenceIssuer() }
        let words = command.split(separator: " ").map(String.init)
        return CommandEvidenceIssuer(program: words.first ?? "", arguments: Array(words.dropFirst()))
    }
}

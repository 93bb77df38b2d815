// SPDX-License-Identifier: Apache-2.0

/// Why a client stops before it asks the Coordinator, or does not take its answer.
package enum ClientError: Error, Sendable, Equatable {
    /// A file or an answer is not what it should be.
    case malformed(String)
    /// The workloads and the manifest do not go together; one line for each.
    case mismatch([String])
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let reason): reason
        case .mismatch(let reasons): reasons.joined(separator: "; ")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// What a caller is told when a request fails: as status and message over gRPC, as code and message over HTTP. Never holds
/// anything secret.
package struct CoordinatorError: Error, Sendable, Equatable {
    /// Status codes of gRPC by their numbers.
    package enum Status: Int, Sendable {
        case invalidArgument = 3
        case permissionDenied = 7
        case failedPrecondition = 9
        case `internal` = 13
        case unavailable = 14
    }

    /// Codes of the HTTP API. Clients rely on them: none is ever changed or given another meaning.
    package enum Code: String, Sendable, CaseIterable {
        case invalidArgument = "invalid_argument"
        case invalidSignature = "invalid_signature"
        case permissionDenied = "permission_denied"
        case noManifest = "no_manifest"
        case needsRecovery = "needs_recovery"
        case alreadyRecovered = "already_recovered"
        case manifestConflict = "manifest_conflict"
        case historyTooLarge = "history_too_large"
        case apiVersionTooOld = "api_version_too_old"
        case busy = "busy"
        case `internal` = "internal"

        /// Of HTTP.
        package var httpStatus: Int {
            switch self {
            case .invalidArgument: 400
            case .invalidSignature, .permissionDenied, .apiVersionTooOld: 403
            case .noManifest, .needsRecovery, .alreadyRecovered, .manifestConflict, .historyTooLarge: 412
            case .busy: 503
            case .internal: 500
            }
        }
    }

    package let status: Status
    package let code: Code
    package let message: String

    package init(_ status: Status, _ code: Code, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

extension CoordinatorError: CustomStringConvertible {
    package var description: String { message }
}

extension CoordinatorError {
    // Clients of existing releases look for these texts.
    static let needsRecovery = CoordinatorError(
        .failedPrecondition, .needsRecovery, "coordinator is in recovery mode")
    static let noManifest = CoordinatorError(.failedPrecondition, .noManifest, "no manifest configured")
    static let nothingToRecover = CoordinatorError(.failedPrecondition, .noManifest, "no state to recover from")
    static let alreadyRecovered = CoordinatorError(
        .failedPrecondition, .alreadyRecovered, "coordinator is already recovered")
    static let conflict = CoordinatorError(
        .failedPrecondition, .manifestConflict, "the previous transition does not match latest state")

    static let busy = CoordinatorError(.unavailable, .busy, "too many ask for evidence at once; ask again")

    static func invalidArgument(_ message: String) -> CoordinatorError {
        CoordinatorError(.invalidArgument, .invalidArgument, message)
    }

    /// A deployment of which this Coordinator, with that policy, is no part.
    static func unknownCoordinator(_ policyHash: String) -> CoordinatorError {
        invalidArgument(
            "this Coordinator's own policy \(policyHash) is not among the documents: nobody knows its owners")
    }

    static func notAuthorized(_ reason: String) -> CoordinatorError {
        CoordinatorError(.permissionDenied, .permissionDenied, "peer not authorized: \(reason)")
    }

    static func invalidSignature(_ reason: String) -> CoordinatorError {
        CoordinatorError(.permissionDenied, .invalidSignature, "invalid signature: \(reason)")
    }

    /// A history for clients that ask for all of it at once, in bytes.
    static func tooLarge(_ size: Int) -> CoordinatorError {
        CoordinatorError(
            .failedPrecondition, .historyTooLarge,
            "the history has \(size) bytes, more than an answer holds that is not packed")
    }

    static func `internal`(_ error: any Error) -> CoordinatorError {
        CoordinatorError(.internal, .internal, "internal error: \(error)")
    }
}

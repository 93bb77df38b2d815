// SPDX-License-Identifier: Apache-2.0

internal import ATLS
internal import Coordinator
internal import GRPCCore
internal import Logging

/// Counts and logs calls, and puts their errors on the wire. Neither requests nor answers are logged: they hold secrets.
struct CallLog: Sendable {
    let metrics: Metrics
    let logger: Logger

    func answer<Response: Sendable>(
        _ method: Metrics.Method, _ context: ServerContext,
        _ body: @Sendable () async throws(CoordinatorError) -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        let address = context.peer?.address ?? "unknown"
        metrics.started(method)
        do throws(CoordinatorError) {
            let response = try await body()
            metrics.handled(method, nil, took: clock.now - start)
            logger.info("answered", metadata: ["method": "\(method.rawValue)", "peer": "\(address)"])
            return response
        } catch {
            metrics.handled(method, error.status, took: clock.now - start)
            logger.warning(
                "refused",
                metadata: [
                    "method": "\(method.rawValue)", "peer": "\(address)", "status": "\(error.status.name)",
                    "reason": "\(error.message)",
                ])
            throw RPCError(code: error.status.rpcCode, message: error.message)
        }
    }
}

extension CoordinatorError.Status {
    fileprivate var rpcCode: RPCError.Code {
        switch self {
        case .invalidArgument: .invalidArgument
        case .permissionDenied: .permissionDenied
        case .failedPrecondition: .failedPrecondition
        case .internal: .internalError
        case .unavailable: .unavailable
        }
    }
}

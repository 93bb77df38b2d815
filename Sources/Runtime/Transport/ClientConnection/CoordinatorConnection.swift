// SPDX-License-Identifier: Apache-2.0

package import ATLS
internal import CoordinatorAPI
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix

/// Calls a Coordinator over attested TLS, each time over a new connection with new evidence.
package struct CoordinatorConnection: Sendable {
    let endpoint: Endpoint
    let configuration: ATLSClientConfiguration

    package init(_ endpoint: Endpoint, _ configuration: ATLSClientConfiguration) {
        self.endpoint = endpoint
        self.configuration = configuration
    }

    /// Calls once.
    func call<Result: Sendable>(
        _ body: @Sendable (ATLSClient.Connection) async throws -> Result
    ) async throws(CallError) -> Result {
        do {
            return try await ATLSClient.connect(to: endpoint.host, port: endpoint.port, configuration, body)
        } catch let error as ATLSError {
            throw CallError(error)
        } catch let error as RPCError {
            throw CallError(error)
        } catch {
            throw .unreachable("\(error)")
        }
    }
}

extension CallError {
    fileprivate init(_ error: ATLSError) {
        switch error {
        case .evidence(let refusal): self = .notVerified(refusal)
        case .deadline, .closed, .tooManyConnections: self = .unreachable("\(error)")
        default: self = .handshake("\(error)")
        }
    }

    fileprivate init(_ error: RPCError) {
        if error.code == .unavailable {
            let reason = error.cause.map { "\($0)" } ?? error.message
            // The alert of RFC 8446, section 6.2, with which servers answer evidence that they do not accept.
            self = .unreachable(
                reason.contains("ALERT_CERTIFICATE_UNKNOWN")
                    ? "the Coordinator does not accept this evidence; its log says why" : reason)
        } else {
            self = .refused(code: "\(error.code)", message: error.message)
        }
    }
}

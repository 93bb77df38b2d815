// SPDX-License-Identifier: Apache-2.0

package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
internal import NIOCore
internal import Synchronization

/// A gRPC client over attested TLS.
package enum ATLSClient {
    package typealias Connection = GRPCClient<HTTP2ClientTransport.Posix>

    /// Connects for as long as the body runs; a connection that is lost is made anew, with a new nonce.
    ///
    /// - Throws: what the body throws; `ATLSError` where a request failed because no connection came about.
    package static func connect<Result: Sendable>(
        to host: String, port: Int, _ configuration: ATLSClientConfiguration,
        _ body: @Sendable (Connection) async throws -> Result
    ) async throws -> Result {
        let failure = LastFailure()
        let transport = try HTTP2ClientTransport.Posix(
            target: .dns(host: host, port: port), transportSecurity: .customSecure,
            config: config(configuration, failure), serviceConfig: serviceConfig(configuration))
        do {
            return try await withGRPCClient(transport: transport) { try await body($0) }
        } catch let error as RPCError where error.code == .unavailable {
            throw failure.error ?? error
        }
    }

    private static func config(
        _ configuration: ATLSClientConfiguration, _ failure: LastFailure
    ) -> HTTP2ClientTransport.Posix.Config {
        var config = HTTP2ClientTransport.Posix.Config.defaults
        config.connection.keepalive = .init(
            time: configuration.keepalive, timeout: .seconds(20), allowWithoutCalls: true)
        config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
            // Making the context takes time that the event loop has not.
            let made = channel.eventLoop.makeFutureWithTask { try ATLSClientHandshake(configuration) }
            return made.flatMapThrowing { handshake in
                try install(handshake, configuration.handshakeLimit, failure, in: channel)
            }
        }
        return config
    }

    private static func install(
        _ handshake: ATLSClientHandshake, _ limit: Duration, _ failure: LastFailure, in channel: any Channel
    ) throws {
        let deadline = ClientDeadline(limit) { handshake.state.refuse(.deadline) }
        let observer = HandshakeObserver(handshake.state) { result in
            deadline.cancel()
            switch result {
            case .success: failure.clear()
            case .failure(let error): failure.note(error)
            }
        }
        try channel.pipeline.syncOperations.addHandlers(
            [deadline] + handshake.handlers() + [observer], position: .first)
    }

    /// A request fails when no connection comes about, rather than to wait for the next attempt. The transport takes the
    /// limit of requests for that of answers.
    private static func serviceConfig(_ configuration: ATLSClientConfiguration) -> ServiceConfig {
        ServiceConfig(methodConfig: [
            MethodConfig(
                names: [.init(service: "")], waitForReady: false, maxRequestMessageBytes: configuration.responseSize,
                maxResponseMessageBytes: configuration.responseSize)
        ])
    }
}

/// Why the last connection did not come about.
private final class LastFailure: Sendable {
    private let value = Mutex<ATLSError?>(nil)

    var error: ATLSError? { value.withLock { $0 } }

    /// A connection that was given up, for example because another attempt failed, says nothing new.
    func note(_ error: ATLSError) {
        value.withLock { if error != .closed || $0 == nil { $0 = error } }
    }

    func clear() { value.withLock { $0 = nil } }
}

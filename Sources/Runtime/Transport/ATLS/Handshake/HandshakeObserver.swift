// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Stands above TLS and tells once how the handshake has ended.
final class HandshakeObserver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let state: HandshakeState
    /// A connection that never stood has had no handshake.
    private var isConnected = false
    private var report: ((Result<HandshakeState.Shown, ATLSError>) -> Void)?

    /// - Parameter report: called once, on the event loop.
    init(_ state: HandshakeState, _ report: @escaping (Result<HandshakeState.Shown, ATLSError>) -> Void) {
        self.state = state
        self.report = report
    }

    private func finish(_ result: Result<HandshakeState.Shown, ATLSError>) {
        let report = report
        self.report = nil
        report?(result)
    }

    private func fail(_ error: ATLSError) {
        guard isConnected else { return }
        // What this side has found says more than what TLS makes of it.
        finish(.failure(state.error ?? error))
    }

    func channelActive(context: ChannelHandlerContext) {
        isConnected = true
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
            if negotiated == ApplicationProtocol.http2 {
                finish(.success(state.current))
            } else {
                fail(.applicationProtocol)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(ATLSError(connection: error))
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed)
        context.fireChannelInactive()
    }
}

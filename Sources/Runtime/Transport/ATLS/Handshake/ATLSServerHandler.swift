// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOSSL
internal import TLSMessages

/// The first handler of a server's connection. Reads the client's nonce from the ClientHello, which TLS itself does not
/// show, has evidence made for it, puts TLS with that evidence behind itself, and sees to it that all this ends in time.
///
/// Until TLS is there, nothing from above reaches the wire: a write fails and closes the connection.
final class ATLSServerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Tells a connection to make place for a newer one.
    struct Eviction: Sendable {}

    private enum Phase {
        case hello(ClientHelloReader)
        /// Evidence is being made; what the client has sent.
        case preparing([UInt8])
        case handshaking
        case established
        case closed
    }

    let id: ConnectionTable.ID
    private let table: ConnectionTable
    private let configuration: ATLSServerConfiguration
    private var phase = Phase.hello(ClientHelloReader())
    private var deadlines: [Scheduled<Void>] = []
    private var preparation: Task<Void, Never>?
    private var handshake: HandshakeState?

    init(_ id: ConnectionTable.ID, _ table: ConnectionTable, _ configuration: ATLSServerConfiguration) {
        self.id = id
        self.table = table
        self.configuration = configuration
    }

    /// Handlers above would start to write; they hear of it once TLS is there.
    func channelActive(context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        let hello = loop.scheduleTask(in: TimeAmount(configuration.limits.clientHello)) { [self] in
            if case .hello = phase { refuse(.deadline, context) }
        }
        let all = loop.scheduleTask(in: TimeAmount(configuration.limits.handshake)) { [self] in
            refuse(.deadline, context)
        }
        deadlines = [hello, all]
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .hello(var reader):
            // The copy in `phase` would double the buffer.
            phase = .closed
            do throws(ClientHelloError) {
                let hello = try reader.append(bytes.readableBytesView)
                phase = .hello(reader)
                if let hello { answer(hello, reader.received, context) }
            } catch {
                phase = .hello(reader)
                refuse(.clientHello(error), context)
            }
        case .preparing(let received):
            guard received.count + bytes.readableBytes <= 2 * ClientHello.sizeLimit else {
                return refuse(.clientHello(.tooLarge), context)
            }
            phase = .preparing(received + bytes.readableBytesView)
        case .handshaking, .established: context.fireChannelRead(data)
        case .closed: break
        }
    }

    private func answer(_ hello: ClientHello, _ received: [UInt8], _ context: ChannelHandlerContext) {
        let nonce: ATLSNonce
        do throws(ATLSError) { nonce = try ServerHandshake.nonce(of: hello) } catch {
            return refuse(error, context)
        }
        guard table.hasHello(id) else { return refuse(.tooManyConnections, context) }
        phase = .preparing(received)
        let promise = context.eventLoop.makePromise(of: ServerHandshake.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let handshake): install(handshake, context)
            case .failure(let error): refuse(error as? ATLSError ?? .issuer("\(error)"), context)
            }
        }
        preparation = promise.completeWithTask { [configuration] in
            try await ServerHandshake(answering: nonce, configuration)
        }
    }

    private func install(_ handshake: ServerHandshake, _ context: ChannelHandlerContext) {
        guard case .preparing(let received) = phase else { return }
        self.handshake = handshake.state
        let observer = HandshakeObserver(handshake.state) { [self] result in finish(result, context) }
        do {
            try context.pipeline.syncOperations.addHandlers([handshake.handler(), observer], position: .after(self))
        } catch {
            return refuse(.tls("\(error)"), context)
        }
        phase = .handshaking
        context.fireChannelActive()
        context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: received)))
        context.fireChannelReadComplete()
    }

    private func finish(_ result: Result<HandshakeState.Shown, ATLSError>, _ context: ChannelHandlerContext) {
        guard case .handshaking = phase else { return }
        switch result {
        case .success(let shown):
            let peer = ATLSPeer(
                publicKey: shown.publicKey, claims: shown.claims, address: context.remoteAddress?.ipAddress)
            guard table.establish(id, peer) else { return refuse(.tooManyConnections, context) }
            phase = .established
            stop()
            configuration.observe(.accepted(peer))
        case .failure(let error): refuse(error, context)
        }
    }

    private func refuse(_ error: ATLSError, _ context: ChannelHandlerContext) {
        var alert = TLSAlert(error)
        switch phase {
        case .hello, .preparing: break
        // TLS has sent its own.
        case .handshaking: alert = nil
        case .established, .closed: return
        }
        phase = .closed
        stop()
        configuration.observe(.refused(error, address: context.remoteAddress?.ipAddress))
        if let alert { context.writeAndFlush(wrapOutboundOut(alert.record), promise: nil) }
        context.close(promise: nil)
    }

    private func stop() {
        for deadline in deadlines { deadline.cancel() }
        deadlines = []
        preparation?.cancel()
        handshake?.cancel()
        handshake = nil
    }

    // MARK: Everything else passes once TLS is there

    private var isInstalled: Bool {
        switch phase {
        case .hello, .preparing: false
        case .handshaking, .established, .closed: true
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isInstalled { context.fireChannelReadComplete() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isInstalled { refuse(.closed, context) }
        context.fireChannelInactive()
        stop()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isInstalled { context.fireErrorCaught(error) } else { refuse(ATLSError(connection: error), context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is Eviction { return refuse(.tooManyConnections, context) }
        if !isInstalled, event is ChannelShouldQuiesceEvent { return refuse(.closed, context) }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isInstalled { return context.write(data, promise: promise) }
        promise?.fail(ChannelError.ioOnClosedChannel)
        refuse(.tls("something was sent before the handshake"), context)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Attestation
internal import Coordinator
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import ServiceLifecycle

/// A small server of HTTP/1.1 for handlers that take a request as a whole. It bounds what one client may cost: the size
/// of headers and bodies, the time that a request may take to arrive, and the number of connections.
package struct HTTPServer: Service {
    /// What bounds it.
    package struct Limits: Sendable {
        /// One more closes the one that has been without a request for longest.
        package var connections = 1024
        /// From the connection, or the last answer, to the end of a request.
        package var request = Duration.seconds(30)
        /// Bytes of bodies and answers that all connections together may hold. One more byte closes the connection that has held some
        /// for longest, if that was longer than `grace`, or else its own.
        package var bodies = 32 << 20
        package var grace = Duration.seconds(10)

        package init() {}
    }

    /// A request and, over TLS, the client's certificate in DER, which the handshake has verified.
    typealias Handler = @Sendable (HTTPRequest, _ client: [UInt8]?) async -> HTTPResponse

    let host: String
    let requestedPort: Int
    let limits: Limits
    let logger: Logger
    /// Bytes that the body of a request to a path may have.
    let bodyLimit: @Sendable (String) -> Int
    /// Makes the TLS handler of a new connection; `nil` for plain HTTP, throws to refuse the connection.
    let tls: (@Sendable () throws -> NIOSSLServerHandler)?
    let handler: Handler
    private let bound = BoundPort()

    init(
        host: String, port: Int, limits: Limits = Limits(), logger: Logger,
        bodyLimit: @escaping @Sendable (String) -> Int = { _ in 0 },
        tls: (@Sendable () throws -> NIOSSLServerHandler)? = nil, handler: @escaping Handler
    ) {
        self.host = host
        requestedPort = port
        self.limits = limits
        self.logger = logger
        self.bodyLimit = bodyLimit
        self.tls = tls
        self.handler = handler
    }

    /// Where it listens, once it does; `nil` when it cannot.
    package var port: Int? { get async { await bound.value } }

    package func run() async throws {
        let server: any Channel
        do {
            server = try await bind()
        } catch {
            await bound.set(nil)
            throw error
        }
        await bound.set(server.localAddress?.port)
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await server.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            server.close(promise: nil)
        }
    }

    private func bind() async throws -> any Channel {
        let table = AdmissionTable(places: limits.connections, bytes: limits.bodies, grace: limits.grace)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let place = table.enter(evict: { channel.close(promise: nil) }) else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    channel.closeFuture.whenComplete { _ in table.leave(place) }
                    try add(to: channel, table, place)
                }
            }
            .bind(host: host, port: requestedPort).get()
    }

    private func add(to channel: any Channel, _ table: AdmissionTable, _ place: AdmissionTable.ID) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(try tls()) }
        try pipeline.addHandler(
            IdleStateHandler(readTimeout: nil, writeTimeout: nil, allTimeout: TimeAmount(limits.request)))
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
        try pipeline.addHandler(
            RequestHandler(table, place, bodyLimit: bodyLimit, timeLimit: limits.request, handler: handler))
    }
}

/// The port that a server got, for those who ask before it has one.
private actor BoundPort {
    private var isKnown = false
    private var port: Int?
    private var waiting: [CheckedContinuation<Int?, Never>] = []

    var value: Int? {
        get async {
            if isKnown { return port }
            return await withCheckedContinuation { waiting.append($0) }
        }
    }

    func set(_ port: Int?) {
        isKnown = true
        self.port = port
        for continuation in waiting { continuation.resume(returning: port) }
        waiting = []
    }
}

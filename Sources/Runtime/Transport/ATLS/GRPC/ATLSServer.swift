// SPDX-License-Identifier: Apache-2.0

internal import Admission
package import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// A gRPC server over attested TLS.
///
/// It runs until the service group shuts it down; then it takes no more requests, and those under way have
/// `ATLSLimits.drain` to end.
///
///     let server = ATLSServer(host: "127.0.0.1", port: 1313, configuration, services: [UserService(coordinator)])
///     try await server.run()
package struct ATLSServer: Service {
    private typealias Transport = HTTP2ServerTransport.Custom<ATLSListener>

    private let transport: Transport
    private let server: GRPCServer<Transport>
    private let table: ConnectionTable
    private let drain: Duration

    /// - Parameters:
    ///   - port: zero for any that is free.
    ///   - aliases: present names of services, by other names that clients may use.
    package init(
        host: String, port: Int, _ configuration: ATLSServerConfiguration, services: [any RegistrableRPCService],
        aliases: [String: String] = [:]
    ) {
        let table = ConnectionTable(configuration.limits)
        let listener = ATLSListener(
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup, host: host, port: port, table: table,
            configuration: configuration)
        self.table = table
        drain = configuration.limits.drain
        let requests = RequestHandler.Shared(
            table: table, messages: AdmissionTable(configuration.limits), services: aliases,
            timeLimit: configuration.limits.request)
        transport = Transport(listenerFactory: listener, config: Self.config(configuration.limits, requests))
        server = GRPCServer(
            transport: transport, services: services,
            interceptors: [PeerInterceptor(table: table, messages: requests.messages)])
    }

    private static func config(_ limits: ATLSLimits, _ requests: RequestHandler.Shared) -> Transport.Config {
        var config = Transport.Config.defaults
        config.connection.maxIdleTime = limits.idle
        // Else a client that answers nothing is waited for.
        config.connection.maxGraceTime = limits.drain
        config.connection.keepalive = .init(
            time: limits.keepalive, timeout: .seconds(20),
            // As often as clients of Go may.
            clientBehavior: .init(minPingIntervalWithoutCalls: .seconds(10), allowWithoutCalls: true))
        config.http2.maxConcurrentStreams = limits.requestsPerConnection
        config.rpc.maxRequestPayloadSize = limits.requestSize
        config.channelDebuggingCallbacks.onAcceptHTTP2Stream = { stream in
            stream.eventLoop.makeCompletedFuture {
                guard let id = try stream.parent?.pipeline.syncOperations.handler(type: ATLSServerHandler.self).id
                else { throw ChannelError.ioOnClosedChannel }
                try stream.pipeline.syncOperations.addHandler(RequestHandler(id, requests), position: .first)
            }
        }
        return config
    }

    /// Where the server listens, once it does; `nil` when it has stopped.
    package var port: Int? {
        get async {
            let address = await transport.listeningAddress
            return address?.ipv4?.port ?? address?.ipv6?.port
        }
    }

    /// Connections whose handshake is not done, and connections of known clients.
    package var connectionCounts: (halfOpen: Int, established: Int) { table.counts }

    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            group.addTask {
                try await gracefulShutdown()
                server.beginGracefulShutdown()
                try await Task.sleep(for: drain)
            }
            // Either all requests have ended or their time has.
            try await group.next()
            group.cancelAll()
        }
    }
}

extension AdmissionTable {
    /// For the requests of all connections.
    fileprivate convenience init(_ limits: ATLSLimits) {
        self.init(
            places: limits.connections * limits.requestsPerConnection, bytes: limits.messages, grace: limits.grace)
    }
}

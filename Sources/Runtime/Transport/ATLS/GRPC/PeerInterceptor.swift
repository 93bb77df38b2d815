// SPDX-License-Identifier: Apache-2.0

internal import GRPCCore
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Hands the client of a connection to the requests that come over it.
///
/// The transport tells requests nothing of their connection but addresses, and these do not name one for good. So each
/// stream gets its connection's number as a field of its header, in place of any that the client has sent, and the
/// number leads to the client.
struct PeerInterceptor: ServerInterceptor {
    fileprivate static let field = "contrast-connection"

    let table: ConnectionTable

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>, context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let ids = Array(request.metadata[stringValues: Self.field])
        guard ids.count == 1, let id = ConnectionTable.ID(ids[0]), let peer = table.peer(id) else {
            throw RPCError(code: .unavailable, message: "the connection is gone")
        }
        var request = request
        var context = context
        request.metadata.removeAllValues(forKey: Self.field)
        context.transportSpecific = peer
        return try await next(request, context)
    }
}

/// Writes the number of the connection into the header of a request, and the present name of a service in place of an
/// older one.
final class RequestHeaderHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload

    private static let path = ":path"

    private let id: ConnectionTable.ID
    /// Names of services, by other names of theirs.
    private let services: [String: String]

    init(_ id: ConnectionTable.ID, services: [String: String]) {
        self.id = id
        self.services = services
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .headers(var payload) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        payload.headers.remove(name: PeerInterceptor.field)
        payload.headers.add(name: PeerInterceptor.field, value: "\(id)")
        let paths = payload.headers[Self.path]
        if paths.count == 1, let path = renamed(paths[0]) {
            payload.headers.replaceOrAdd(name: Self.path, value: path)
        }
        context.fireChannelRead(wrapInboundOut(.headers(payload)))
    }

    /// `/Service/Method` with the present name of the service; `nil` when it has that already.
    private func renamed(_ path: String) -> String? {
        let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, let name = services[String(parts[1])] else { return nil }
        return "/\(name)/\(parts[2])"
    }
}

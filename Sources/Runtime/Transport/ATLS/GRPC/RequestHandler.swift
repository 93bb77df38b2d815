// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Stands before gRPC in the stream of a request: bounds the time that the request may take to arrive and the memory that it
/// and its answer hold, writes the numbers of connection and request into its header, and the present name of a service in
/// place of an older one.
final class RequestHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    /// What the requests of a server have in common.
    struct Shared: Sendable {
        var table: ConnectionTable
        var messages: AdmissionTable
        /// Names of services, by other names of theirs.
        var services: [String: String]
        var timeLimit: Duration
    }

    private static let path = ":path"

    private let shared: Shared
    private let connection: ConnectionTable.ID
    private var request: AdmissionTable.ID?
    private var deadline: Scheduled<Void>?
    /// It holds nothing any more; what still comes is dropped.
    private var isOver = false

    init(_ connection: ConnectionTable.ID, _ shared: Shared) {
        self.connection = connection
        self.shared = shared
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isOver { return }
        switch unwrapInboundIn(data) {
        case .headers(var payload):
            guard let request = request ?? begin(context) else { return context.close(promise: nil) }
            guard take(payload.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }, context) else {
                return
            }
            payload.headers.remove(name: PeerInterceptor.field)
            payload.headers.add(name: PeerInterceptor.field, value: PeerInterceptor.value(connection, request))
            let paths = payload.headers[Self.path]
            if paths.count == 1, let path = renamed(paths[0]) {
                payload.headers.replaceOrAdd(name: Self.path, value: path)
            }
            if payload.endStream { deadline?.cancel() }
            context.fireChannelRead(wrapInboundOut(.headers(payload)))
        case .data(let payload):
            guard take(payload.data.readableBytes, context) else { return }
            if payload.endStream { deadline?.cancel() }
            context.fireChannelRead(data)
        default: context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .data(let payload) = unwrapOutboundIn(data), let request else {
            return context.write(data, promise: promise)
        }
        let count = payload.data.readableBytes
        // A history that is larger than that must be had all the same.
        guard shared.messages.take(count, for: request, orAlone: true) else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            finish()
            return context.close(promise: nil)
        }
        let promise = promise ?? context.eventLoop.makePromise()
        promise.futureResult.whenComplete { [messages = shared.messages] _ in messages.give(count, from: request) }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    private func finish() {
        isOver = true
        deadline?.cancel()
        if let request { shared.messages.leave(request) }
        request = nil
    }

    private func begin(_ context: ChannelHandlerContext) -> AdmissionTable.ID? {
        let channel = context.channel
        request = shared.messages.enter { channel.close(promise: nil) }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(shared.timeLimit)) {
            context.close(promise: nil)
        }
        return request
    }

    /// Takes memory for what has arrived; ends the request where there is none.
    private func take(_ count: Int, _ context: ChannelHandlerContext) -> Bool {
        guard let request, context.channel.isActive else { return false }
        if shared.messages.take(count, for: request) { return true }
        let headers: HPACKHeaders = [
            ":status": "200", "content-type": "application/grpc", "grpc-status": "14",
            "grpc-message": "other requests take the memory that there is",
        ]
        finish()
        context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: headers, endStream: true))), promise: nil)
        context.close(promise: nil)
        return false
    }

    /// `/Service/Method` with the present name of the service; `nil` when it has that already.
    private func renamed(_ path: String) -> String? {
        let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, let name = shared.services[String(parts[1])] else { return nil }
        return "/\(name)/\(parts[2])"
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import Coordinator
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Gathers a request, has it answered, and writes the answer.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let bodyLimit: @Sendable (String) -> Int
    private let timeLimit: Duration
    private let handler: HTTPServer.Handler
    private let table: AdmissionTable
    private let place: AdmissionTable.ID
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var deadline: Scheduled<Void>?
    /// Answers the request; pointless when nobody is there to get the answer.
    private var work: Task<Void, Never>?

    init(
        _ table: AdmissionTable, _ place: AdmissionTable.ID, bodyLimit: @escaping @Sendable (String) -> Int,
        timeLimit: Duration, handler: @escaping HTTPServer.Handler
    ) {
        self.table = table
        self.place = place
        self.bodyLimit = bodyLimit
        self.timeLimit = timeLimit
        self.handler = handler
    }

    func channelActive(context: ChannelHandlerContext) {
        schedule(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        work?.cancel()
        table.leave(place)
        context.fireChannelInactive()
    }

    /// A request that trickles in is cut off, however busy its connection is.
    private func schedule(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeLimit)) {
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            isTooLarge = false
        case .body(let buffer):
            guard let head, !isTooLarge else { return }
            // One more byte tells the handler that it is too much.
            let limit = bodyLimit(Self.path(head.uri)) + 1
            let bytes = buffer.readableBytesView.prefix(max(0, limit - body.count))
            guard table.take(bytes.count, for: place) else {
                // Others hold what there is; this one may come again. What still comes is no request.
                self.head = nil
                return context.close(promise: nil)
            }
            body.append(contentsOf: bytes)
            isTooLarge = body.count >= limit
        case .end:
            guard let head else { return }
            self.head = nil
            deadline?.cancel()
            answer(head, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func path(_ uri: String) -> String { String(uri.prefix { $0 != "?" && $0 != "#" }) }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let request = HTTPRequest(
            method: head.method.rawValue, path: Self.path(head.uri),
            contentType: head.headers.first(name: "Content-Type"),
            body: body)
        body = []
        guard table.pin(place) else { return context.close(promise: nil) }
        let client = try? context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
        // What came after too large a body is not worth reading.
        let isLast = !head.isKeepAlive || isTooLarge
        let (handler, table, place) = (handler, table, place)
        let answer = context.eventLoop.makePromise(of: HTTPResponse.self)
        work = Task {
            // The body is held until it was handled, also when its connection has ended by then.
            defer { table.unpin(place) }
            answer.succeed(await handler(request, client))
        }
        answer.futureResult.assumeIsolated().whenSuccess { [self] response in
            write(response, to: head, isLast: isLast, context)
        }
    }

    private func write(
        _ response: HTTPResponse, to request: HTTPRequestHead, isLast: Bool, _ context: ChannelHandlerContext
    ) {
        // The answer counts as a body does, until it is written.
        guard context.channel.isActive, table.take(response.body.count, for: place, orAlone: true) else {
            return context.close(promise: nil)
        }
        var headers = HTTPHeaders([("Content-Length", "\(response.body.count)"), ("Cache-Control", "no-store")])
        if let type = response.contentType { headers.add(name: "Content-Type", value: type) }
        if let allow = response.allow { headers.add(name: "Allow", value: allow) }
        if isLast { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: request.version, status: .init(statusCode: response.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated()
        written.whenComplete { [table, place] _ in table.give(response.body.count, from: place) }
        if isLast {
            written.whenComplete { _ in context.close(promise: nil) }
        } else {
            written.whenComplete { [self] _ in schedule(context) }
        }
    }
}

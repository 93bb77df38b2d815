// SPDX-License-Identifier: Apache-2.0

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
    private let budget: ByteBudget
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// Bytes of the budget that this connection holds.
    private var taken = 0
    private var deadline: Scheduled<Void>?

    init(
        bodyLimit: @escaping @Sendable (String) -> Int, timeLimit: Duration, budget: ByteBudget,
        handler: @escaping HTTPServer.Handler
    ) {
        self.bodyLimit = bodyLimit
        self.budget = budget
        self.timeLimit = timeLimit
        self.handler = handler
    }

    func channelActive(context: ChannelHandlerContext) {
        schedule(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        giveBack()
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
            giveBack()
            isTooLarge = false
        case .body(let buffer):
            guard let head, !isTooLarge else { return }
            // One more byte tells the handler that it is too much.
            let limit = bodyLimit(Self.path(head.uri)) + 1
            let bytes = buffer.readableBytesView.prefix(max(0, limit - body.count))
            guard budget.take(bytes.count) else {
                // Others hold what there is; this one may come again. What still comes is no request.
                self.head = nil
                return context.close(promise: nil)
            }
            taken += bytes.count
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
        // The request holds its body until it was handled, also when its connection has ended by then.
        let held = taken
        (body, taken) = ([], 0)
        let client = try? context.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
        // What came after too large a body is not worth reading.
        let isLast = !head.isKeepAlive || isTooLarge
        let (handler, budget) = (handler, budget)
        context.eventLoop.makeFutureWithTask {
            defer { budget.giveBack(held) }
            return await handler(request, client)
        }
        .hop(to: context.eventLoop)
        .assumeIsolated()
        .whenSuccess { [self] response in write(response, to: head, isLast: isLast, context) }
    }

    private func giveBack() {
        body = []
        budget.giveBack(taken)
        taken = 0
    }

    private func write(
        _ response: HTTPResponse, to request: HTTPRequestHead, isLast: Bool, _ context: ChannelHandlerContext
    ) {
        guard context.channel.isActive else { return }
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
        if isLast {
            written.whenComplete { _ in context.close(promise: nil) }
        } else {
            written.whenComplete { [self] _ in schedule(context) }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on a free port of the loopback device, which answers as a script says.
final class LoopbackServer: Sendable {
    enum Answer: Sendable {
        case response(status: Int, fields: [(String, String)] = [], body: [UInt8] = [])
        /// The connection is closed after so many bytes of a longer body.
        case cut(after: Int)
        /// Nothing is ever sent.
        case silence
    }

    private let channel: any Channel
    let url: String

    init(_ script: @escaping @Sendable (_ target: String) -> Answer) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMap {
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Handler(script))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// Takes no more connections; those that are open stay.
    func stop() async { try? await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let script: @Sendable (String) -> Answer
        private var target = ""

        init(_ script: @escaping @Sendable (String) -> Answer) { self.script = script }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): target = head.uri
            case .body: break
            case .end: answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            switch script(target) {
            case .response(let status, let fields, let body):
                send(context, status, fields + [("Content-Length", "\(body.count)")], body)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .cut(let count):
                send(context, 200, [("Content-Length", "\(count + 1000)")], [UInt8](repeating: 0x30, count: count))
                context.flush()
                context.close(promise: nil)
            case .silence: break
            }
        }

        private func send(
            _ context: ChannelHandlerContext, _ status: Int, _ fields: [(String, String)], _ body: [UInt8]
        ) {
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: HTTPHeaders(fields))
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
    }
}

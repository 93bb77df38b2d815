// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// The first handler of a client's connection: closes it when the handshake takes too long.
final class ClientDeadline: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let limit: Duration
    private let expire: () -> Void
    private var task: Scheduled<Void>?

    /// - Parameter expire: called when the time is up.
    init(_ limit: Duration, _ expire: @escaping () -> Void) {
        self.limit = limit
        self.expire = expire
    }

    func channelActive(context: ChannelHandlerContext) {
        task = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [self] in
            expire()
            context.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func cancel() { task?.cancel() }
}

// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A TCP connection that sends what it is told.
struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static func open(_ port: Int) async throws -> RawConnection {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return RawConnection(channel: channel)
    }

    /// Sends pieces with pauses, and gives what comes back until the server closes.
    func exchange(_ pieces: [[UInt8]], pause: Duration = .zero) async throws -> [UInt8] {
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for piece in pieces {
                        // A server that has closed may be written to in vain.
                        do { try await outbound.write(ByteBuffer(bytes: piece)) } catch { return }
                        if pause > .zero { try await Task.sleep(for: pause) }
                    }
                }
                var received: [UInt8] = []
                do {
                    for try await buffer in inbound { received += Array(buffer.readableBytesView) }
                } catch is IOError {
                    // The server has reset the connection.
                }
                group.cancelAll()
                return received
            }
        }
    }
}

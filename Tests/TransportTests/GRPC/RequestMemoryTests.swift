// SPDX-License-Identifier: Apache-2.0

import Admission
import CoordinatorAPI
import FoundationEssentials
import GRPCCore
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import Testing

@testable import ATLS

/// What requests and answers of all connections may hold together.
struct RequestMemoryTests {
    /// Streams of requests, each of a connection of its own.
    private struct Server {
        let shared: RequestHandler.Shared

        init(bytes: Int, grace: Duration = .zero) {
            shared = RequestHandler.Shared(
                table: ConnectionTable(ATLSLimits()), messages: AdmissionTable(places: 10, bytes: bytes, grace: grace),
                services: [:], timeLimit: .seconds(60))
        }

        func stream() throws -> EmbeddedChannel {
            let id = shared.table.admit(EmbeddedChannel())
            #expect(shared.table.establish(id, ATLSPeer(publicKey: nil)))
            let channel = EmbeddedChannel(handler: RequestHandler(id, shared))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            try channel.writeInbound(HTTP2Frame.FramePayload.headers(.init(headers: [:])))
            return channel
        }
    }

    private func data(_ size: Int, isLast: Bool = false) -> HTTP2Frame.FramePayload {
        .data(.init(data: .byteBuffer(ByteBuffer(repeating: 7, count: size)), endStream: isLast))
    }

    /// The header with which a request was refused.
    private func refusal(_ channel: EmbeddedChannel) throws -> String? {
        guard case .headers(let payload)? = try channel.readOutbound(as: HTTP2Frame.FramePayload.self) else {
            return nil
        }
        return payload.headers.first(name: "grpc-status")
    }

    @Test("a request that is not finished makes room for others, once it has had its time", arguments: [false, true])
    func unfinished(hasTime: Bool) throws {
        let server = Server(bytes: 1000, grace: hasTime ? .seconds(600) : .zero)
        let (slow, other) = (try server.stream(), try server.stream())
        try slow.writeInbound(data(700))
        try other.writeInbound(data(600))
        slow.embeddedEventLoop.run()
        #expect(slow.isActive == hasTime && other.isActive == !hasTime)
        #expect(try refusal(other) == (hasTime ? "14" : nil))
        for channel in [slow, other] where channel.isActive { _ = try channel.finish(acceptAlreadyClosed: true) }
        #expect(server.shared.messages.counts == (0, 0))
    }

    @Test("an answer that is not read makes room for others")
    func unread() throws {
        let server = Server(bytes: 1000)
        let (slow, other) = (try server.stream(), try server.stream())
        slow.write(data(700), promise: nil)
        #expect(server.shared.messages.counts.bytes == 700)
        try other.writeInbound(data(600))
        #expect(!slow.isActive && other.isActive)
        try other.writeOutbound(data(400))
        // Written, an answer holds nothing.
        #expect(server.shared.messages.counts.bytes == 600)
        // More than there is for all goes out when nobody else holds any.
        try other.writeOutbound(data(5000))
        let third = try server.stream()
        third.write(data(400), promise: nil)
        let promise = other.eventLoop.makePromise(of: Void.self)
        other.write(data(5000), promise: promise)
        #expect(throws: ChannelError.self) { try promise.futureResult.wait() }
        #expect(!other.isActive && third.isActive)
        #expect(server.shared.messages.counts.bytes == 400)
    }

    @Test("a request that does not end is ended")
    func trickling() throws {
        let server = Server(bytes: 1000)
        let (slow, whole) = (try server.stream(), try server.stream())
        try slow.writeInbound(data(1))
        try whole.writeInbound(data(1, isLast: true))
        for channel in [slow, whole] { channel.embeddedEventLoop.advanceTime(by: .seconds(60)) }
        #expect(!slow.isActive && whole.isActive)
    }

    @Test("headers count, too")
    func headers() throws {
        let server = Server(bytes: 100)
        let stream = try server.stream()
        let long = HPACKHeaders([("name", String(repeating: "v", count: 97))])
        try stream.writeInbound(HTTP2Frame.FramePayload.headers(.init(headers: long)))
        #expect(try refusal(stream) == "14")
        #expect(!stream.isActive)
    }

    @Test("over the wire, a client learns that there is no memory for its request, and all is given back")
    func tooMuch() async throws {
        var limits = ATLSLimits()
        limits.messages = 1 << 20
        try await withServer(limits: limits) { _, port, _ in
            try await ATLSClient.connect(to: "127.0.0.1", port: port, .simulated()) { client in
                let api = UserAPI.Client(wrapping: client)
                for size in [1 << 20, 700_000, 1 << 20, 700_000] {
                    var request = SetManifestRequest()
                    request.manifest = Data(repeating: 7, count: size)
                    do {
                        let answer = try await api.setManifest(request).rootCa
                        #expect(size < 1 << 20 && String(decoding: answer, as: UTF8.self) == "\(size)")
                    } catch let error as RPCError {
                        #expect(size == 1 << 20 && error.code == .unavailable, "\(error)")
                    }
                }
            }
        }
    }
}

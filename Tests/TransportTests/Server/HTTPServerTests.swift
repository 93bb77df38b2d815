// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Server

/// What clients may have of the HTTP server together.
@Suite struct HTTPServerTests {
    private func withServer(
        _ limits: HTTPServer.Limits, _ handler: @escaping HTTPServer.Handler, _ body: (Int) async throws -> Void
    ) async throws {
        let server = HTTPServer(
            host: "127.0.0.1", port: 0, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            bodyLimit: { _ in 1 << 20 }, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await body(try #require(await server.port))
        }
    }

    private static let request = Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)

    /// Whoever opens connections and says nothing does not keep the kubelet out.
    @Test func aConnectionThatWaitsGivesItsPlace() async throws {
        var limits = HTTPServer.Limits()
        limits.connections = 2
        limits.request = .seconds(2)
        try await withServer(limits, { _, _ in HTTPResponse(status: 204) }) { port in
            async let first = RawConnection.open(port).exchange([])
            try await Task.sleep(for: .milliseconds(200))
            async let second = RawConnection.open(port).exchange([])
            try await Task.sleep(for: .milliseconds(200))
            let start = ContinuousClock.now
            for _ in 0..<2 {
                let answer = try await RawConnection.open(port).exchange([Self.request])
                #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 204 "))
            }
            #expect(try await first == [])
            // It had its place until then, and is closed when its time is over.
            #expect(try await second == [])
            #expect(ContinuousClock.now - start >= .seconds(1))
        }
    }

    /// Work for a client that has gone is cancelled.
    @Test(.timeLimit(.minutes(3))) func aRequestEndsWithItsConnection() async throws {
        let (started, hasStarted) = AsyncStream.makeStream(of: Void.self)
        let (ended, hasEnded) = AsyncStream.makeStream(of: Bool.self)
        try await withServer(HTTPServer.Limits()) { _, _ in
            hasStarted.yield()
            try? await Task.sleep(for: .seconds(600))
            hasEnded.yield(Task.isCancelled)
            return HTTPResponse(status: 204)
        } _: { port in
            let client = Task { try await RawConnection.open(port).exchange([Self.request]) }
            for await _ in started.prefix(1) {}
            client.cancel()
            for await wasCancelled in ended.prefix(1) { #expect(wasCancelled) }
        }
    }

    /// Bodies that nobody finishes make room for those that come after their time.
    @Test func aBodyThatWaitsGivesItsMemory() async throws {
        var limits = HTTPServer.Limits()
        limits.bodies = 1000
        limits.grace = .zero
        try await withServer(limits, { request, _ in HTTPResponse(status: request.body.count == 600 ? 204 : 500) }) {
            port in
            let head = Array("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 600\r\n\r\n".utf8)
            let body = [UInt8](repeating: 0x20, count: 600)
            async let slow = RawConnection.open(port).exchange([head, Array(body.dropLast())])
            try await Task.sleep(for: .milliseconds(300))
            let answer = try await RawConnection.open(port).exchange([head, body])
            #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 204 "))
            #expect(try await slow == [])
        }
    }

    /// So do answers that nobody reads.
    @Test(arguments: [Duration.zero, .seconds(600)])
    func anAnswerThatWaitsGivesItsMemory(grace: Duration) async throws {
        var limits = HTTPServer.Limits()
        limits.bodies = 24 << 20
        limits.grace = grace
        let large = [UInt8](repeating: 0x20, count: 16 << 20)
        let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
        try await withServer(limits) { _, _ in
            HTTPResponse(status: 200, body: large)
        } _: { port in
            let deaf = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.autoRead, value: false)
                .channelInitializer { channel in
                    channel.pipeline.addHandler(FirstBytes(hasBegun))
                }
                .connect(host: "127.0.0.1", port: port).get()
            try await deaf.writeAndFlush(ByteBuffer(bytes: Self.request))
            // The answer holds its memory when its first bytes come; no others are read.
            deaf.read()
            for await _ in begun.prefix(1) {}
            let received = try await RawConnection.open(port).exchange([Self.request]).count
            if grace == .zero { #expect(received > large.count) } else { #expect(received == 0) }
            try await deaf.close()
        }
    }
}

/// Tells that something has come.
private final class FirstBytes: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let hasBegun: AsyncStream<Void>.Continuation

    init(_ hasBegun: AsyncStream<Void>.Continuation) {
        self.hasBegun = hasBegun
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { hasBegun.yield() }
}

// SPDX-License-Identifier: Apache-2.0

import Endorsements
import EndorsementsHTTP
import Testing

/// Over sockets of the loopback device.
@Suite(.serialized)
struct HTTPTransportTests {
    private func get(
        limit: Int = 100, timeout: Duration = .seconds(60), _ answer: LoopbackServer.Answer
    ) async throws -> Result<TransportResponse, TransportError> {
        let server = try await LoopbackServer { _ in answer }
        let transport = HTTPTransport(userAgent: "test")
        let result: Result<TransportResponse, TransportError>
        do throws(TransportError) {
            result = .success(try await transport.get("\(server.url)/x?y=1", sizeLimit: limit, timeout: timeout))
        } catch {
            result = .failure(error)
        }
        await transport.close()
        await server.stop()
        return result
    }

    @Test func bringsStatusFieldsAndBody() async throws {
        let response = try await get(.response(status: 429, fields: [("Retry-After", "7")], body: [1, 2])).get()
        #expect(response.status == 429)
        #expect(response.fields["retry-after"] == "7")
        #expect(response.body == [1, 2])
    }

    @Test func aBodyMayBeAsLargeAsTheLimit() async throws {
        let body = [UInt8](repeating: 1, count: 100)
        #expect(try await get(.response(status: 200, body: body)).get().body == body)
        #expect(try await get(.response(status: 200, body: body + [1])) == .failure(.tooLarge(limit: 100)))
    }

    @Test func redirectsAreNotFollowed() async throws {
        let response = try await get(.response(status: 302, fields: [("Location", "/other")])).get()
        #expect(response.status == 302)
    }

    @Test func aConnectionThatEndsEarlyIsAFailure() async throws {
        guard case .failure(.unreachable) = try await get(.cut(after: 10)) else {
            Issue.record("a part of an answer was taken for the whole")
            return
        }
    }

    @Test(.timeLimit(.minutes(1))) func silenceEndsWithTheTimeout() async throws {
        let start = ContinuousClock.now
        guard case .failure(.unreachable) = try await get(timeout: .milliseconds(300), .silence) else {
            Issue.record("there was an answer")
            return
        }
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test func nobodyListens() async throws {
        let server = try await LoopbackServer { _ in .silence }
        let url = server.url
        await server.stop()
        let transport = HTTPTransport(userAgent: "test")
        await #expect(throws: TransportError.self) {
            try await transport.get(url, sizeLimit: 10, timeout: .seconds(5))
        }
        await transport.close()
    }
}

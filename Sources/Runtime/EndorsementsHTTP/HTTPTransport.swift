// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
package import Endorsements
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// HTTP over the network, with the system's roots for TLS.
package final class HTTPTransport: EndorsementTransport {
    private let client: HTTPClient
    private let userAgent: String

    private static let connectSeconds: Int64 = 10
    /// Seconds without a byte, after which a connection is given up.
    private static let idleSeconds: Int64 = 10

    package init(userAgent: String) {
        self.userAgent = userAgent
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(Self.connectSeconds), read: .seconds(Self.idleSeconds))
        configuration.httpVersion = .http1Only
        // Attempts are counted by the client of endorsements.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Call it once, after the last request.
    package func close() async { try? await client.shutdown() }

    package func get(
        _ url: String, sizeLimit: Int, timeout: Duration
    ) async throws(TransportError) -> TransportResponse {
        do {
            return try await exchange(url, sizeLimit, timeout)
        } catch let error as TransportError {
            throw error
        } catch is CancellationError {
            throw .cancelled
        } catch let error as HTTPClientError where error == .cancelled {
            throw .cancelled
        } catch {
            // The error comes out of the TLS library, whose types are not this target's to know.
            if "\(error)".contains("CERTIFICATE_VERIFY_FAILED") { throw .untrusted }
            throw .unreachable(Self.describe(error))
        }
    }

    private func exchange(_ url: String, _ sizeLimit: Int, _ timeout: Duration) async throws -> TransportResponse {
        let end = ContinuousClock.now + timeout
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: userAgent)
        let nanoseconds = Int64(max(0, min(timeout / .nanoseconds(1), 1e15)))
        let response = try await client.execute(request, deadline: .now() + .nanoseconds(nanoseconds))
        var fields: [String: String] = [:]
        for (name, value) in response.headers where fields[name.lowercased()] == nil {
            fields[name.lowercased()] = value
        }
        var body: [UInt8] = []
        for try await piece in response.body {
            guard body.count + piece.readableBytes <= sizeLimit else { throw TransportError.tooLarge(limit: sizeLimit) }
            body += piece.readableBytesView
            guard ContinuousClock.now < end else { throw TransportError.unreachable("the answer takes too long") }
        }
        return TransportResponse(status: Int(response.status.code), fields: fields, body: body)
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { describe($0.error) } ?? "the name is not known"
        default: String("\(error)".prefix(200))
        }
    }
}

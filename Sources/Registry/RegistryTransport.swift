// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import FoundationEssentials
internal import IR
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import OCI

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Makes requests, again where that may help, and follows redirects without taking credentials along.
final class RegistryTransport: Sendable {
    /// By the proxy that they go through.
    private let clients: [ProxySettings.Proxy?: HTTPClient]
    let options: RegistryOptions

    /// Most redirects of one request.
    private static let redirectLimit = 5
    /// Largest answer that is taken whole, other than manifests; in bytes.
    static let answerLimit = 1 << 20

    init(_ options: RegistryOptions) throws {
        self.options = options
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        var tls = TLSConfiguration.makeClientConfiguration()
        if let path = options.trustRoots {
            do { tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(path))] } catch {
                throw ImageError(.malformed, "the certificates in '\(path)' cannot be read: \(error)")
            }
        }
        configuration.tlsConfiguration = tls
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(options.idleSeconds))
        configuration.httpVersion = .http1Only
        // So that manifests do not wait for layers until their time is over.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = ImageResolution.scanLimit + 8
        // Attempts are counted here.
        configuration.connectionPool.retryConnectionEstablishment = false
        var clients: [ProxySettings.Proxy?: HTTPClient] = [:]
        for proxy in Set([nil, options.proxies.http, options.proxies.https]) {
            configuration.proxy = proxy.map { proxy in
                .server(
                    host: proxy.host, port: proxy.port,
                    authorization: proxy.user.map { .basic(username: $0, password: proxy.password) })
            }
            clients[proxy] = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        }
        self.clients = clients
    }

    func close() async { for client in clients.values { try? await client.shutdown() } }

    struct Response {
        var status: Int
        var headers: HTTPHeaders
        var body: HTTPClientResponse.Body
        /// After redirects.
        var url: RequestURL
    }

    /// One request, with redirects where it has no body. `Authorization` goes to the first origin only.
    ///
    /// - Parameter host: the registry that the request is for, where it is another than the one that it goes to.
    func once(_ request: HTTPClientRequest, to url: RequestURL, for host: RegistryHost? = nil) async throws -> Response
    {
        let first = host ?? url.host
        var url = url
        let origin = url.origin
        for _ in 0...Self.redirectLimit {
            var request = request
            request.url = url.text
            request.headers.replaceOrAdd(name: "User-Agent", value: options.userAgent)
            if url.origin != origin { request.headers.remove(name: "Authorization") }
            guard url.isSecure || options.allowsPlainHTTP(url.host, from: first) else {
                throw ImageError(
                    .refused, "'\(url.host.name)' asks to go on without TLS; '--insecure-registry' allows it")
            }
            let response = try await execute(request, url)
            let status = Int(response.status.code)
            // A body may hold a secret, which is not for others.
            guard [301, 302, 303, 307, 308].contains(status), request.body == nil,
                let target = response.headers.first(name: "Location")
            else { return Response(status: status, headers: response.headers, body: response.body, url: url) }
            guard let next = RequestURL(target, relativeTo: url) else {
                throw ImageError(.malformed, "'\(url.host.name)' redirects to what is no address")
            }
            url = next
        }
        throw ImageError(.malformed, "'\(url.host.name)' redirects more than \(Self.redirectLimit) times")
    }

    private func execute(_ request: HTTPClientRequest, _ url: RequestURL) async throws -> HTTPClientResponse {
        let proxy = options.proxies.proxy(for: url)
        guard let client = clients[proxy] else { throw HTTPClientError.invalidProxyConfiguration }
        do {
            return try await client.execute(request, deadline: .now() + .seconds(options.responseSeconds))
        } catch let error as HTTPClientError where error == .proxyAuthenticationRequired {
            throw ImageError(.refused, "the proxy '\(proxy?.name ?? "")' asks for another user or password")
        } catch let error as HTTPClientError where error == .invalidProxyResponse {
            throw Again("the proxy '\(proxy?.name ?? "")' does not connect to it")
        } catch let error where proxy != nil && (error is NIOConnectionError || error is IOError) {
            throw Again("the proxy '\(proxy?.name ?? "")': \(Self.describe(error))")
        }
    }

    /// Calls `attempt` until it gives something, as often as the policy allows.
    ///
    /// - Parameter attempt: throws `Again` where another attempt may help; transport errors count as that.
    func retrying<Value>(_ host: RegistryHost, _ attempt: () async throws -> Value) async throws -> Value {
        var failures = 0
        var total = 0
        while true {
            try Task.checkCancellation()
            var again: Again
            do { return try await attempt() } catch let error as Again {
                again = error
            } catch let error as ImageError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch let error as HTTPClientError where error == .cancelled {
                throw CancellationError()
            } catch let error as SinkFailure {
                throw error.cause
            } catch {
                again = Again(Self.describe(error))
                // Asking again does not make a certificate valid.
                if "\(error)".contains("CERTIFICATE_VERIFY_FAILED") {
                    throw ImageError(.refused, "the certificate of '\(host.name)' cannot be verified")
                }
            }
            failures = again.madeProgress ? 1 : failures + 1
            total += 1
            guard failures < options.retry.attempts, total < options.retry.totalAttempts else {
                throw again.final ?? ImageError(.unreachable, "'\(host.name)': \(again.reason), \(total) times")
            }
            try await Task.sleep(for: options.retry.delay(after: failures, asked: again.delay))
        }
    }

    /// Why a request is to be made again.
    struct Again: Error {
        var reason: String
        var delay: Duration?
        var madeProgress = false
        /// What is wrong if it stays like this.
        var final: ImageError?

        init(_ reason: String) { self.reason = reason }
    }

    /// An error of whoever takes the bytes.
    struct SinkFailure: Error { var cause: any Error }

    /// Refuses answers after which another attempt may help.
    static func check(_ response: Response) throws {
        guard [408, 425, 429, 500, 502, 503, 504].contains(response.status) else { return }
        var again = Again("status \(response.status)")
        let now = Int64(Date().timeIntervalSince1970)
        again.delay = response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0, now: now) }
        throw again
    }

    /// All bytes of an answer.
    func bytes(of response: Response, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var rate = options.rateFloor()
        for try await piece in response.body {
            try rate.add(piece.readableBytes)
            bytes += piece.readableBytesView
            guard bytes.count <= limit else {
                throw ImageError(.malformed, "the answer of '\(response.url.host.name)' is larger than \(limit) bytes")
            }
        }
        return bytes
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { describe($0.error) } ?? "the name is not known"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        default: String("\(error)".prefix(200))
        }
    }
}

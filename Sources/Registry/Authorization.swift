// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import FoundationEssentials
internal import IR
internal import NIOCore
internal import NIOHTTP1
internal import OCI
internal import Synchronization

/// Answers the challenges of registries: with a password, or with a token that a password or an identity token buys.
final class Authorization: Sendable {
    private let transport: RegistryTransport
    private let credentials: (any CredentialProvider)?
    /// Values of the field `Authorization`.
    private let known = Mutex<[Repository: String]>([:])

    struct Repository: Hashable {
        var host: RegistryHost
        var path: String
    }

    /// Largest token, in bytes.
    private static let tokenLimit = 64 << 10

    init(_ transport: RegistryTransport, _ credentials: (any CredentialProvider)?) {
        self.transport = transport
        self.credentials = credentials
    }

    /// What to send with the first request.
    func current(_ repository: Repository) -> String? { known.withLock { $0[repository] } }

    /// What to send after a 401.
    func answer(_ response: RegistryTransport.Response, _ repository: Repository) async throws -> String {
        let challenges = AuthChallenge.parse(response.headers["WWW-Authenticate"])
        let credential = try await credentials?.credential(for: repository.host, repository: repository.path)
        if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
            let value = "Bearer " + (try await token(challenge, credential, repository))
            known.withLock { $0[repository] = value }
            return value
        }
        guard challenges.contains(where: { $0.scheme == "basic" }) else {
            throw ImageError(.refused, "'\(repository.host.name)' asks for no authentication that is known")
        }
        guard case .password(let user, let password) = credential else {
            throw ImageError(
                .refused,
                credential == nil
                    ? "'\(repository.host.name)' asks for a password, and there is none for it"
                    : "'\(repository.host.name)' asks for a password, and there is only an identity token for it")
        }
        let value = Self.basic(user, password)
        known.withLock { $0[repository] = value }
        return value
    }

    private static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Base64.text(Array("\(user):\(password)".utf8))
    }

    private func token(
        _ challenge: AuthChallenge, _ credential: RegistryCredential?, _ repository: Repository
    ) async throws -> String {
        guard let realm = challenge.parameters["realm"], let url = RequestURL(realm) else {
            throw ImageError(.malformed, "'\(repository.host.name)' names no address for tokens")
        }
        let scope = challenge.parameters["scope"] ?? "repository:\(repository.path):pull"
        var fields = [("scope", scope)]
        if let service = challenge.parameters["service"] { fields.append(("service", service)) }
        var request = HTTPClientRequest(url: url.text)
        var target = url
        switch credential {
        case .identityToken(let token):
            fields += [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "contrast")]
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: Self.form(fields)))
        case .password(let user, let password):
            request.headers.add(name: "Authorization", value: Self.basic(user, password))
            fallthrough
        case nil:
            let separator = url.text.contains("?") ? "&" : "?"
            guard let full = RequestURL(url.text + separator + Self.form(fields)) else {
                throw ImageError(.malformed, "'\(repository.host.name)' names no address for tokens")
            }
            target = full
        }
        return try await transport.retrying(target.host) { [request, target] in
            let response = try await transport.once(request, to: target, for: repository.host)
            try RegistryTransport.check(response)
            let bytes = try await transport.bytes(of: response, limit: RegistryTransport.answerLimit)
            guard response.status == 200 else {
                throw ImageError(
                    .refused,
                    "'\(target.host.name)' gives no token for '\(repository.host.name)': status \(response.status)")
            }
            let answer = try? JSONParser.parse(bytes)
            guard let token = answer?["token"]?.string ?? answer?["access_token"]?.string, !token.isEmpty,
                token.utf8.count <= Self.tokenLimit, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else { throw ImageError(.malformed, "the answer of '\(target.host.name)' holds no token") }
            return token
        }
    }

    /// Names and values as a form or a query writes them.
    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { name, value in
            let escaped = value.utf8.map { byte -> String in
                let isPlain =
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                return isPlain || "-._~".utf8.contains(byte)
                    ? String(decoding: [byte], as: UTF8.self) : "%" + Hex.text([byte]).uppercased()
            }
            return "\(name)=\(escaped.joined())"
        }.joined(separator: "&")
    }
}

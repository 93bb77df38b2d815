// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The API over HTTP (port 1314). It needs no TLS: what it says is bound to evidence, and what it takes is signed.
package struct HTTPAPI: Sendable {
    /// Bytes of a request for evidence, and of one with a manifest.
    package static let attestLimit = 1024
    package static let manifestLimit = 16 << 20
    /// JSON values in a request: mostly policies, one each.
    private static let valueLimit = 1 << 16
    /// The versions that are served; answers of `/attest` are older than all of them.
    package static let versions = ["v1"]

    let users: UserService
    let states: StateGuard
    let issuer: any AttestationIssuer
    let places = EvidencePlaces()
    /// Of this program.
    let version: String
    let capabilities: [UInt8]

    package init(users: UserService, states: StateGuard, issuer: any AttestationIssuer, version: String) {
        self.users = users
        self.states = states
        self.issuer = issuer
        self.version = version
        capabilities = JSONPrinter.print([
            "api_versions": .array(Self.versions.map { .string($0) })
        ])
    }

    /// Bytes that the body of a request may have; the transport need not read more.
    package static func bodyLimit(of path: String) -> Int { path == "/v1/manifest" ? manifestLimit : attestLimit }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch request.path {
        case "/capabilities":
            guard request.method == "GET" || request.method == "HEAD" else {
                return HTTPResponse(status: 405, allow: "GET, HEAD")
            }
            return HTTPResponse(
                status: 200, contentType: "application/json", body: request.method == "GET" ? capabilities : [])
        case "/attest":
            return await post(request, version: 0) { body throws(CoordinatorError) in
                try await attest(body, isVersioned: false)
            }
        case "/v1/attest":
            return await post(request, version: 1) { body throws(CoordinatorError) in
                try await attest(body, isVersioned: true)
            }
        case "/v1/manifest":
            return await post(request, version: 1) { body throws(CoordinatorError) in
                try await setManifest(body)
            }
        default: return failure(404, "not found")
        }
    }

    private func post(
        _ request: HTTPRequest, version: Int,
        _ body: (JSONObject) async throws(CoordinatorError) -> JSONValue
    ) async -> HTTPResponse {
        guard request.method == "POST" else { return HTTPResponse(status: 405, allow: "POST") }
        guard let mediaType = request.mediaType else { return failure(400, "malformed content type") }
        guard mediaType == "application/json" else { return failure(415, "expected application/json") }
        guard request.body.count <= Self.bodyLimit(of: request.path) else {
            return failure(413, "the request is larger than \(Self.bodyLimit(of: request.path)) bytes")
        }
        do throws(CoordinatorError) {
            try checkVersion(version)
            guard let object = (try? JSONParser.parse(request.body, valueLimit: Self.valueLimit))?.object else {
                throw .invalidArgument("the request is not a JSON object")
            }
            return .json(try await body(object))
        } catch {
            return failure(error.code.httpStatus, error.message, error.code)
        }
    }

    /// A manifest can forbid older versions of the API. As long as none is served, all are allowed.
    private func checkVersion(_ version: Int) throws(CoordinatorError) {
        guard case .active(let state) = states.standing, version < state.manifest.minimumAPIVersionNumber ?? 0 else {
            return
        }
        throw CoordinatorError(
            .permissionDenied, .apiVersionTooOld,
            "the manifest requires API version \(state.manifest.minimumAPIVersion) or later")
    }

    private func failure(_ status: Int, _ message: String, _ code: CoordinatorError.Code? = nil) -> HTTPResponse {
        var object = JSONObject([
            ("version", .string(version)), ("error", .string(message)), ("status_code", .integer(Int128(status))),
        ])
        if let code { object["code"] = .string(code.rawValue) }
        return .json(.object(object), status: status)
    }
}

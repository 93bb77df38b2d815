// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import IR
import ImageFixtures
import NIOCore
import NIOHTTP1
import NIOSSL
import OCI
import Registry

/// Debian's `docker-registry`, started for one test.
final class TestRegistry: Sendable {
    let directory: String
    private let service: Service
    private let scheme: String

    static let program = Service.find("docker-registry")
    static let python = Service.find("python3")
    static let isThere = program != nil && python != nil

    /// With TLS and a password where a certificate is given.
    struct Security {
        var certificate: String
        var key: String

        /// Makes a key, and a certificate that is its own root.
        init(makingCertificateFor name: String, in directory: String) throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            (certificate, key) = (directory + "/ca.crt", directory + "/ca.key")
            guard let openssl = Service.find("openssl") else {
                throw Service.Failure(description: "openssl is not installed")
            }
            let made = Process()
            made.executableURL = URL(fileURLWithPath: openssl)
            made.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key, "-out", certificate,
            ]
            made.standardError = FileHandle.nullDevice
            try made.run()
            made.waitUntilExit()
        }

        fileprivate var configuration: String {
            "  tls: {certificate: \(certificate), key: \(key), minimumtls: tls1.2}\n"
        }

        /// Of alice with the password s3cret, by bcrypt.
        static let passwords = "alice:$2b$04$jb8SWLKrirOype6cqmsMYOS73dNOtsyskx5sifqgkrRZELZ01DzQi\n"
    }

    /// What a registry that wants tokens calls itself, and whom it believes.
    static let service = "registry.test"
    static let issuer = "tokens.test"

    convenience init(_ security: Security? = nil, in directory: String) throws {
        var text = ""
        if let security {
            try Security.passwords.write(toFile: directory + "/htpasswd", atomically: true, encoding: .utf8)
            text += security.configuration + "auth: {htpasswd: {realm: test, path: \(directory)/htpasswd}}\n"
        }
        try self.init(security == nil ? "http" : "https", text, data: directory, in: directory)
    }

    /// With tokens of a server.
    ///
    /// - Parameters:
    ///   - security: for TLS.
    ///   - certificate: PEM file; of who signs the tokens.
    ///   - images: directory of another registry, whose images this one has too.
    convenience init(
        _ security: Security? = nil, tokens realm: String, certificate: String, images: String, in directory: String
    ) throws {
        let token =
            "{realm: \"\(realm)\", service: \(Self.service), issuer: \(Self.issuer), rootcertbundle: \(certificate)}"
        try self.init(
            security == nil ? "http" : "https", (security?.configuration ?? "") + "auth: {token: \(token)}\n",
            data: images,
            in: directory)
    }

    private init(_ scheme: String, _ more: String, data: String, in directory: String) throws {
        guard let program = Self.program else { throw Service.Failure(description: "docker-registry is not installed") }
        self.directory = directory
        self.scheme = scheme
        let port = try Service.freePort()
        let text = """
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {cache: {blobdescriptor: inmemory}, filesystem: {rootdirectory: \(data)/data}, delete: {enabled: true}}
            http:
              addr: "127.0.0.1:\(port)"
            \(more)
            """
        try text.write(toFile: directory + "/registry.yml", atomically: true, encoding: .utf8)
        service = try Service.serving(program, on: port, ["serve", directory + "/registry.yml"], directory: directory)
    }

    var port: Int { service.port }
    var host: String { "\(scheme == "https" ? "localhost" : "127.0.0.1"):\(port)" }

    /// - Parameter type: media type of the root, where it is not the one that the fixture says.
    func push(_ image: ImageFixture, _ name: String, tag: String) async throws {
        for (digest, bytes) in image.blobs where image.manifestTypes[digest] == nil {
            let start = try await send(.POST, "/v2/\(name)/blobs/uploads/", [])
            guard let location = start.headers.first(name: "Location") else {
                throw Service.Failure(description: "the registry starts no upload: \(start.status)")
            }
            let path = location.replacing("\(scheme)://\(host)", with: "")
            try expect(try await send(.PUT, "\(path)&digest=\(digest)", bytes), 201)
        }
        // Images before the index that names them.
        let manifests = image.manifestTypes.keys.sorted { left, right in right == image.root && left != right }
        for digest in manifests {
            let name = "/v2/\(name)/manifests/\(digest == image.root ? tag : digest.description)"
            try expect(
                try await send(.PUT, name, image.blobs[digest] ?? [], type: image.manifestTypes[digest] ?? ""), 201)
        }
    }

    /// Changes a blob or manifest behind the registry's back.
    func overwrite(_ digest: ImageDigest, with bytes: [UInt8]) throws {
        let path = "\(directory)/data/docker/registry/v2/blobs/sha256/\(digest.hex.prefix(2))/\(digest.hex)/data"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8], type: String = "application/octet-stream"
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "\(scheme)://\(host)\(path)")
        request.method = method
        request.headers.add(name: "Content-Type", value: type)
        if scheme == "https" { request.setBasicAuth(username: "alice", password: "s3cret") }
        request.body = .bytes(ByteBuffer(bytes: body))
        if scheme == "https" {
            // Of the tests' own certificate, which other tests are about.
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            request.tlsConfiguration = configuration
        }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    }

    private func expect(_ response: HTTPClientResponse, _ status: Int) throws {
        guard response.status.code == status else {
            throw Service.Failure(description: "the registry answers \(response.status)")
        }
    }
}

/// Images in many forms.
enum Images {
    static let oci = ImageFixture(
        layers: [
            (ImageFixture.userLayer(user: "root", uid: 0), .gzip),
            (
                TarBuilder.archive { tar in
                    // Does not compress to a few bytes, so that it comes in pieces.
                    var random = SeededGenerator(state: 7)
                    tar.file("bin/app", (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) })
                }, .gzip
            ),
        ],
        config: #"{"User":"web","Env":["PATH=/bin"],"Entrypoint":["/app"],"Volumes":{"/data":{}}}"#)

    static let docker = ImageFixture(
        layers: [(ImageFixture.userLayer(user: "web", uid: 5), .gzip)], config: #"{"Cmd":["sh"]}"#, format: .docker)

    static let zstd = ImageFixture(layers: [
        (ImageFixture.userLayer(user: "web", uid: 5), .zstd),
        (TarBuilder.archive { $0.file("etc/.wh.group", "") }, .plain),
    ])

    static let index = ImageFixture(index: [
        (
            "linux/arm64/v8",
            ImageFixture(
                layers: [(ImageFixture.userLayer(user: "arm", uid: 1), .gzip)], architecture: "arm64", variant: "v8")
        ),
        ("linux/amd64", oci),
    ])

    static let list = ImageFixture(
        index: [
            ("linux/amd64", docker),
            ("linux/arm/v7", ImageFixture(layers: [], architecture: "arm", variant: "v7", format: .docker)),
        ], format: .docker)

    static let all = ["oci": oci, "docker": docker, "zstd": zstd, "index": index, "list": list]
}

/// Numbers that are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

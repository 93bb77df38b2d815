// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import ImageFixtures
import OCI
import Registry
import Testing

/// The client against a real registry, and through a proxy that fails.
@Suite(.enabled(if: TestRegistry.isThere, "docker-registry or python3 is not installed"), .serialized)
struct RegistryClientTests {
    /// A directory, the registry in it, and images in that.
    final class Setting: Sendable {
        let directory: String
        let registry: TestRegistry

        init() async throws {
            directory = NSTemporaryDirectory() + "contrast-registry-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            registry = try TestRegistry(in: directory)
            for (name, image) in Images.all { try await registry.push(image, "team/\(name)", tag: "1") }
        }

        /// For tests that only read.
        static let shared = Task { try await Setting() }

        func proxy() throws -> Service {
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/faulty-proxy.py"
            return try Service.printing(try #require(TestRegistry.python), [script, "\(registry.port)"])
        }
    }

    struct Alice: CredentialProvider {
        var credential = RegistryCredential.password(user: "alice", password: "s3cret")

        func credential(for host: RegistryHost, repository: String) async throws -> RegistryCredential? { credential }
    }

    static var options: RegistryOptions {
        var options = RegistryOptions()
        options.idleSeconds = 1
        options.retry.first = .milliseconds(5)
        options.retry.longest = .milliseconds(20)
        return options
    }

    static func resolve(
        _ reference: String, _ credentials: (any CredentialProvider)? = nil, options: RegistryOptions = options
    ) async throws -> LockEntry {
        let client = try RegistryClient(options, credentials: credentials)
        do {
            let entry = try await ImageResolution(source: client).resolve(try ImageReference(reference))
            await client.close()
            return entry
        } catch {
            await client.close()
            throw error
        }
    }

    static func expected(_ image: ImageFixture) async throws -> LockEntry {
        try await ImageResolution(source: MemorySource(image)).resolve(try ImageReference("x"))
    }

    @Test func imagesOfAllForms() async throws {
        let setting = try await Setting.shared.value
        for (name, image) in Images.all {
            let entry = try await Self.resolve("\(setting.registry.host)/team/\(name):1")
            #expect(entry == (try await Self.expected(image)), "\(name)")
            let pinned = try await Self.resolve("\(setting.registry.host)/team/\(name):1@\(image.root)")
            #expect(pinned == entry)
        }
        let error = await #expect(throws: ImageError.self) {
            try await Self.resolve("\(setting.registry.host)/team/oci:2")
        }
        #expect(error?.kind == .missing)
        #expect(error?.message.contains("MANIFEST_UNKNOWN") == true)
    }

    @Test func aRegistryThatLiesIsFoundOut() async throws {
        let setting = try await Setting()
        let image = Images.oci
        let reference = "\(setting.registry.host)/team/oci:1"
        for digest in [image.layers[0], try #require(image.config), image.root] {
            let bytes = try #require(image.blobs[digest])
            var wrong = bytes
            wrong[wrong.count / 2] ^= 1
            try setting.registry.overwrite(digest, with: wrong)
            let error = await #expect(throws: ImageError.self) { try await Self.resolve(reference) }
            #expect(error?.kind == .mismatch, "\(digest)")
            try setting.registry.overwrite(digest, with: bytes)
        }
        #expect(try await Self.resolve(reference) == (try await Self.expected(image)))
    }

    // MARK: - Faults

    @Test(arguments: ["plain", "cut", "cut-again", "busy", "broken", "token", "basic", "redirect", "slow", "stall"])
    func faultsThatAreOvercome(_ fault: String) async throws {
        let setting = try await Setting.shared.value
        let proxy = try setting.proxy()
        let entry = try await Self.resolve("127.0.0.1:\(proxy.port)/\(fault)/team/index:1", Alice())
        #expect(entry == (try await Self.expected(Images.index)))
        let log = try await proxy.log()
        for request in log where request["path"]?.string?.contains("/manifests/") == true {
            #expect(request["accept"]?.strings.map(Set.init) == Set(MediaType.manifests))
        }
        if fault == "redirect" {
            let elsewhere = log.filter { $0["path"]?.string?.hasPrefix("/elsewhere/") == true }
            #expect(!elsewhere.isEmpty)
            #expect(elsewhere.allSatisfy { $0["authorized"]?.bool == false })
        }
        if fault == "cut" {
            let ranges = log.compactMap { $0["range"]?.string }
            #expect(ranges.contains { $0 != "bytes=0-" }, "a download was not resumed")
        }
    }

    @Test(arguments: [
        ("cut-forever", ImageError.Kind.unreachable), ("wrong-bytes", .mismatch), ("wrong-manifest", .mismatch),
        ("wrong-length", .mismatch), ("short-length", .mismatch), ("always-broken", .unreachable), ("loop", .refused),
        ("endless", .malformed), ("downgrade", .refused), ("schema1", .malformed), ("huge", .malformed),
        ("trickle", .unreachable),
    ])
    func faultsThatAreTold(_ fault: String, _ kind: ImageError.Kind) async throws {
        let setting = try await Setting.shared.value
        let proxy = try setting.proxy()
        let error = await #expect(throws: ImageError.self) {
            try await Self.resolve("127.0.0.1:\(proxy.port)/\(fault)/team/oci:1", Alice())
        }
        #expect(error?.kind == kind, "\(error?.message ?? "")")
        #expect(error?.message.contains("s3cret") == false)
        // It comes to an end soon.
        #expect(try await proxy.log().count < 60)
    }

    @Test func identityTokens() async throws {
        let setting = try await Setting.shared.value
        let proxy = try setting.proxy()
        let reference = "127.0.0.1:\(proxy.port)/token/team/oci:1"
        let good = try await Self.resolve(reference, Alice(credential: .identityToken("identity")))
        #expect(good == (try await Self.expected(Images.oci)))
        for credential in [RegistryCredential.identityToken("other"), .password(user: "alice", password: "wrong")] {
            let error = await #expect(throws: ImageError.self) {
                try await Self.resolve(reference, Alice(credential: credential))
            }
            #expect(error?.kind == .refused)
        }
        let anonymous = await #expect(throws: ImageError.self) { try await Self.resolve(reference) }
        #expect(anonymous?.kind == .refused)
    }

    /// The secret of an identity token is in the body of a request, which no redirect takes along.
    @Test func identityTokensAreNotRedirected() async throws {
        let setting = try await Setting.shared.value
        let proxy = try setting.proxy()
        let error = await #expect(throws: ImageError.self) {
            try await Self.resolve(
                "127.0.0.1:\(proxy.port)/post-redirect/team/oci:1", Alice(credential: .identityToken("identity")))
        }
        #expect(error?.kind == .refused)
        let paths = try await proxy.log().filter { $0["method"]?.string == "POST" }.map { $0["path"]?.string }
        #expect(paths == ["/post-redirect"])
    }

    @Test func nobodyThere() async throws {
        let port = try Service.freePort()
        let error = await #expect(throws: ImageError.self) { try await Self.resolve("127.0.0.1:\(port)/x:1") }
        #expect(error?.kind == .unreachable)
        #expect(error?.message.contains("Connection refused") == true)
    }

    // MARK: - TLS

    @Test(.enabled(if: Service.find("openssl") != nil, "openssl is not installed"))
    func certificatesAndPasswords() async throws {
        let directory = NSTemporaryDirectory() + "contrast-registry-" + UUID().uuidString
        let security = try TestRegistry.Security(makingCertificateFor: "localhost", in: directory)
        let registry = try TestRegistry(security, in: directory)
        try await registry.push(Images.oci, "team/oci", tag: "1")
        let reference = "\(registry.host)/team/oci:1"
        var trusting = Self.options
        trusting.trustRoots = security.certificate
        #expect(try await Self.resolve(reference, Alice(), options: trusting) == (try await Self.expected(Images.oci)))
        let untrusted = await #expect(throws: ImageError.self) { try await Self.resolve(reference, Alice()) }
        #expect(untrusted?.message.contains("certificate") == true)
        let anonymous = await #expect(throws: ImageError.self) { try await Self.resolve(reference, options: trusting) }
        #expect(anonymous?.kind == .refused)
        let wrong = await #expect(throws: ImageError.self) {
            let bob = Alice(credential: .password(user: "bob", password: "x"))
            return try await Self.resolve(reference, bob, options: trusting)
        }
        #expect(wrong?.kind == .refused)
    }
}

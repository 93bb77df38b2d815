// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import ImageFixtures
import OCI
import Registry
import Testing

/// The client against a real registry that wants tokens, and a small server that gives them.
@Suite(
    .enabled(
        if: TestRegistry.isThere && Service.find("openssl") != nil, "docker-registry, python3 or openssl is missing"),
    .serialized)
struct TokenTests {
    /// A server of tokens, and a registry with the images of the shared one.
    private final class Setting {
        let tokens: Service
        let registry: TestRegistry
        let security: TestRegistry.Security?
        /// Of the certificate that the registry trusts.
        private let directory: String

        /// - Parameters:
        ///   - trusted: whether the registry trusts the key of this server, not one of another.
        ///   - name: with TLS, and a certificate for this name.
        init(trusted: Bool = true, name: String? = nil) async throws {
            let images = try await RegistryClientTests.Setting.shared.value
            directory = NSTemporaryDirectory() + "contrast-token-" + UUID().uuidString
            security = try name.map { [directory] in try .init(makingCertificateFor: $0, in: directory) }
            tokens = try Self.server(directory)
            let other = trusted ? directory : directory + "/other"
            if !trusted { _ = try Self.server(other) }
            registry = try TestRegistry(
                security, tokens: "http://127.0.0.1:\(tokens.port)/token", certificate: other + "/token.crt",
                images: images.directory, in: directory)
        }

        private static func server(_ directory: String) throws -> Service {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/token-server.py"
            return try Service.printing(
                try #require(TestRegistry.python), [script, directory, TestRegistry.service, TestRegistry.issuer])
        }

        func reference(_ image: String) -> String { "\(registry.host)/team/\(image):1" }
    }

    @Test func passwords() async throws {
        let setting = try await Setting()
        let entry = try await RegistryClientTests.resolve(setting.reference("index"), RegistryClientTests.Alice())
        #expect(entry == (try await RegistryClientTests.expected(Images.index)))
        let log = try await setting.tokens.log()
        // One token does for all requests of a repository.
        #expect(log.count == 1)
        #expect(log.first?["authorized"]?.bool == true)
        #expect(log.first?["fields"]?["scope"]?.strings == ["repository:team/index:pull"])
        #expect(log.first?["fields"]?["service"]?.strings == [TestRegistry.service])
    }

    @Test func identityTokensAreExchanged() async throws {
        let setting = try await Setting()
        let alice = RegistryClientTests.Alice(credential: .identityToken("identity"))
        let entry = try await RegistryClientTests.resolve(setting.reference("oci"), alice)
        #expect(entry == (try await RegistryClientTests.expected(Images.oci)))
        let log = try await setting.tokens.log()
        #expect(log.count == 1)
        #expect(log.first?["method"]?.string == "POST")
        #expect(log.first?["authorized"]?.bool == false)
        #expect(log.first?["fields"]?["scope"]?.strings == ["repository:team/oci:pull"])
    }

    @Test func wrongCredentialsAreRefused() async throws {
        let setting = try await Setting()
        let wrong: [RegistryCredential?] = [
            nil, .password(user: "alice", password: "wr0ng"), .identityToken("0ther"),
        ]
        for credential in wrong {
            let error = await #expect(throws: ImageError.self) {
                try await RegistryClientTests.resolve(
                    setting.reference("oci"), credential.map { RegistryClientTests.Alice(credential: $0) })
            }
            #expect(error?.kind == .refused, "\(error?.message ?? "")")
            #expect(error?.message.contains("wr0ng") == false && error?.message.contains("0ther") == false)
        }
    }

    /// A token ends in the middle of a run, as it may between two layers; the next request gets another.
    @Test func tokensThatExpireAreRenewed() async throws {
        let setting = try await Setting()
        let alice = RegistryClientTests.Alice(credential: .identityToken("brief"))
        let reference = try ImageReference(setting.reference("oci"))
        let client = try RegistryClient(RegistryClientTests.options, credentials: alice)
        let before = try? await ImageResolution(source: client).resolve(reference)
        try? await Task.sleep(for: .seconds(13))
        let after = try? await ImageResolution(source: client).resolve(reference)
        await client.close()
        #expect(before != nil && before == after)
        #expect(try await setting.tokens.log().count >= 2)
    }

    /// The registry believes none of the tokens that its own server gives, and asks for one each time.
    @Test func loopsEnd() async throws {
        let setting = try await Setting(trusted: false)
        let error = await #expect(throws: ImageError.self) {
            try await RegistryClientTests.resolve(setting.reference("oci"), RegistryClientTests.Alice())
        }
        #expect(error?.kind == .refused, "\(error?.message ?? "")")
        #expect(try await setting.tokens.log().count == 1)
    }

    /// A registry elsewhere does not get its user's credentials sent to a server of tokens on this machine.
    @Test func registriesElsewhereDoNotLeadToLoopback() async throws {
        let setting = try await Setting(name: "registry.example")
        let proxy = try await ProxyTests.proxy(to: setting.registry.port)
        var options = RegistryClientTests.options
        options.proxies = try ProxySettings { ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"][$0] }
        options.trustRoots = setting.security?.certificate
        let alice = RegistryClientTests.Alice()
        let careful = options
        let error = await #expect(throws: ImageError.self) {
            try await RegistryClientTests.resolve("registry.example/team/oci:1", alice, options: careful)
        }
        #expect(error?.kind == .refused)
        #expect(error?.message.contains("without TLS") == true, "\(error?.message ?? "")")
        #expect(try await setting.tokens.log().isEmpty)
        options.insecureHosts = [RegistryHost("127.0.0.1:\(setting.tokens.port)")]
        let entry = try await RegistryClientTests.resolve("registry.example/team/oci:1", alice, options: options)
        #expect(entry == (try await RegistryClientTests.expected(Images.oci)))
    }
}

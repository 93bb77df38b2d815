// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import OCI
import Registry
import Testing

/// Registries that only a proxy reaches. Names below `example` are known to nobody else.
@Suite(.enabled(if: TestRegistry.isThere, "docker-registry or python3 is not installed"), .serialized)
struct ProxyTests {
    /// - Parameter port: where it leads; `nil` for the shared registry.
    static func proxy(to port: Int? = nil) async throws -> Service {
        let setting = try await RegistryClientTests.Setting.shared.value
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/forward-proxy.py"
        return try Service.printing(
            try #require(TestRegistry.python), [script, "\(port ?? setting.registry.port)"])
    }

    /// Hosts and ports that a proxy was asked for.
    private static func log(_ proxy: Service) async throws -> [String] { try await proxy.log().compactMap(\.string) }

    /// Options with what the environment says, and these registries without TLS.
    private static func options(_ environment: [String: String], _ insecure: String...) throws -> RegistryOptions {
        var options = RegistryClientTests.options
        options.insecureHosts = Set(insecure.map { RegistryHost($0) })
        options.proxies = try ProxySettings { environment[$0] }
        return options
    }

    @Test(arguments: ["HTTP_PROXY", "http_proxy"]) func reachesWhatNobodyElseDoes(_ variable: String) async throws {
        let proxy = try await Self.proxy()
        for value in ["http://127.0.0.1:\(proxy.port)", "127.0.0.1:\(proxy.port)", "http://127.0.0.1:\(proxy.port)/"] {
            let options = try Self.options([variable: value], "registry.example:5000")
            let entry = try await RegistryClientTests.resolve("registry.example:5000/team/index:1", options: options)
            #expect(entry == (try await RegistryClientTests.expected(Images.index)))
        }
        #expect(Set(try await Self.log(proxy)) == ["registry.example:5000"])
    }

    @Test func passwordsOfProxies() async throws {
        let proxy = try await Self.proxy()
        func resolve(_ user: String) async throws -> LockEntry {
            let options = try Self.options(["HTTP_PROXY": "http://\(user)127.0.0.1:\(proxy.port)"], "private.example")
            return try await RegistryClientTests.resolve("private.example/team/oci:1", options: options)
        }
        #expect(try await resolve("alice:s3%63ret@") == (try await RegistryClientTests.expected(Images.oci)))
        for user in ["", "alice:wr0ng@"] {
            let before = try await Self.log(proxy).count
            let error = await #expect(throws: ImageError.self) { try await resolve(user) }
            #expect(error?.kind == .refused)
            #expect(error?.message.contains("127.0.0.1:\(proxy.port)") == true)
            #expect(error?.message.contains("wr0ng") == false)
            #expect(try await Self.log(proxy).count == before + 1)
        }
    }

    @Test func proxiesThatDoNotHelpAreNamed() async throws {
        let proxy = try await Self.proxy()
        let denied = try Self.options(["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"], "denied.example")
        let refusal = await #expect(throws: ImageError.self) {
            try await RegistryClientTests.resolve("denied.example/x:1", options: denied)
        }
        #expect(refusal?.message.contains("the proxy '127.0.0.1:\(proxy.port)' does not connect") == true)
        let port = try Service.freePort()
        let nobody = try Self.options(["HTTP_PROXY": "http://127.0.0.1:\(port)"], "registry.example")
        let error = await #expect(throws: ImageError.self) {
            try await RegistryClientTests.resolve("registry.example/x:1", options: nobody)
        }
        #expect(error?.kind == .unreachable)
        #expect(error?.message.contains("the proxy '127.0.0.1:\(port)': Connection refused") == true)
    }

    /// HTTPS goes through the proxy of its own variable, and TLS ends at the registry.
    @Test func proxiesOfHTTPS() async throws {
        let proxy = try await Self.proxy()
        let options = try Self.options(["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"])
        // The registry behind it speaks no TLS.
        let error = await #expect(throws: ImageError.self) {
            try await RegistryClientTests.resolve("registry.example/team/oci:1", options: options)
        }
        #expect(error?.kind == .unreachable)
        #expect(Set(try await Self.log(proxy)) == ["registry.example:443"])
    }

    @Test func loopbackNeedsNoProxy() async throws {
        let proxy = try await Self.proxy()
        let setting = try await RegistryClientTests.Setting.shared.value
        let options = try Self.options(["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"])
        _ = try await RegistryClientTests.resolve("\(setting.registry.host)/team/oci:1", options: options)
        #expect(try await Self.log(proxy) == [])
    }

    /// Whole labels, addresses and networks; who is an exception is not found, since nobody else knows the name.
    @Test(arguments: [
        ("registry.example", false), ("example", false), (".example", false), ("*.example", false), ("*", false),
        ("other.example, REGISTRY.EXAMPLE", false), ("registry.example:5000", false), ("registry.example:5001", true),
        ("stry.example", true), (".registry.example", true), ("registry.exam", true), ("xregistry.example", true),
        ("", true), (",", true), ("*.registry.example", true), ("10.0.0.0/8", true),
    ])
    func exceptions(_ list: String, isProxied: Bool) async throws {
        let proxy = try await Self.proxy()
        var options = try Self.options(
            ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)", "no_proxy": list], "registry.example:5000")
        options.retry.attempts = 1
        _ = try? await RegistryClientTests.resolve("registry.example:5000/team/oci:1", options: options)
        #expect(try await Self.log(proxy).isEmpty == !isProxied)
    }

    @Test(arguments: ["192.0.2.7", "192.0.2.0/24", "192.0.2.7/32", "0.0.0.0/0", "192.0.2.7:5000"])
    func exceptionsOfAddresses(_ list: String) async throws {
        let proxy = try await Self.proxy()
        var environment = ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"]
        _ = try await RegistryClientTests.resolve(
            "192.0.2.7:5000/team/oci:1", options: try Self.options(environment, "192.0.2.7:5000"))
        let proxied = try await Self.log(proxy).count
        #expect(proxied > 0)
        environment["NO_PROXY"] = "192.0.3.0/24,::/0,192.0.2.7/33,\(list)"
        var options = try Self.options(environment, "192.0.2.7:5000")
        options.retry.attempts = 1
        options.responseSeconds = 1
        _ = try? await RegistryClientTests.resolve("192.0.2.7:5000/team/oci:1", options: options)
        #expect(try await Self.log(proxy).count == proxied)
    }

    @Test(arguments: [
        "socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://", "http://u:s3cret@h/path", "http://[", " ",
    ])
    func otherProxiesAreRefused(_ value: String) throws {
        let error = #expect(throws: ImageError.self) { try ProxySettings { ["HTTPS_PROXY": value][$0] } }
        #expect(error?.message.hasPrefix("HTTPS_PROXY is no proxy that is known") == true)
        #expect(error?.message.contains("s3cret") == false)
    }
}

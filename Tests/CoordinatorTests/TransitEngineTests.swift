// SPDX-License-Identifier: Apache-2.0

import Attestation
import Coordinator
import Digests
import IR
import Identity
import Testing

struct TransitEngineTests {
    private static let identity = "apps/v1/Deployment/default/web"
    private static let name = "apps%2Fv1%2FDeployment%2Fdefault%2Fweb"

    private struct Fixture {
        var coordinator: TestCoordinator
        var certificate: Certificate
        var engine: TransitEngine { TransitEngine(coordinator.states) }

        func send(
            _ path: String, _ body: JSONValue, type: String? = nil, at time: Timestamp = Deployment.now
        ) -> HTTPResponse {
            engine.respond(
                to: HTTPRequest(method: "POST", path: path, contentType: type, body: JSONPrinter.print(body)),
                from: certificate, at: time)
        }
    }

    private func fixture(_ policy: String = Deployment.webHash) async throws -> Fixture {
        let (coordinator, _) = try await TestCoordinator.serving(Deployment())
        let response = try await coordinator.mesh.newMeshCert(for: coordinator.peer(policy), at: Deployment.now)
        let certificate = try #require(try PEMFile(response.certificateChain).certificates.first)
        return Fixture(coordinator: coordinator, certificate: certificate)
    }

    private func text(_ response: HTTPResponse, _ key: String) throws -> String {
        try #require(JSONParser.parse(response.body)["data"]?[key]?.string)
    }

    /// A connection may outlive its certificate, and the manifest under which it began.
    @Test func aConnectionIsServedAsLongAsItsCertificateIsGood() async throws {
        let fixture = try await fixture()
        let path = "/v1/transit/encrypt/\(Self.name)"
        #expect(fixture.send(path, ["plaintext": "AAAA"]).status == 200)
        let late = Timestamp(seconds: fixture.certificate.notAfter.seconds + 1)
        #expect(fixture.send(path, ["plaintext": "AAAA"], at: late).status == 401)
        _ = try await fixture.coordinator.users.setManifest(
            Deployment().marked("b").request(), from: Deployment.owner())
        #expect(fixture.send(path, ["plaintext": "AAAA"]).status == 401)
    }

    @Test(arguments: ["", "AAAA", "c2VjcmV0"]) func decryptsWhatItEncrypts(_ plaintext: String) async throws {
        let fixture = try await fixture()
        let data: JSONValue = "YWQ="
        let sealed = fixture.send(
            "/v1/transit/encrypt/\(Self.name)",
            ["plaintext": .string(plaintext), "key_version": 3, "associated_data": data], type: "application/json")
        #expect(sealed.status == 200)
        let ciphertext = try text(sealed, "ciphertext")
        #expect(ciphertext.hasPrefix("vault:v3:"))
        let opened = fixture.send(
            "/v1/transit/decrypt/\(Self.name)", ["ciphertext": .string(ciphertext), "associated_data": data])
        #expect(try text(opened, "plaintext") == plaintext)
        // Other data, another version, one bit.
        let parsed = try #require(TransitCiphertext(ciphertext))
        var flipped = parsed
        flipped.sealed[12] ^= 1
        var older = parsed
        older.keyVersion = 2
        for (text, data) in [(ciphertext, nil), (flipped.text, data), (older.text, data)] as [(String, JSONValue?)] {
            let response = fixture.send(
                "/v1/transit/decrypt/\(Self.name)",
                ["ciphertext": .string(text), "associated_data": data ?? .null])
            #expect(response.status == 500)
            #expect(try JSONParser.parse(response.body)["errors"] == ["decryption failed"])
        }
    }

    /// NIST's test case 14 of AES-256-GCM, and a key that an independent implementation has derived.
    @Test func formatMatchesExistingCiphertexts() throws {
        let key = secret([UInt8](repeating: 0, count: 32))
        let sealed = try #require(
            Hex.decode(
                "000000000000000000000000" + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"))
        #expect(try AESGCM.open(sealed, key: key, authenticating: []).array == [UInt8](repeating: 0, count: 16))
        let ciphertext = TransitCiphertext(keyVersion: 0, sealed: sealed)
        #expect(TransitCiphertext("vault:v0:\(Base64.text(sealed))") == ciphertext)
    }

    @Test(arguments: [
        "", "vault:", "vault:v", "vault:v1", "vault:v1:", "vault:v1:AAAA", "vault:v01:" + good, "vault:v-1:" + good,
        "vault:v+1:" + good, "vault:v4294967296:" + good, "vault:v1:" + good + "!", "vault:v1:" + short,
        "Vault:v1:" + good,
        "vault:v1:\(good):", " vault:v1:" + good, "vault:v１:" + good,
    ])
    func refusesOtherCiphertexts(_ text: String) {
        #expect(TransitCiphertext(text) == nil)
    }

    private static let good = Base64.text([UInt8](repeating: 7, count: 28))
    private static let short = Base64.text([UInt8](repeating: 7, count: 27))

    @Test func theShortestCiphertextIsOne() {
        #expect(TransitCiphertext("vault:v1:" + Self.good)?.sealed.count == 28)
    }

    @Test func everyoneUsesTheirOwnKeysOnly() async throws {
        let web = try await fixture()
        for name in ["other", "apps%2Fv1%2FStatefulSet%2Fdefault%2Fcoordinator", Self.name + "x"] {
            #expect(web.send("/v1/transit/encrypt/\(name)", ["plaintext": ""]).status == 403)
        }
        #expect(
            try await fixture(Deployment.coordinatorHash)
                .send("/v1/transit/encrypt/\(Self.name)", ["plaintext": ""]).status == 403)
    }

    @Test(arguments: [
        ("/", 404), ("/v1/transit/encrypt", 404), ("/v1/transit/encrypt/", 404), ("/v1/transit/rotate/x", 404),
        ("/v1/transit/encrypt/a/b", 404), ("/v1/transit/encrypt/%", 404), ("/v1/transit/encrypt/%+1", 404),
        ("/v1/transit/encrypt/%FF", 404),
    ])
    func otherPathsAreUnknown(_ path: String, _ status: Int) async throws {
        #expect(try await fixture().send(path, ["plaintext": ""]).status == status)
    }

    @Test(
        arguments: [
            ("encrypt", [], 400), ("encrypt", [:], 400), ("encrypt", ["plaintext": 3], 400),
            ("encrypt", ["plaintext": "!"], 400), ("encrypt", ["plaintext": "", "key_version": -1], 400),
            ("encrypt", ["plaintext": "", "key_version": 4_294_967_296], 400),
            ("encrypt", ["plaintext": "", "key_version": "1"], 400),
            ("encrypt", ["plaintext": "", "associated_data": 1], 400),
            ("encrypt", ["plaintext": "", "key_version": 4_294_967_295], 200),
            ("encrypt", ["plaintext": "", "key_version": nil, "associated_data": nil], 200), ("decrypt", [:], 400),
            ("decrypt", ["ciphertext": "vault:v1:AAAA"], 400), ("decrypt", ["ciphertext": 1], 400),
        ] as [(String, JSONValue, Int)])
    func judgesBodies(_ operation: String, _ body: JSONValue, _ status: Int) async throws {
        let response = try await fixture().send("/v1/transit/\(operation)/\(Self.name)", body)
        #expect(response.status == status)
        #expect((try JSONParser.parse(response.body)["errors"] != nil) == (status != 200))
    }

    @Test func limitsAndStates() async throws {
        let fixture = try await fixture()
        let path = "/v1/transit/encrypt/\(Self.name)"
        #expect(fixture.send(path, ["plaintext": ""], type: "text/plain").status == 400)
        let large = HTTPRequest(
            method: "POST", path: path, body: [UInt8](repeating: 0x20, count: TransitEngine.bodyLimit + 1))
        #expect(fixture.engine.respond(to: large, from: fixture.certificate, at: Deployment.now).status == 413)
        let restarted = TransitEngine(try TestCoordinator(fixture.coordinator.store).states)
        let request = HTTPRequest(method: "POST", path: path, body: Array("{\"plaintext\":\"\"}".utf8))
        #expect(restarted.respond(to: request, from: fixture.certificate, at: Deployment.now).status == 503)
    }
}

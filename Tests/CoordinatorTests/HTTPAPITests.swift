// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import History
import IR
import Identity
import Synchronization
import Testing

/// Evidence that is just what it should be bound to.
private struct EchoIssuer: AttestationIssuer {
    var error: (any Error)?

    func issue(reportData: [UInt8]) async throws -> AttestationDocument {
        if let error { throw error }
        return AttestationDocument(type: [1, 3, 9901, 2, 1], bytes: reportData)
    }
}

/// Has everybody wait.
private final class SlowIssuer: AttestationIssuer {
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let started = Atomic(0)

    var total: Int { started.load(ordering: .relaxed) }
    var count: Int { waiting.withLock { $0.count } }

    func issue(reportData: [UInt8]) async throws -> AttestationDocument {
        started.add(1, ordering: .relaxed)
        await withCheckedContinuation { continuation in waiting.withLock { $0.append(continuation) } }
        return AttestationDocument(type: [1, 3, 9901, 2, 1], bytes: reportData)
    }

    func finish() {
        let all = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for continuation in all { continuation.resume() }
    }
}

struct HTTPAPITests {
    private static let nonce = Array(UInt8(0)..<32)
    private static let attestBody = "{\"nonce\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}"

    private func api(_ coordinator: TestCoordinator, failing error: (any Error)? = nil) -> HTTPAPI {
        HTTPAPI(
            users: coordinator.users, states: coordinator.states, issuer: EchoIssuer(error: error), version: "1.2.3")
    }

    private func post(_ path: String, _ body: String, type: String? = "application/json") -> HTTPRequest {
        HTTPRequest(method: "POST", path: path, contentType: type, body: Array(body.utf8))
    }

    private func json(_ response: HTTPResponse) throws -> JSONValue { try JSONParser.parse(response.body) }

    private func bytes(_ value: JSONValue?) throws -> [UInt8] {
        let text = try #require(value?.string)
        return try #require(Base64.decode(text.utf8))
    }

    /// Computed by an independent implementation.
    @Test func reportDataMatchesExistingClients() {
        let (root, mesh) = (Array("ROOT".utf8), Array("MESH".utf8))
        let transition = Transition(manifest: Array("{}".utf8)).hash
        let legacy = AttestReportData.bytes(
            nonce: Self.nonce, transitionHash: transition, rootCA: root, meshCA: mesh, capabilities: nil)
        let versioned = AttestReportData.bytes(
            nonce: Self.nonce, transitionHash: transition, rootCA: root, meshCA: mesh,
            capabilities: Array("CAPS".utf8))
        let zeros = String(repeating: "0", count: 64)
        #expect(Hex.text(legacy) == "5e833dc5f066ec6a53d41e7e732bc47f222f7ec38e450aaf3ebe251f7aef8bc2" + zeros)
        #expect(Hex.text(versioned) == "bcd1719cbc0c7c1331ce7469abef400eae7c52abb7f2cba6a384a60b8f91ff99" + zeros)
    }

    @Test func evidenceIsBoundToTheWholeAnswer() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let api = api(coordinator)
        let capabilities = await api.respond(to: HTTPRequest(method: "GET", path: "/capabilities"))
        #expect(capabilities.status == 200)
        #expect(try json(capabilities)["api_versions"]?.strings == ["v1"])
        for path in ["/attest", "/v1/attest"] {
            let response = await api.respond(
                to: post(path, Self.attestBody, type: "Application/JSON ; charset=utf-8"))
            #expect(response.status == 200)
            #expect(response.contentType == "application/json")
            let answer = try json(response)
            #expect(answer["version"] == "1.2.3")
            #expect(answer["attestation_type"] == [1, 3, 9901, 2, 1])
            let manifests = try #require(answer["manifests"]?.array).map { try bytes($0) }
            #expect(manifests == [deployment.bytes])
            #expect(answer["policies"]?.array?.count == 2)
            let expected = AttestReportData.bytes(
                nonce: Self.nonce, transitionHash: Transition.hash(of: manifests),
                rootCA: try bytes(answer["root_ca"]), meshCA: try bytes(answer["mesh_ca"]),
                capabilities: path == "/attest" ? nil : capabilities.body)
            #expect(try bytes(answer["raw_attestation_doc"]) == expected)
        }
    }

    @Test(arguments: [
        ("GET", "/attest", "application/json", attestBody, 405), ("PUT", "/v1/manifest", "application/json", "{}", 405),
        ("POST", "/capabilities", "application/json", "", 405), ("POST", "/attest", "", attestBody, 400),
        ("POST", "/attest", "json", attestBody, 400), ("POST", "/attest", "a/b/c", attestBody, 400),
        ("POST", "/attest", "text/plain", attestBody, 415), ("POST", "/attest", "application/json", "", 400),
        ("POST", "/attest", "application/json", "[]", 400), ("POST", "/attest", "application/json", "{}", 400),
        ("POST", "/attest", "application/json", "{\"nonce\":3}", 400),
        ("POST", "/attest", "application/json", "{\"nonce\":\"AAEC\"}", 400),
        ("POST", "/v1/attest", "application/json", "{\"nonce\":\"!\"}", 400),
        ("POST", "/attest", "application/json", attestBody + String(repeating: " ", count: 1024), 413),
        ("POST", "/v1/manifest", "application/json", "{}", 400),
        ("POST", "/v1/manifest", "application/json", "{\"manifest\":\"e30=\",\"policies\":[1]}", 400),
        ("POST", "/v1/manifest", "application/json", "{\"manifest\":\"e30=\",\"signatures\":[\"AA==\",\"AA==\"]}", 400),
        ("POST", "/v2/attest", "application/json", attestBody, 404), ("GET", "/", "", "", 404),
    ])
    func refusesOtherRequests(
        _ method: String, _ path: String, _ type: String, _ body: String, _ status: Int
    ) async throws {
        let (coordinator, _) = try await TestCoordinator.serving(Deployment())
        let response = await api(coordinator).respond(
            to: HTTPRequest(
                method: method, path: path, contentType: type.isEmpty ? nil : type, body: Array(body.utf8)))
        #expect(response.status == status)
        #expect((response.status == 405) == response.body.isEmpty)
        if status != 405 { #expect(try json(response)["status_code"] == .integer(Int128(status))) }
    }

    /// Each value takes many times the memory of its text.
    @Test(arguments: [(10, 200), (1 << 16, 400)])
    func valuesOfARequestAreBounded(_ count: Int, _ status: Int) async throws {
        let more = "{\"more\":[" + repeatElement("0", count: count).joined(separator: ",") + "],"
        let body = try more + body(Deployment()).dropFirst()
        #expect(await api(try TestCoordinator()).respond(to: post("/v1/manifest", body)).status == status)
    }

    @Test func errorsHaveTheirCodes() async throws {
        let coordinator = try TestCoordinator()
        let api = api(coordinator)
        func answer(_ path: String, _ body: String) async throws -> (Int, String?) {
            let response = await api.respond(to: post(path, body))
            return (response.status, try json(response)["code"]?.string)
        }
        #expect(try await answer("/attest", Self.attestBody) == (412, "no_manifest"))
        #expect(try await answer("/v1/manifest", "{\"manifest\":\"e30=\"}") == (400, "invalid_argument"))
        let deployment = try Deployment()
        _ = try await coordinator.users.setManifest(deployment.request(), from: Peer())
        #expect(try await answer("/v1/manifest", try body(deployment.marked("b"))) == (403, "permission_denied"))
        #expect(
            try await answer("/v1/manifest", try body(deployment.marked("b"), signature: [1]))
                == (403, "invalid_signature"))
        let restarted = self.api(try TestCoordinator(coordinator.store))
        let response = await restarted.respond(to: post("/v1/attest", Self.attestBody))
        #expect(response.status == 412)
        #expect(try json(response)["code"] == "needs_recovery")
        let broken = self.api(coordinator, failing: CryptoError(operation: "making a report"))
        #expect(await broken.respond(to: post("/attest", Self.attestBody)).status == 500)
    }

    /// Who asks for evidence again and again does not keep handshakes waiting.
    @Test func fewHaveEvidenceMadeAtOnce() async throws {
        let (coordinator, _) = try await TestCoordinator.serving(try Deployment())
        let issuer = SlowIssuer()
        let api = HTTPAPI(users: coordinator.users, states: coordinator.states, issuer: issuer, version: "1.2.3")
        let request = post("/v1/attest", Self.attestBody)
        // A second round shows that places are given back.
        for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Int.self) { group in
                // Four are served and 64 wait, whoever they are.
                for _ in 0..<70 { group.addTask { await api.respond(to: request).status } }
                for _ in 0..<2 { #expect(try await group.next() == 503) }
                while issuer.count < 4 { await Task.yield() }
                let refused = await api.respond(to: request)
                #expect(refused.status == 503)
                #expect(try json(refused)["code"] == "busy")
                for served in stride(from: 4, through: 68, by: 4) {
                    while issuer.count < 4 { await Task.yield() }
                    #expect(issuer.count == 4, "after \(served - 4)")
                    issuer.finish()
                }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    /// Nor does who goes away before his turn.
    @Test func nothingIsMadeForWhoHasGone() async throws {
        let (coordinator, _) = try await TestCoordinator.serving(try Deployment())
        let issuer = SlowIssuer()
        let api = HTTPAPI(users: coordinator.users, states: coordinator.states, issuer: issuer, version: "1.2.3")
        let request = post("/v1/attest", Self.attestBody)
        let served = (0..<4).map { _ in Task { await api.respond(to: request).status } }
        while issuer.count < 4 { await Task.yield() }
        let gone = (0..<8).map { _ in Task { await api.respond(to: request).status } }
        for task in gone { task.cancel() }
        // Whoever is let in all the same gets an answer, so that this ends.
        let finisher = Task {
            while !Task.isCancelled {
                issuer.finish()
                await Task.yield()
            }
        }
        defer { finisher.cancel() }
        for task in served { #expect(await task.value == 200) }
        for task in gone { #expect(await task.value == 503) }
        #expect(issuer.total == 4)
    }

    private func body(_ deployment: Deployment, signature: [UInt8]? = nil) throws -> String {
        JSONPrinter.text([
            "manifest": .string(Base64.text(deployment.bytes)),
            "policies": .array(deployment.documents.map { .string(Base64.text($0)) }),
            "signatures": .array(signature.map { [.string(Base64.text($0))] } ?? []),
        ])
    }

    @Test func manifestsAreSetWithASignature() async throws {
        let deployment = try Deployment()
        let coordinator = try TestCoordinator()
        let api = api(coordinator)
        let first = try json(await api.respond(to: post("/v1/manifest", try body(deployment))))
        let document = try #require(first["seed_shares_doc"])
        #expect(try bytes(document["salt"]).count == 32)
        let share = try #require(document["seed_shares"]?.array?.first)
        #expect(share["public_key"]?.string == (try Keys.seedshareOwner().publicKey.hex))
        #expect(try bytes(share["encrypted_seed"]).count == 512)

        let next = deployment.marked("b")
        let transition = Transition(
            manifest: next.bytes, previousHash: try coordinator.states.state().latest.transitionHash)
        let signature = try Keys.workloadOwner().sign(
            digest: SHA256.digest(transition.ownerMessage), madeBy: .sha256)
        let second = await api.respond(to: post("/v1/manifest", try body(next, signature: signature)))
        #expect(second.status == 200)
        #expect(try json(second)["seed_shares_doc"] == nil)
        #expect(try bytes(json(second)["mesh_ca"]) == coordinator.states.state().authority.meshPEM)
        let replay = await api.respond(to: post("/v1/manifest", try body(next, signature: signature)))
        #expect(replay.status == 412)
        #expect(try json(replay)["code"] == "manifest_conflict")
    }

    @Test func aManifestCanForbidTheEndpointWithoutVersion() async throws {
        var deployment = try Deployment()
        deployment.manifest.minimumAPIVersion = "v1"
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let refused = await api(coordinator).respond(to: post("/attest", Self.attestBody))
        #expect(refused.status == 403)
        #expect(try json(refused)["code"] == "api_version_too_old")
        #expect(await api(coordinator).respond(to: post("/v1/attest", Self.attestBody)).status == 200)
        // In recovery mode nobody knows what is required.
        let restarted = try TestCoordinator(coordinator.store)
        #expect(await api(restarted).respond(to: post("/attest", Self.attestBody)).status == 412)
    }
}

// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Backends
import Client
import ClientConnection
import Coordinator
import Digests
import Enrollment
import History
import IR
import Logging
import Server
import TestSupport
import Testing
import Workload

/// A Coordinator with all its listeners, on loopback and a simulated platform.
@Suite struct CoordinatorServerTests {
    private let world = CoordinatorWorld.self

    private func error(_ body: () async throws(EnrollmentError) -> Enrollment.Enrolled) async -> EnrollmentError? {
        do throws(EnrollmentError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    /// A second genuine Coordinator with the same policies, but a seed of its own, behind the mesh API.
    @Test func certificatesOfAnotherDeploymentAreRefused() async throws {
        try await world.withCoordinator { ports, _ in
            try await world.withCoordinator { others, _ in
                let manifest = try world.manifest()
                for port in [ports[0], others[0]] {
                    _ = try await world.connection(port).setManifest(manifest, policies: world.documents)
                }
                let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
                for (user, mesh) in [(ports, others), (others, ports)] {
                    let mixed = try world.enrollment([user[0], mesh[1]], hostData: world.hashes[1])
                    let found = await error { () async throws(EnrollmentError) in try await mixed.enroll(key: key) }
                    #expect(found == .otherDeployment)
                }
                _ = try await world.enrollment(others, hostData: world.hashes[1]).enroll(key: key)
            }
        }
    }

    @Test func workloadsGetTheirIdentityFromTheirCoordinator() async throws {
        try await world.withCoordinator { ports, _ in
            let manifest = try world.manifest()
            let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
            let workload = try world.enrollment(ports, hostData: world.hashes[2])
            // There is no manifest yet.
            guard
                case .call(.refused(_, let message)) = await error({ () async throws(EnrollmentError) in
                    try await workload.enroll(key: key)
                })
            else {
                Issue.record("a Coordinator without manifest gave something")
                return
            }
            #expect(message == "no manifest configured")

            _ = try await world.connection(ports[0]).setManifest(manifest, policies: world.documents)
            // Nobody has signed it.
            let unsigned = await error { () async throws(EnrollmentError) in try await workload.enroll(key: key) }
            #expect(unsigned == .refused(.notSigned))
            let byPolicy = try world.enrollment(ports, hostData: world.hashes[1])
            #expect(try await byPolicy.enroll(key: key).expectation == .policies([world.hashes[0]]))
            let free = try world.enrollment(ports, hostData: world.hashes[4])
            #expect(try await free.enroll(key: key).expectation == .anyone)
            let other = try world.enrollment(ports, hostData: world.hashes[3])
            let foreign = await error { () async throws(EnrollmentError) in try await other.enroll(key: key) }
            guard case .call(.notVerified) = foreign else {
                Issue.record("\(String(describing: foreign))")
                return
            }
            // The same once more, signed.
            let latest = try await world.connection(ports[0]).latestTransition()
            let transition = TransitionSignature.next(manifest: manifest, after: latest)
            _ = try await world.connection(ports[0]).setManifest(
                manifest, policies: world.documents, previous: latest,
                signature: TransitionSignature.sign(transition, with: try world.owner.get()))
            _ = try await workload.enroll(key: key)
            let history = try await world.connection(ports[0]).history()
            #expect(history.problems == [] && history.manifests == [manifest, manifest])
            #expect(history.trustsFirstUse == true)

            // What a workload asks for is a part of that, and as good.
            let asked = try #require(
                try await world.connection(ports[0]).activeManifest(document: world.hashes[2]))
            let owner = try world.owner.get().spki
            #expect(asked.bytes == manifest && asked.documents == [world.documents[2]])
            #expect(asked.previousTransition == latest && asked.isSigned(by: owner))
            #expect(history.active?.previousTransition == latest && history.active?.isSigned(by: owner) == true)
            for previous in [Transition.none, [], latest + [0]] {
                var forged = asked
                forged.previousTransition = previous
                #expect(!forged.isSigned(by: owner))
            }
            // Not even where an owner has signed what is no transition.
            var odd = asked
            odd.previousTransition = [1]
            let oddMessage = Transition(manifest: manifest, previousHash: [1]).ownerMessage
            odd.ownerSignature = try world.owner.get().sign(digest: SHA256.digest(oddMessage), madeBy: .sha256)
            #expect(!odd.isSigned(by: owner))

            let stranger = [UInt8](repeating: 7, count: 32)
            let unknown = try world.enrollment(ports, hostData: stranger)
            let missing = await error { () async throws(EnrollmentError) in try await unknown.enroll(key: key) }
            #expect(missing == .unknownWorkload(hostData: Hex.text(stranger)))
            let impostor = try world.enrollment(ports, hostData: world.hashes[1], evidence: stranger)
            let refused = await error { () async throws(EnrollmentError) in try await impostor.enroll(key: key) }
            #expect("\(refused.map { "\($0)" } ?? "")".contains("does not accept this evidence"))
        }
    }

    private func curl(_ arguments: String...) throws -> (status: String, body: String) {
        let result = try Subprocess(
            executable: "/usr/bin/curl", arguments: ["-s", "--max-time", "20", "-w", "\n%{http_code}"] + arguments,
            directory: "/"
        ).run()
        let text = String(decoding: result.stdout, as: UTF8.self)
        let end = text.lastIndex(of: "\n") ?? text.startIndex
        return (String(text[end...].dropFirst()), String(text[..<end]))
    }

    /// Bodies that are never finished take a share of what there is for all, and no more.
    @Test func unfinishedBodiesLeaveRoomForOthers() async throws {
        try await world.withCoordinator { ports, _ in
            let head = "POST /v1/manifest HTTP/1.1\r\nHost: a\r\nContent-Length: 16000000\r\n\r\n"
            let body = [UInt8](repeating: 0x20, count: 12 << 20)
            try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<4 {
                    group.addTask { try await RawConnection.open(ports[2]).exchange([Array(head.utf8), body]) }
                }
                // Two may wait for the rest of theirs; the others are closed at once.
                for _ in 0..<2 {
                    let answer = try await group.next()
                    #expect(answer == [])
                }
                group.cancelAll()
            }
            #expect(try curl("http://127.0.0.1:\(ports[2])/capabilities").status == "200")
        }
    }

    @Test(.enabled(if: Files.exists("/usr/bin/curl"), "there is no curl")) func answersOverHTTP() async throws {
        try await world.withCoordinator { ports, _ in
            let (api, probes) = ("http://127.0.0.1:\(ports[2])", "http://127.0.0.1:\(ports[4])")
            let nonce = #"{"nonce":""# + Base64.text([UInt8](repeating: 1, count: 32)) + #""}"#
            let json = "Content-Type: application/json"
            #expect(try curl(probes + "/probe/readiness").status == "503")
            #expect(try curl(probes + "/nothing").status == "404")
            #expect(try curl("-X", "POST", probes + "/probe/liveness").status == "405")
            #expect(try curl("-H", json, "-d", nonce, api + "/attest").status == "412")
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            #expect(try curl(probes + "/probe/readiness").status == "200")
            #expect(try curl(probes + "/metrics").body.contains("contrast_coordinator_manifest_generation 1\n"))
            let answer = try curl("-H", json, "-d", nonce, api + "/attest")
            #expect(answer.status == "200")
            #expect(try JSONParser.parse(answer.body)["attestation_type"] == [1, 3, 9901, 2, 1])
            let large = String(repeating: " ", count: 1025)
            #expect(try curl("-H", json, "-d", large, api + "/attest").status == "413")
            #expect(try curl(api + "/capabilities").status == "200")
            // The transit engine wants a certificate.
            #expect(try curl("-k", "https://127.0.0.1:\(ports[3])/v1/transit/encrypt/web").status == "000")
        }
    }

    @Test func aPortThatIsTakenEndsTheRun() async throws {
        try await world.withCoordinator { ports, states in
            for (user, http) in [(ports[0], 0), (0, ports[2])] {
                let setup = CoordinatorWorld.Setup(change: {
                    $0.userAPI.port = user
                    $0.httpAPI.port = http
                })
                let second = try world.server(states, setup)
                await #expect(throws: (any Error).self) { try await second.run() }
            }
        }
    }
}

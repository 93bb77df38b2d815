// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import History
import IR
import Testing

/// Manifests with more policies than a message holds as they are.
struct PackedDocumentsTests {
    /// The deployment with further documents.
    private func deployment(_ documents: [[UInt8]], measured: [String] = []) throws -> Deployment {
        var deployment = try Deployment(measured: measured)
        for document in documents {
            deployment.manifest.policies[Hex.text(SHA256.digest(document))] = PolicyEntry(sans: ["more"])
        }
        deployment.documents += documents
        return deployment
    }

    private func request(_ deployment: Deployment, plain: [[UInt8]], packed: [UInt8]) -> SetManifestRequest {
        SetManifestRequest(manifest: deployment.bytes, policies: plain, packedPolicies: packed)
    }

    @Test func theyAreTakenAndGivenAsOthers() async throws {
        let deployment = try deployment((0..<50).map { Array("document \($0)".utf8) })
        let coordinator = try TestCoordinator()
        let packed = DocumentPacker.pack(Array(deployment.documents.dropFirst()))
        _ = try await coordinator.users.setManifest(
            request(deployment, plain: [deployment.documents[0]], packed: packed), from: Peer())
        let next = deployment.marked("b")
        _ = try await coordinator.users.setManifest(
            request(next, plain: [deployment.documents[0]], packed: packed), from: Deployment.owner())

        let plain = try await coordinator.users.getManifests()
        #expect(plain.packed == nil)
        #expect(plain.manifests == [deployment.bytes, next.bytes])
        #expect(Set(plain.policies) == Set(deployment.documents))
        let answer = try await coordinator.users.getManifests(isPacked: true)
        #expect(answer.manifests == [] && answer.policies == [])
        let history = try #require(answer.packed)
        #expect(try DocumentUnpacker.unpack(history.manifests) == plain.manifests)
        #expect(try DocumentUnpacker.unpack(history.policies) == plain.policies)
        #expect(history.size == (plain.manifests + plain.policies).reduce(0) { $0 + $1.count })
        #expect(answer.latestTransition == plain.latestTransition && answer.rootCA == plain.rootCA)
    }

    @Test func theyAreExactlyThoseOfTheManifest() async throws {
        let deployment = try deployment([Array("one".utf8), Array("two".utf8)])
        let documents = deployment.documents
        let cases: [(plain: [[UInt8]], packed: [UInt8], message: String)] = [
            (documents, DocumentPacker.pack([documents[1]]), "is there twice"),
            ([documents[0]], DocumentPacker.pack(Array(documents[1...]) + [documents[3]]), "is there twice"),
            ([documents[0]], DocumentPacker.pack(Array(documents[2...])), "is missing"),
            (documents, DocumentPacker.pack([[1]]), "is not of a policy"),
            ([documents[0]], DocumentPacker.pack(Array(documents[1...])).dropLast(), "the stream is cut short"),
            (documents, [1, 2, 3], "the packed documents cannot be used"),
            // Its own document is how a Coordinator knows its owners, before it reads any more.
            ([], DocumentPacker.pack(documents), "own policy"),
        ]
        for (plain, packed, message) in cases {
            let coordinator = try TestCoordinator()
            let error = await failure {
                _ = try await coordinator.users.setManifest(
                    request(deployment, plain: plain, packed: packed), from: Peer())
            }
            #expect(error?.status == .invalidArgument)
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "") should have \(message)")
            let none = await failure { _ = try await coordinator.users.getManifests() }
            #expect(none?.message == "no manifest configured")
        }
    }

    /// Unpacking is work, which nobody else has the Coordinator do.
    @Test func onlyOwnersHaveThemRead() async throws {
        let measured = try deployment([], measured: [try Keys.ownerHex()])
        let first = try TestCoordinator(hostData: measured.hostData)
        let (serving, _) = try await TestCoordinator.serving(try Deployment())
        for (coordinator, deployment) in [(first, measured), (serving, try Deployment().marked("b"))] {
            let damaged = request(deployment, plain: [deployment.documents[0]], packed: [1, 2, 3])
            let stranger = await failure { _ = try await coordinator.users.setManifest(damaged, from: Peer()) }
            #expect(stranger?.status == .permissionDenied)
            let owner = await failure { _ = try await coordinator.users.setManifest(damaged, from: Deployment.owner()) }
            #expect(owner?.status == .invalidArgument)
        }
    }

    @Test func largeHistoriesAreOnlyGivenPacked() async throws {
        let documents = (0..<5).map { [UInt8](repeating: $0, count: 14 << 20) }
        let deployment = try deployment(documents)
        let coordinator = try TestCoordinator()
        _ = try await coordinator.users.setManifest(
            request(deployment, plain: Array(deployment.documents.prefix(2)), packed: DocumentPacker.pack(documents)),
            from: Peer())
        #expect(await failure { _ = try await coordinator.users.getManifests() }?.code == .historyTooLarge)
        let packed = try #require(try await coordinator.users.getManifests(isPacked: true).packed)
        #expect(packed.size > 70 << 20)
        #expect(packed.policies.count < 1 << 20)
        // One of them is given as ever.
        let one = try await coordinator.users.getManifests(document: SHA256.digest(documents[3]))
        #expect(one.policies == [documents[3]])
    }
}

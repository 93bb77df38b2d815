// SPDX-License-Identifier: Apache-2.0

import Attestation
import Coordinator
import Digests
import History
import IR
import Identity
import Synchronization
import Testing

struct SetManifestTests {
    @Test func theFirstSetReturnsSharesAndLaterOnesDoNot() async throws {
        let deployment = try Deployment()
        let coordinator = try TestCoordinator()
        #expect(await failure { _ = try await coordinator.users.getManifests() }?.message == "no manifest configured")
        let first = try await coordinator.users.setManifest(deployment.request(), from: Peer())
        #expect(first.seedShares?.shares.count == 1)
        let second = try await coordinator.users.setManifest(
            deployment.marked("b").request(), from: Deployment.owner())
        #expect(second.seedShares == nil)
        #expect(second.rootCA == first.rootCA)
        #expect(second.meshCA != first.meshCA)
        let history = try await coordinator.users.getManifests()
        #expect(history.manifests == [deployment.bytes, deployment.marked("b").bytes])
        #expect(Set(history.policies) == Set(deployment.documents))
        #expect(history.rootCA == second.rootCA && history.meshCA == second.meshCA)
        #expect(history.latestTransition.transitionHash == Transition.hash(of: history.manifests))
        #expect(history.trustsFirstUse)
        #expect(history.ownerSignature == nil)
    }

    @Test func aDocumentIsGivenWithTheActiveManifestAlone() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let document = try #require(deployment.documents.last)
        let hash = SHA256.digest(document)
        let first = try await coordinator.users.getManifests(document: hash)
        #expect(first.manifests == [deployment.bytes] && first.policies == [document])
        #expect(first.previousTransition == Transition.none)
        let next = deployment.marked("b")
        let set = try await coordinator.users.setManifest(next.request(), from: Deployment.owner())
        let second = try await coordinator.users.getManifests(document: hash)
        #expect(second.manifests == [next.bytes] && second.policies == [document])
        #expect(second.rootCA == set.rootCA && second.meshCA == set.meshCA && second.trustsFirstUse)
        #expect(second.previousTransition == first.latestTransition.transitionHash)
        #expect(second.latestTransition.transitionHash == Transition.hash(of: [deployment.bytes, next.bytes]))
        let unknown = try await coordinator.users.getManifests(document: SHA256.digest([1]))
        #expect(unknown.policies == [] && unknown.manifests == [next.bytes])
        #expect(try await coordinator.users.getManifests().previousTransition == nil)
        for malformed in [[1], hash + [0]] {
            let error = await failure { _ = try await coordinator.users.getManifests(document: malformed) }
            #expect(error?.status == .invalidArgument)
        }
    }

    @Test func onlyOwnersChangeTheManifest() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        for peer in [Peer(), try Deployment.owner(1), try Deployment.seedshareOwner(), Peer(publicKey: [1, 2, 3])] {
            let error = await failure {
                _ = try await coordinator.users.setManifest(deployment.marked("b").request(), from: peer)
            }
            #expect(error?.status == .permissionDenied)
            #expect(error?.message.contains("peer not authorized") == true)
        }
        #expect(try coordinator.states.state().generation == 1)
    }

    @Test func ownersByDigestAreOwners() async throws {
        var deployment = try Deployment()
        deployment.manifest.workloadOwnerPubKeys = nil
        deployment.manifest.workloadOwnerKeyDigests = [
            try OwnerKey(spki: Keys.workloadOwner().spki, kind: .workloadOwner).digestHex
        ]
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        _ = try await coordinator.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
        #expect(try coordinator.states.state().generation == 2)
    }

    @Test func withoutOwnersNothingChangesAnyMore() async throws {
        var deployment = try Deployment()
        deployment.manifest.workloadOwnerPubKeys = []
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let error = await failure {
            _ = try await coordinator.users.setManifest(deployment.marked("b").request(), from: Deployment.owner())
        }
        #expect(error?.message == "peer not authorized: setting manifest is disabled")
    }

    @Test func aSignatureAuthorisesItsTransitionOnly() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        let next = deployment.marked("b")
        let previous = try coordinator.states.state().latest.transitionHash
        func sign(_ manifest: [UInt8], _ previous: [UInt8], _ index: Int = 0) throws -> [UInt8] {
            let transition = Transition(manifest: manifest, previousHash: previous)
            return try Keys.workloadOwner(index).sign(
                digest: SHA256.digest(transition.ownerMessage), madeBy: .sha256)
        }
        let wrong = [
            try sign(deployment.bytes, previous), try sign(next.bytes, Transition.none),
            try sign(next.bytes, previous, 1), [0x30, 0],
        ]
        for signature in wrong {
            let error = await failure {
                _ = try await coordinator.users.setManifest(next.request(signature: signature), from: Peer())
            }
            #expect(error?.code == .invalidSignature)
            #expect(error?.status == .permissionDenied)
        }
        let signature = try sign(next.bytes, previous)
        _ = try await coordinator.users.setManifest(next.request(signature: signature), from: Peer())
        #expect(try await coordinator.users.getManifests().ownerSignature == signature)
        // Sent again, it is late, not forged.
        let error = await failure {
            _ = try await coordinator.users.setManifest(next.request(signature: signature), from: Peer())
        }
        #expect(error?.code == .manifestConflict)
        #expect(try coordinator.states.state().generation == 2)
    }

    @Test func measuredOwnersMustSetTheFirstManifest() async throws {
        let deployment = try Deployment(measured: [Keys.ownerHex().uppercased()])
        let coordinator = try TestCoordinator(hostData: deployment.hostData)
        for peer in [Peer(), try Deployment.owner(1)] {
            let error = await failure {
                _ = try await coordinator.users.setManifest(deployment.request(), from: peer)
            }
            #expect(error?.status == .permissionDenied)
        }
        #expect(await failure { _ = try coordinator.states.state() }?.code == .noManifest)
        _ = try await coordinator.users.setManifest(deployment.request(), from: Deployment.owner())
        #expect(try await coordinator.users.getManifests().trustsFirstUse == false)

        let signed = try TestCoordinator(hostData: deployment.hostData)
        let signature = try Keys.workloadOwner().sign(
            digest: SHA256.digest(Transition(manifest: deployment.bytes).ownerMessage), madeBy: .sha256)
        _ = try await signed.users.setManifest(deployment.request(signature: signature), from: Peer())
        #expect(try await signed.users.getManifests().ownerSignature == signature)
    }

    @Test func aFirstManifestOfAnybodyIsTold() async throws {
        for owners in [[], [try Keys.ownerHex()]] {
            let deployment = try Deployment(measured: owners)
            let coordinator = try TestCoordinator(hostData: deployment.hostData)
            let told = Mutex(0)
            let users = UserService(coordinator.states, onFirstUse: { told.withLock { $0 += 1 } })
            for _ in 0..<2 { _ = try await users.setManifest(deployment.request(), from: Deployment.owner()) }
            #expect(told.withLock { $0 } == (owners.isEmpty ? 1 : 0))
        }
    }

    /// Whoever leaves out what was measured does not get around the owners that it names.
    @Test func theFirstManifestBringsTheDocumentThatWasMeasured() async throws {
        let measured = try Deployment(measured: [Keys.ownerHex()])
        let coordinator = try TestCoordinator(hostData: measured.hostData)
        var mixed = try Deployment()
        mixed.documents.append(measured.documents[0])
        for (request, expected) in [
            (try Deployment().request(), CoordinatorError.Status.invalidArgument),
            (mixed.request(), .permissionDenied),
        ] {
            let error = await failure {
                _ = try await coordinator.users.setManifest(request, from: Deployment.owner(1))
            }
            #expect(error?.status == expected)
        }
        #expect(await failure { _ = try coordinator.states.state() }?.code == .noManifest)
        _ = try await coordinator.users.setManifest(measured.request(), from: Deployment.owner())
        // Others may follow that this Coordinator has no part in; it goes on until it is replaced.
        let next = try Deployment()
        _ = try await coordinator.users.setManifest(next.request(), from: Deployment.owner())
        #expect(try coordinator.states.state().generation == 2)
    }

    @Test func whatWasMeasuredAndCannotBeReadNamesOwnersMaybe() async throws {
        var deployment = try Deployment()
        let entry = deployment.manifest.policies.removeValue(forKey: Deployment.coordinatorHash)
        deployment.documents[0] = Array("version = \"0.1.0\"".utf8)
        deployment.manifest.policies[Hex.text(deployment.hostData)] = entry
        let coordinator = try TestCoordinator(hostData: deployment.hostData)
        let request = deployment.request()
        let error = await failure { _ = try await coordinator.users.setManifest(request, from: Peer()) }
        #expect(error?.message.contains("cannot be used") == true)
    }

    @Test func aSignatureOfTheFirstManifestIsKeptOnlyWhenItIsRight() async throws {
        let deployment = try Deployment()
        let coordinator = try TestCoordinator()
        let digest = SHA256.digest(Transition(manifest: deployment.bytes).ownerMessage)
        let wrong = try Keys.workloadOwner(1).sign(digest: digest, madeBy: .sha256)
        let error = await failure {
            _ = try await coordinator.users.setManifest(deployment.request(signature: wrong), from: Peer())
        }
        #expect(error?.code == .invalidSignature)
        let right = try Keys.workloadOwner().sign(digest: digest, madeBy: .sha256)
        _ = try await coordinator.users.setManifest(deployment.request(signature: right), from: Peer())
        #expect(try await coordinator.users.getManifests().ownerSignature == right)
    }

    @Test func anAtomicSetNeedsTheLatestTransition() async throws {
        let deployment = try Deployment()
        let coordinator = try TestCoordinator()
        let wrong = [UInt8](repeating: 1, count: 32)
        func set(_ mark: String, after previous: [UInt8]) async -> CoordinatorError? {
            await failure {
                _ = try await coordinator.users.setManifest(
                    deployment.marked(mark).request(after: previous), from: Deployment.owner())
            }
        }
        #expect(await set("a", after: wrong)?.message.contains("does not match latest state") == true)
        #expect(await set("a", after: Transition.none) == nil)
        #expect(await set("b", after: Transition.none)?.code == .manifestConflict)
        #expect(await set("b", after: [1])?.code == .manifestConflict)
        #expect(await set("b", after: try coordinator.states.state().latest.transitionHash) == nil)
    }

    @Test(arguments: 0..<5) func oneOfFiftyAtomicSetsWins(_ round: Int) async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        for generation in 2...3 {
            let previous = try coordinator.states.state().latest.transitionHash
            let results = await withTaskGroup(of: CoordinatorError?.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        await failure {
                            _ = try await coordinator.users.setManifest(
                                deployment.marked("m\(generation)-\(index)").request(after: previous),
                                from: Deployment.owner())
                        }
                    }
                }
                return await group.reduce(into: [CoordinatorError?]()) { $0.append($1) }
            }
            #expect(results.count { $0 == nil } == 1)
            #expect(results.allSatisfy { $0 == nil || $0?.code == .manifestConflict })
            #expect(try coordinator.states.state().generation == generation)
            let history = try await coordinator.users.getManifests()
            #expect(history.manifests.count == generation)
            #expect(history.latestTransition.transitionHash == Transition.hash(of: history.manifests))
        }
    }

    @Test func readersSeeWholeStatesWhileManifestsChange() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<6 {
                group.addTask {
                    await failure {
                        _ = try await coordinator.users.setManifest(
                            deployment.marked("m\(index)").request(), from: Deployment.owner())
                    } == nil
                }
            }
            for _ in 0..<50 {
                group.addTask {
                    guard let history = try? await coordinator.users.getManifests(),
                        let state = try? coordinator.states.state()
                    else { return false }
                    return history.latestTransition.transitionHash == Transition.hash(of: history.manifests)
                        && state.manifestBytes.count > 0
                }
            }
            for await isGood in group { #expect(isGood) }
        }
        #expect(try coordinator.states.state().generation == 7)
    }

    @Test func seedShareOwnersStayTheSame() async throws {
        let deployment = try Deployment()
        let (coordinator, _) = try await TestCoordinator.serving(deployment)
        var other = deployment
        other.manifest.seedshareOwnerPubKeys = nil
        let error = await failure {
            _ = try await coordinator.users.setManifest(other.request(), from: Deployment.owner())
        }
        #expect(error?.status == .permissionDenied)
    }
}

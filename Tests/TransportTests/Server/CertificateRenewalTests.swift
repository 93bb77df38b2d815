// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import ClientConnection
import Coordinator
import Digests
import Enrollment
import IR
import Identity
import Server
import Synchronization
import TestSupport
import Testing
import Workload

/// A workload whose certificate is good for ten minutes, and a clock that does not wait for them.
@Suite struct CertificateRenewalTests {
    private let world = CoordinatorWorld.self

    private struct Enough: Error {}

    /// What happened between the renewals, and the end after some of them.
    private final class Steps: Sendable {
        private let state = Mutex<(waits: [Duration], lines: [String])>(([], []))

        var waits: [Duration] { state.withLock { $0.waits } }
        var lines: [String] { state.withLock { $0.lines } }

        func wait(_ delay: Duration, upTo count: Int) throws {
            let number = state.withLock { state in
                state.waits.append(delay)
                return state.waits.count
            }
            if number > count { throw Enough() }
        }

        func note(_ event: CertificateRenewal.Event) {
            let line =
                switch event {
                case .renewed: "renewed"
                case .failed(let error, _): "\(error)"
                }
            state.withLock { $0.lines.append(line) }
        }
    }

    private var shortLived: CoordinatorWorld.Setup {
        var setup = CoordinatorWorld.Setup()
        if let policy = CertificatePolicy(leafLifetime: 600) { setup.configuration.certificates = policy }
        return setup
    }

    private func enrollment(_ ports: [Int]) throws -> Enrollment {
        try world.enrollment(ports, hostData: world.hashes[1])
    }

    private func certificate(_ files: WorkloadFiles) throws -> Certificate {
        try #require(try PEMFile(Files.read(files.certificateChain)).certificates.first)
    }

    @Test func certificatesFollowOneAnother() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let files = WorkloadFiles(root: directory.path)
        let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
        try await world.withCoordinator(shortLived) { ports, states in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            let enrollment = try enrollment(ports)
            let first = try await enrollment.enroll(key: key)
            try files.write(first.identity)
            try files.markDone()
            let before = try Files.tree(directory.path)
            let steps = Steps()
            let seen = Mutex<[[UInt8]]>([first.certificate.serial])
            await #expect(throws: Enough.self) {
                try await CertificateRenewal(enrollment, key: key, files: files).run(
                    after: first,
                    wait: { delay in
                        // Before the third, a manifest is set, which has another mesh CA.
                        if steps.waits.count == 2 {
                            let next = try world.manifest(names: ["web", "other"])
                            _ = try await world.ownerConnection(ports[0]).setManifest(next, policies: world.documents)
                        }
                        try steps.wait(delay, upTo: 3)
                    },
                    report: { event in
                        steps.note(event)
                        if let serial = try? certificate(files).serial { seen.withLock { $0.append(serial) } }
                    })
            }
            #expect(steps.lines == ["renewed", "renewed", "renewed"])
            // Two thirds of ten minutes, and up to one minute more.
            #expect(steps.waits.count == 4 && steps.waits.allSatisfy { .seconds(400)...(.seconds(460)) ~= $0 })
            #expect(Set(seen.withLock { $0 }).count == 4)
            let after = try Files.tree(directory.path)
            #expect(after["contrast/tls-config/mesh-ca.pem"] == states.standingMeshCA)
            for path in [
                "contrast/tls-config/key.pem", "contrast/tls-config/coordinator-root-ca.pem",
                "contrast/secrets/workload-secret-seed", "done",
            ] {
                #expect(after[path] != nil && after[path] == before[path], "\(path)")
            }
            let chain = try PEMFile(Files.read(files.certificateChain)).certificates
            let root = try #require(try PEMFile(Files.read(files.rootCA)).certificates.first)
            try CertificatePath.validate(chain, root: root, algorithm: .ecdsaWithSHA384, at: .now())
        }
    }

    /// Whoever takes the Coordinator's place with another seed gets nothing of a workload that runs.
    @Test func anotherSeedIsRefused() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let files = WorkloadFiles(root: directory.path)
        let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
        try await world.withCoordinator { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            let first = try await enrollment(ports).enroll(key: key)
            try files.write(first.identity)
            let before = try Files.tree(directory.path)
            try await world.withCoordinator { others, _ in
                _ = try await world.connection(others[0]).setManifest(world.manifest(), policies: world.documents)
                let steps = Steps()
                await #expect(throws: Enough.self) {
                    try await CertificateRenewal(enrollment(others), key: key, files: files).run(
                        after: first, wait: { try steps.wait($0, upTo: 2) }, report: { steps.note($0) })
                }
                #expect(steps.lines.count == 2 && steps.lines.allSatisfy { $0.contains("another root CA") })
                #expect(try Files.tree(directory.path) == before)
            }
        }
    }

    @Test func aCoordinatorThatIsAwayIsWaitedFor() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
        try await world.withCoordinator(shortLived) { ports, _ in
            _ = try await world.connection(ports[0]).setManifest(world.manifest(), policies: world.documents)
            let good = try enrollment(ports)
            let first = try await good.enroll(key: key)
            var gone = good
            gone.userAPI.port = 1
            let steps = Steps()
            await #expect(throws: Enough.self) {
                try await CertificateRenewal(gone, key: key, files: WorkloadFiles(root: directory.path)).run(
                    after: first, wait: { try steps.wait($0, upTo: 4) }, report: { steps.note($0) })
            }
            #expect(steps.lines.count == 4 && !steps.lines.contains("renewed"))
            // Attempts become rarer.
            let waits = steps.waits.dropFirst()
            #expect(waits.first.map { $0 <= .seconds(5) } == true && waits.last.map { $0 >= .seconds(10) } == true)
        }
    }
}

extension StateGuard {
    fileprivate nonisolated var standingMeshCA: [UInt8]? { try? state().authority.meshPEM }
}

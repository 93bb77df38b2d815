// SPDX-License-Identifier: Apache-2.0

import Backends
import Client
import ClientConnection
import Digests
import IR
import Testing

/// Manifests with the documents of a thousand policies, over the wire.
struct LargeManifestTests {
    private let world = CoordinatorWorld.self

    /// The manifest of the world with further documents, and all documents.
    private func deployment(_ documents: [[UInt8]]) throws -> (manifest: [UInt8], documents: [[UInt8]]) {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "manifest.json", bytes: try world.manifest())
        var manifest = try #require(Manifest.read(source, diagnostics: &diagnostics))
        for document in documents {
            manifest.policies[Hex.text(SHA256.digest(document))] = PolicyEntry(sans: ["more"])
        }
        return (ManifestBackend.bytes(manifest), world.documents + documents)
    }

    @Test func theyAreSetAndVerified() async throws {
        let shared = (0..<18_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let (manifest, documents) = try deployment((0..<1_000).map { shared + Array("policy \($0)".utf8) })
        try await world.withCoordinator { ports, _ in
            let connection = try world.ownerConnection(ports[0])
            _ = try await connection.setManifest(manifest, policies: documents, coordinators: [world.hashes[0]])
            let history = try await world.connection(ports[0]).history()
            #expect(history.manifests == [manifest])
            #expect(Set(history.policies) == Set(documents))
            #expect(history.problems == [])
            #expect(try await connection.latestTransition() == history.transitionHash)
        }
    }

    /// Nobody listens at that port.
    @Test func whatIsTooLargeAllTheSameIsNotSent() async throws {
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<17).map { _ in (0..<1 << 17).flatMap { _ in withUnsafeBytes(of: generator.next(), Array.init) }
        }
        let (manifest, documents) = try deployment(noise)
        let connection = try world.connection(1)
        do throws(CallError) {
            _ = try await connection.setManifest(manifest, policies: documents)
            Issue.record("it was sent")
        } catch {
            guard case .tooLarge(let bytes, limit: 16_777_216) = error else { throw error }
            #expect(bytes > 17 << 20)
        }
    }
}

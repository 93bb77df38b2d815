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

    /// The manifest of the world with further documents, and all documents as they are and as they are sent.
    private func deployment(
        _ documents: [[UInt8]]
    ) throws -> (manifest: [UInt8], documents: [[UInt8]], sent: (plain: [[UInt8]], packed: [UInt8])) {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "manifest.json", bytes: try world.manifest())
        var manifest = try #require(Manifest.read(source, diagnostics: &diagnostics))
        for document in documents {
            manifest.policies[Hex.text(SHA256.digest(document))] = PolicyEntry(sans: ["more"])
        }
        let all = world.documents + documents
        return (ManifestBackend.bytes(manifest), all, PolicyDocuments.sent(all, with: manifest))
    }

    /// As many documents that have nothing in common, of 1 MiB each.
    private func noise(megabytes: Int) -> [[UInt8]] {
        var state: UInt64 = 1
        return (0..<megabytes).map { _ in
            let words = [UInt64](unsafeUninitializedCapacity: 1 << 17) { buffer, count in
                count = buffer.count
                for index in 0..<count {
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                    buffer[index] = state
                }
            }
            return words.withUnsafeBytes(Array.init)
        }
    }

    /// Documents that are alike, as those of real policies, and such as no packing makes smaller.
    @Test(arguments: [0, 6]) func theyAreSetAndVerified(megabytesOfNoise: Int) async throws {
        let shared = (0..<18_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let alike = (0..<1_000).map { shared + Array("policy \($0)".utf8) }
        let (manifest, documents, sent) = try deployment(alike + noise(megabytes: megabytesOfNoise))
        try await world.withCoordinator { ports, _ in
            let connection = try world.ownerConnection(ports[0])
            _ = try await connection.setManifest(
                manifest, policies: sent.plain, packedPolicies: sent.packed)
            let history = try await world.connection(ports[0]).history()
            #expect(history.manifests == [manifest])
            let isWhole = Set(history.policies.map(SHA256.digest)) == Set(documents.map(SHA256.digest))
            #expect(isWhole)
            #expect(history.problems == [])
            #expect(try await connection.latestTransition() == history.transitionHash)
        }
    }

    /// Nobody listens at that port.
    @Test func whatIsTooLargeAllTheSameIsNotSent() async throws {
        let (manifest, _, sent) = try deployment(noise(megabytes: 17))
        let connection = try world.connection(1)
        do throws(CallError) {
            _ = try await connection.setManifest(
                manifest, policies: sent.plain, packedPolicies: sent.packed)
            Issue.record("it was sent")
        } catch {
            guard case .tooLarge(let bytes, limit: 16_777_216) = error else { throw error }
            #expect(bytes > 17 << 20)
        }
    }
}

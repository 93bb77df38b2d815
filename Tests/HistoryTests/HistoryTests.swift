// SPDX-License-Identifier: Apache-2.0

import Digests
import History
import IR
import Testing

struct HistoryTests {
    private func filled() throws -> (store: MemoryStore, hashes: [[UInt8]]) {
        let store = MemoryStore()
        let history = History(store)
        var hashes = [Transition.none]
        for manifest in ["{}", "{\"a\":1}", "{}"] {
            let transition = Transition(manifest: Array(manifest.utf8), previousHash: hashes[hashes.count - 1])
            try history.store(.manifests, Array(manifest.utf8))
            try history.store(.transitions, transition.bytes)
            hashes.append(transition.hash)
        }
        return (store, hashes)
    }

    /// Computed by an independent implementation.
    @Test func formatsMatchExistingStores() throws {
        let transition = Transition(manifest: Array("{}".utf8))
        #expect(
            Hex.text(transition.manifestHash) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(Hex.text(transition.hash) == "a48bf97e27b31e740c70c45c448a6662348ac17929be75f4575cad36401c8211")
        #expect(
            Hex.text(SHA256.digest(transition.ownerMessage))
                == "f13a758a0a006a24e143e8e508bcee0c78ebf3d229b21f703e29232300f8ea6e")
        #expect(transition.bytes == transition.manifestHash + [UInt8](repeating: 0, count: 32))
        #expect(try Transition(bytes: transition.bytes) == transition)
        #expect(StoreKey.latest.description == "transitions/latest")
    }

    @Test func walksToTheFirstTransition() throws {
        let (store, hashes) = try filled()
        let transitions = try History(store).transitions(to: hashes[3])
        #expect(transitions.map(\.hash) == Array(hashes[1...]))
        #expect(transitions[0].isFirst && !transitions[1].isFirst)
        #expect(
            Transition.hash(of: ["{}", "{\"a\":1}", "{}"].map { Array($0.utf8) }) == hashes[3])
        #expect(try History(store).transitions(to: Transition.none).isEmpty)
    }

    @Test func everyChangedObjectIsFound() throws {
        let (store, hashes) = try filled()
        let history = History(store)
        let transition = try history.transition(hashes[2])
        for (kind, hash) in [(History.Kind.transitions, hashes[2]), (.manifests, transition.manifestHash)] {
            let key = try #require(StoreKey(kind.rawValue, Hex.text(hash)))
            let good = try history.object(kind, hash)
            for bad in [[], Array(good.dropLast()), good + [0], [good[0] ^ 1] + good.dropFirst()] {
                try store.set(bad, for: key)
                #expect(throws: HistoryError.corrupted(key)) { try history.object(kind, hash) }
            }
            // What is stored again is whole again.
            try history.store(kind, good)
            #expect(try history.object(kind, hash) == good)
        }
        let unknown = [UInt8](repeating: 9, count: 32)
        let key = try #require(StoreKey("policies", Hex.text(unknown)))
        #expect(throws: HistoryError.missing(key)) { try history.object(.policies, unknown) }
        #expect(throws: HistoryError.malformed("hash")) { try history.object(.policies, [1]) }
    }

    @Test func theLatestTransitionIsSigned() throws {
        let key = try ECDSAPrivateKey(generating: .p384)
        let transition = Transition(manifest: Array("{}".utf8))
        let latest = try LatestTransition(transition, signedBy: key)
        #expect(latest.bytes.prefix(32) == transition.hash[...])
        let read = try LatestTransition(bytes: latest.bytes)
        #expect(read == latest)
        #expect(read.isSigned(by: key.spki))
        #expect(!read.isSigned(by: try ECDSAPrivateKey(generating: .p384).spki))
        for index in latest.bytes.indices {
            var bytes = latest.bytes
            bytes[index] ^= 1
            #expect((try? LatestTransition(bytes: bytes))?.isSigned(by: key.spki) != true)
        }
    }

    @Test(arguments: [0, 1, 32, 137, 1000]) func refusesRecordsOfOtherSizes(_ size: Int) throws {
        let store = MemoryStore()
        try store.compareAndSwap(.latest, expected: nil, [UInt8](repeating: 1, count: size))
        #expect(throws: HistoryError.malformed("latest transition")) { try History(store).latest() }
    }

    @Test(arguments: [0, 63, 65]) func refusesTransitionsOfOtherSizes(_ size: Int) {
        #expect(throws: HistoryError.malformed("transition")) {
            try Transition(bytes: [UInt8](repeating: 1, count: size))
        }
    }

    @Test func theLatestTransitionIsSwappedOnce() throws {
        let history = History(MemoryStore())
        let key = try ECDSAPrivateKey(generating: .p384)
        let first = try LatestTransition(Transition(manifest: [1]), signedBy: key)
        let second = try LatestTransition(Transition(manifest: [2]), signedBy: key)
        try history.setLatest(first, expected: nil)
        #expect(throws: HistoryError.store(.conflict(.latest))) { try history.setLatest(second, expected: nil) }
        #expect(throws: HistoryError.store(.conflict(.latest))) { try history.setLatest(second, expected: second) }
        try history.setLatest(second, expected: first)
        #expect(try history.latest() == second)
    }
}

// SPDX-License-Identifier: Apache-2.0

import Foundation
import History
import HistoryFixtures
import Testing

struct DirectoryStoreTests {
    private static let key = StoreKey("manifests", "abc")!
    private static let old = [UInt8]("old".utf8)
    private static let new = [UInt8](repeating: 0x6E, count: 100)

    @Test func keepsValuesOverRestarts() throws {
        let scratch = try Scratch()
        do {
            let store = try DirectoryStore(path: scratch.path)
            #expect(try store.value(for: Self.key) == nil)
            try store.set(Self.old, for: Self.key)
            try store.compareAndSwap(.latest, expected: nil, Self.old)
            try store.set([], for: StoreKey("policies", "empty")!)
        }
        let store = try DirectoryStore(path: scratch.path)
        #expect(try store.value(for: Self.key) == Self.old)
        #expect(try store.value(for: StoreKey("policies", "empty")!) == [])
        #expect(throws: StoreError.conflict(.latest)) {
            try store.compareAndSwap(.latest, expected: nil, Self.new)
        }
        #expect(throws: StoreError.conflict(.latest)) {
            try store.compareAndSwap(.latest, expected: Self.new, Self.new)
        }
        try store.compareAndSwap(.latest, expected: Self.old, Self.new)
        #expect(try store.value(for: .latest) == Self.new)
    }

    @Test func belongsToOneCoordinatorAtATime() throws {
        let scratch = try Scratch()
        var first: DirectoryStore? = try DirectoryStore(path: scratch.path)
        #expect(throws: StoreError.locked) { try DirectoryStore(path: scratch.path) }
        try first?.set(Self.old, for: Self.key)
        first = nil
        #expect(try DirectoryStore(path: scratch.path).value(for: Self.key) == Self.old)
    }

    @Test func filesAreForTheirOwnerOnly() throws {
        let scratch = try Scratch()
        let store = try DirectoryStore(path: scratch.path)
        try store.set(Self.old, for: Self.key)
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file("manifests/abc").path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let directory = try FileManager.default.attributesOfItem(atPath: scratch.file("manifests").path)
        #expect(directory[.posixPermissions] as? Int == 0o700)
    }

    @Test func hostileDirectoriesGiveErrors() throws {
        let scratch = try Scratch()
        let manager = FileManager.default
        let policies = scratch.file("policies")
        try manager.createDirectory(at: policies, withIntermediateDirectories: false)
        let outside = scratch.file("outside")
        try Data(Self.old).write(to: outside)
        try manager.createSymbolicLink(at: policies.appendingPathComponent("link"), withDestinationURL: outside)
        try manager.createDirectory(
            at: policies.appendingPathComponent("directory"), withIntermediateDirectories: false)
        #expect(mkfifo(policies.appendingPathComponent("pipe").path, 0o600) == 0)
        try Data(Self.old).write(to: scratch.file("transitions"))
        try Data().write(to: policies.appendingPathComponent("large"))
        #expect(truncate(policies.appendingPathComponent("large").path, (16 << 20) + 1) == 0)
        try manager.createSymbolicLink(at: scratch.file("manifests"), withDestinationURL: policies)
        // A directory that is a link or a file is no store.
        #expect(throws: StoreError.self) { try DirectoryStore(path: scratch.path) }
        try manager.removeItem(at: scratch.file("manifests"))
        try manager.removeItem(at: scratch.file("transitions"))
        let store = try DirectoryStore(path: scratch.path)
        for name in ["link", "directory", "pipe"] {
            let key = try #require(StoreKey("policies", name))
            #expect(throws: StoreError.notAValue(key)) { try store.value(for: key) }
        }
        let large = try #require(StoreKey("policies", "large"))
        #expect(throws: StoreError.tooLarge(large)) { try store.value(for: large) }
        // Writing replaces a link and never follows it.
        let link = try #require(StoreKey("policies", "link"))
        try store.set(Self.new, for: link)
        #expect(try store.value(for: link) == Self.new)
        #expect(try Data(contentsOf: outside) == Data(Self.old))
    }

    @Test(arguments: ["", "..", "a/b", "a.b", "ü", String(repeating: "a", count: 65)])
    func namesAreLettersDigitsAndHyphens(_ name: String) {
        #expect(StoreKey("manifests", name) == nil)
        #expect(StoreKey(name, "latest") == nil)
    }

    /// Killed at each system call of a swap: the old value or the new one is there, and a confirmed one is the new one.
    @Test func aKilledWriterLeavesAWholeValue() throws {
        var outcomes: Set<[UInt8]> = []
        for calls in 0... {
            let scratch = try Scratch()
            try DirectoryStore(path: scratch.path).compareAndSwap(.latest, expected: nil, Self.old)
            let system = StoppingSystem(after: calls)
            var isConfirmed = false
            do {
                try DirectoryStore(path: scratch.path, system: system)
                    .compareAndSwap(.latest, expected: Self.old, Self.new)
                isConfirmed = true
            } catch {
                #expect(system.isStopped)
            }
            let found = try #require(try DirectoryStore(path: scratch.path).value(for: .latest))
            #expect(found == Self.old || found == Self.new)
            outcomes.insert(found)
            #expect(!isConfirmed || found == Self.new)
            let names = try FileManager.default.contentsOfDirectory(atPath: scratch.file("transitions").path)
            #expect(names == ["latest"])
            if !system.isStopped { break }
        }
        #expect(outcomes == [Self.old, Self.new])
    }

    /// The power fails at each system call of a swap in an empty store and of the next: a confirmed value survives.
    @Test(arguments: [true, false]) func whatIsConfirmedSurvivesPowerCuts(isFirst: Bool) throws {
        for calls in 0... {
            let disk = ModelDisk()
            if !isFirst { try DirectoryStore(path: "/", system: disk).compareAndSwap(.latest, expected: nil, Self.old) }
            let expected = isFirst ? nil : Self.old
            disk.failPower(after: calls)
            var isConfirmed = false
            do {
                try DirectoryStore(path: "/", system: disk).compareAndSwap(.latest, expected: expected, Self.new)
                isConfirmed = true
            } catch {
                #expect(disk.hasFailed)
            }
            let hasFailed = disk.hasFailed
            disk.restart()
            let found = try DirectoryStore(path: "/", system: disk).value(for: .latest)
            #expect(found == expected || found == Self.new)
            #expect(!isConfirmed || found == Self.new)
            if !hasFailed { break }
        }
    }

    @Test func aFullDiskChangesNothing() throws {
        for calls in 0... {
            let scratch = try Scratch()
            let system = FullDisk(writes: calls)
            let store = try DirectoryStore(path: scratch.path, system: system)
            var isWritten = false
            do {
                try store.set(Self.new, for: Self.key)
                isWritten = true
            } catch {
                #expect(error == .system(operation: "write", number: ENOSPC))
            }
            #expect(try store.value(for: Self.key) == (isWritten ? Self.new : nil))
            // Space is there again.
            system.free()
            try store.set(Self.new, for: Self.key)
            #expect(try store.value(for: Self.key) == Self.new)
            if isWritten { break }
        }
    }

    @Test(arguments: 0..<10) func oneOfManySwapsWins(_ round: Int) async throws {
        let scratch = try Scratch()
        for store in [try DirectoryStore(path: scratch.path) as any HistoryStore, MemoryStore()] {
            let winners = await withTaskGroup(of: Bool.self) { group in
                for value in UInt8(0)..<50 {
                    group.addTask { (try? store.compareAndSwap(.latest, expected: nil, [value])) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
        }
    }
}

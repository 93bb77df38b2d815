// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContrastCommands

/// Files that change together or not at all.
@Suite struct FileTransactionTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace(files: ["a": "old a", "b": "old b"]) }

    private func path(_ name: String) -> String { workspace.path + "/" + name }

    /// By the names of its files; temporary ones are among them.
    private func tree() throws -> [String: String] {
        try workspace.tree().mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func allAreReplaced() throws {
        defer { workspace.remove() }
        var transaction = FileTransaction()
        for name in ["a", "b", "c"] { try transaction.stage(path(name), Array("new \(name)".utf8)) }
        try transaction.commit()
        #expect(try tree() == ["a": "new a", "b": "new b", "c": "new c"])
    }

    /// The last of them cannot be renamed, since a directory has come in its place.
    @Test func aFailedRenameUndoesTheOthers() throws {
        defer { workspace.remove() }
        let before = try tree()
        let number = try Files.number(path("a"))
        var transaction = FileTransaction()
        for name in ["a", "c", "d"] { try transaction.stage(path(name), Array("new \(name)".utf8)) }
        try transaction.stageNew(path("key"), [1], mode: 0o600)
        try transaction.stage(path("b"), Array("new b".utf8))
        Files.remove(path("b"))
        try workspace.write("in the way", to: "b/file")
        let failure = #expect(throws: FileError.self) { try transaction.commit() }
        #expect(failure?.path == path("b"))
        #expect(failure?.remaining == [])
        #expect(try tree() == ["a": "old a", "b/file": "in the way"])
        #expect(try Files.number(path("a")) == number)
        #expect(before["a"] == "old a")
    }

    @Test func newFilesReplaceNothing() throws {
        defer { workspace.remove() }
        var transaction = FileTransaction()
        try transaction.stage(path("a"), Array("new a".utf8))
        try transaction.stageNew(path("key"), [1], mode: 0o600)
        try workspace.write("mine", to: "key")
        #expect(throws: FileError.self) { try transaction.commit() }
        #expect(try tree() == ["a": "old a", "b": "old b", "key": "mine"])
    }

    /// What killed runs left is removed; what looks different is not, and neither is what a run at work has staged.
    @Test func staleTemporariesAreRemoved() throws {
        defer { workspace.remove() }
        let own = [".contrast-1-2.tmp.yaml", ".contrast-x-2.tmp", "contrast-1-2.tmp", ".contrast-1-2-3.tmp"]
        for name in own { try workspace.write("mine", to: name) }
        try workspace.write("mine", to: ".contrast-8-8.tmp/file")
        try workspace.write("stale", to: ".contrast-1-2.tmp")
        var first = FileTransaction()
        try first.stage(path("a"), Array("new a".utf8))
        #expect(!Files.exists(path(".contrast-1-2.tmp")))
        #expect(Files.exists(path(".contrast-8-8.tmp/file")))
        for name in own { #expect(Files.exists(path(name)), "\(name)") }

        var second = FileTransaction()
        try second.stage(path("b"), Array("new b".utf8))
        try second.commit()
        try first.commit()
        #expect(try tree()["a"] == "new a")
        #expect(try tree()["b"] == "new b")
    }

    @Test func directoriesOfUnchangedFilesAreCleaned() throws {
        defer { workspace.remove() }
        try workspace.write("stale", to: ".contrast-7-0.tmp")
        var transaction = FileTransaction()
        #expect(try !transaction.stage(path("a"), Array("old a".utf8)))
        #expect(try tree() == ["a": "old a", "b": "old b"])
    }
}

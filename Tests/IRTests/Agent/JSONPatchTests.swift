// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import IR

struct JSONPatchTests {
    private let document: JSONValue = ["pstate": ["a": 1, "x/y": 2, "~": 3, "": 4]]

    private func remove(_ path: String) throws -> JSONValue {
        try JSONPatch.apply([["op": "remove", "path": .string(path)]], to: document)
    }

    @Test func keysAreUnescaped() throws {
        #expect(try remove("/pstate/x~1y") == ["pstate": ["a": 1, "~": 3, "": 4]])
        #expect(try remove("/pstate/~0") == ["pstate": ["a": 1, "x/y": 2, "": 4]])
        #expect(try remove("/pstate/") == ["pstate": ["a": 1, "x/y": 2, "~": 3]])
    }

    @Test(arguments: ["/pstate/b", "/pstate/x/y", "/pstate/a/b", "pstate/a", "/nothing/a"])
    func whatIsNotThereCannotBeRemoved(path: String) {
        #expect(throws: JSONPatch.Failure.self) { try remove(path) }
    }

    @Test func additionsReplaceAndNest() throws {
        let added = try JSONPatch.apply(
            [
                ["op": "add", "path": "/pstate/a", "value": [:]], ["op": "add", "path": "/pstate/a/b", "value": "c"],
            ], to: document)
        #expect(added["pstate"]?["a"] == ["b": "c"])
        #expect(throws: JSONPatch.Failure.self) {
            try JSONPatch.apply([["op": "add", "path": "/pstate/b/c", "value": 1]], to: document)
        }
    }

    @Test(
        arguments: [
            ["op": "move", "path": "/pstate/a"], ["op": "add", "path": "/pstate/a"], ["path": "/pstate/a"], nil,
        ] as [JSONValue])
    func malformedOperationsFail(operation: JSONValue) {
        #expect(throws: JSONPatch.Failure.self) { try JSONPatch.apply([operation], to: document) }
    }

    @Test func longPathsEndWhereTheDocumentDoes() {
        #expect(throws: JSONPatch.Failure.self) { try remove(String(repeating: "/a", count: 200_000)) }
    }
}

// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

struct PolicyTestTests {
    private let policy = PolicyData(
        profile: .compat,
        settings: [
            "routes": ["forbidden_devices": ["lo"], "forbidden_sources": ["^127"]],
            "allow": ["CloseStdinRequest": true],
        ], pod: [:])

    @Test func linesSayWhatWasExpectedAndFound() throws {
        let cases = """
            [{"description": "one", "allowed": true, "kind": "StartContainerRequest", "request": {}},
             {"description": "two", "allowed": true, "kind": "SetPolicyRequest", "request": {}},
             {"description": "three", "allowed": false, "request": {"type": "CloseStdin"}},
             {"description": "four", "allowed": false, "kind": "NoRequest", "request": {}},
             {"description": "five", "allowed": false, "kind": "RemoveContainerRequest",
              "request": {"container_id": "a\\nb"}},
             {"description": "six", "allowed": false, "kind": "UpdateRoutesRequest",
              "request": {"routes": {"Routes": [{"device": "eth0"}, {"device": "lo"}]}}}]
            """
        let report = try PolicyTest.run(policy, cases: Array(cases.utf8))
        #expect(
            report.lines == [
                "ok one expected=true got=true",
                "MISMATCH two expected=true got=false",
                "MISMATCH three expected=false got=true",
                "ERROR four expected=false got=unknown request kind 'NoRequest'",
                "ERROR five expected=false got=the state has nothing at '/pstate/a b'",
                "ok six expected=false got=false",
                "2 passed, 4 failed",
            ])
        #expect(report.passed == 2)
        #expect(report.failed == 4)
    }

    @Test func typesWithoutSuffixAreRequests() throws {
        let cases = """
            [{"description": "a", "allowed": true, "request": {"type": "MemAgentMemcgConfig"}},
             {"description": "b", "allowed": true, "request": {"type": "CopyFileRequest", "path": "/x"}}]
            """
        let parsed = try PolicyTest.parse(Array(cases.utf8))
        #expect(parsed.map(\.kind) == ["MemAgentMemcgConfig", "CopyFileRequest"])
        #expect(parsed[1].request == ["path": "/x"])
    }

    private static let malformed: [(text: String, message: String, offset: Int?, pointer: String?)] = [
        ("[", "unexpected end of the text", 1, nil),
        ("{}", "expected an array of test cases, got an object", 0, nil),
        ("[1]", "test case 1 needs 'description', a string", nil, "/0/description"),
        (#"[{"description": "a", "allowed": 1}]"#, "test case 1 needs 'allowed', a boolean", nil, "/0/allowed"),
        (#"[{"description": "a", "allowed": true}]"#, "test case 1 needs 'request', an object", nil, "/0/request"),
        (
            #"[{"description": "a", "allowed": true, "request": {}}]"#, "test case 1 needs 'kind', a string", nil,
            "/0/kind"
        ),
        (
            #"[{"description": "a", "allowed": true, "request": {}, "kind": 3}]"#,
            "test case 1 needs 'kind', a string", nil, "/0/kind"
        ),
    ]

    @Test(arguments: malformed.indices)
    func malformedCasesAreExplained(index: Int) {
        let (text, message, offset, pointer) = Self.malformed[index]
        let place = pointer.map { JSONPointer($0.split(separator: "/").map(String.init)) }
        #expect(throws: PolicyTest.CaseError(message: message, offset: offset, pointer: place)) {
            try PolicyTest.parse(Array(text.utf8))
        }
    }
}

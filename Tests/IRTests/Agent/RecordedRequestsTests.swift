// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

struct RecordedRequestsTests {
    private func kinds(_ text: String) throws -> [String] {
        try RecordedRequests(Array(text.utf8)).requests.map { ($0.content == nil ? "?" : "") + $0.kind }
    }

    @Test(arguments: [
        #"[{"kind": "StartContainerRequest", "request": {"container_id": "a"}}]"#,
        #"{"description": "one", "allowed": true, "kind": "StartContainerRequest", "request": {"container_id": "a"}}"#,
        #"{"request": {"type": "StartContainer", "container_id": "a"}}"#,
        #"StartContainerRequest is blocked by policy: {"container_id": "a"}"#,
        #"{"msg": "StartContainerRequest is blocked by policy: x {\"container_id\": \"a\"}", "level": "WARN"}"#,
        "no JSON {here}\n{\"kind\": \"StartContainerRequest\", \"request\": {\"container_id\": \"a\"}}\n",
    ]) func requestsAreFound(_ text: String) throws { #expect(try kinds(text) == ["StartContainerRequest"]) }

    @Test func messagesNameTheKind() throws {
        let text =
            "Error: failed to create: rpc error: code = PermissionDenied desc = \"CreateContainerRequest is blocked by policy: "
        #expect(try kinds(text) == ["?CreateContainerRequest"])
        #expect(try kinds(#"{"message": "ExecProcessRequest is blocked by policy"}"#) == ["?ExecProcessRequest"])
    }

    @Test(arguments: ["", "[1]", "{}", "all is well", "OtherRequest is blocked by policy: {", "{{{{\"", "{\"\\"])
    func nothingIsFoundElsewhere(_ text: String) { #expect(throws: RecordedRequests.Failure.self) { try kinds(text) } }
}

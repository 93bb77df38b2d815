// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

struct RequestMessageTests {
    @Test func missingFieldsHaveTheirDefaults() throws {
        let filled = try RequestMessage.fill(
            kind: "CreateContainerRequest", ["OCI": ["Mounts": [[:]]], "unknown": 1])
        #expect(filled["unknown"] == nil)
        #expect(filled["container_id"] == "")
        #expect(filled["devices"] == [])
        #expect(filled["string_user"] == .some(nil))
        #expect(filled["OCI"]?["Linux"] == .some(nil))
        #expect(filled["OCI"]?["Annotations"] == [:])
        #expect(filled["OCI"]?["Mounts"] == [["destination": "", "source": "", "type_": "", "options": []]])
        #expect(try RequestMessage.fill(kind: "CopyFileRequest", [:])["file_type"] == "Unknown")
        #expect(try RequestMessage.fill(kind: "CopyFileRequest", [:])["symlink_target"] == .some(nil))
        #expect(try RequestMessage.fill(kind: "DestroySandboxRequest", ["a": 1]) == [:])
    }

    private static let refused: [(kind: String, value: JSONValue, message: String)] = [
        ("NoRequest", [:], "unknown request kind 'NoRequest'"),
        ("StatsContainerRequest", [], "StatsContainerRequest: expected an object, got an array"),
        (
            "StatsContainerRequest", ["container_id": 7],
            "StatsContainerRequest.container_id: expected a string, got a number"
        ),
        ("OnlineCPUMemRequest", ["wait": nil], "OnlineCPUMemRequest.wait: expected a boolean, got null"),
        (
            "OnlineCPUMemRequest", ["nb_cpus": 4_294_967_296],
            "OnlineCPUMemRequest.nb_cpus: expected an integer from 0 to 4294967295, got a number"
        ),
        (
            "OnlineCPUMemRequest", ["nb_cpus": .double(1)],
            "OnlineCPUMemRequest.nb_cpus: expected an integer from 0 to 4294967295, got a number"
        ),
        (
            "CreateSandboxRequest", ["storages": [["options": [1]]]],
            "CreateSandboxRequest.storages[0].options[0]: expected a string, got a number"
        ),
        ("CopyFileRequest", ["file_type": "Socket"], "CopyFileRequest.file_type: expected a file type, got a string"),
        ("WriteStreamRequest", ["data": [256]], "WriteStreamRequest.data: expected an array of bytes, got an array"),
    ]

    @Test(arguments: refused.indices)
    func wrongTypesAreRefused(index: Int) {
        let (kind, value, message) = Self.refused[index]
        #expect(throws: RequestError(message: message)) { try RequestMessage.fill(kind: kind, value) }
    }

    @Test func widestNumbersPass() throws {
        let most = try RequestMessage.fill(kind: "ResizeVolumeRequest", ["size": .integer(Int128(UInt64.max))])
        #expect(most["size"] == .integer(18_446_744_073_709_551_615))
    }
}

// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import InitDataFormat
import Testing

@Suite struct MeasuredDocumentTests {
    private static let initData = InitData(data: ["policy.rego": "package agent_policy"])
    private static let policy = Array("# by hand\n\npackage agent_policy\n".utf8)

    private static func find(_ document: [UInt8], among documents: [[UInt8]]) throws -> MeasuredDocument? {
        try MeasuredDocument(among: documents, hostData: SHA256.digest(document))
    }

    @Test func onlyTheMeasuredDocumentCounts() throws {
        let document = Self.initData.document
        let others = [[], document + [0x0A], Self.policy]
        #expect(try Self.find(document, among: others) == nil)
        #expect(try Self.find(document, among: others + [document]) == .initData(Self.initData))
        for hostData in [[], [UInt8](repeating: 0, count: 32), SHA256.digest(document) + [0]] {
            #expect(try MeasuredDocument(among: [document], hostData: hostData) == nil)
        }
    }

    @Test func policiesAreNoInitdata() throws {
        #expect(try Self.find(Self.policy, among: [Self.policy]) == .policy)
        #expect(try Self.find(Self.policy, among: [Self.policy])?.coordinatorInfo() == nil)
        #expect(!MeasuredDocument.isPolicy(Self.initData.document))
    }

    /// What a guest was started with and cannot be read may hold what it must heed.
    @Test(arguments: ["", "no initdata", "version = \"0.2.0\"\nalgorithm = \"sha256\"\n"])
    func otherDocumentsAreFaults(text: String) {
        let document = Array(text.utf8)
        #expect(throws: InitDataError.self) { try Self.find(document, among: [document]) }
    }

    private static func info(_ text: String?) throws -> CoordinatorInfo? {
        var initData = initData
        initData.data[CoordinatorInfo.initDataKey] = text
        return try MeasuredDocument.initData(initData).coordinatorInfo()
    }

    @Test func whatWasMeasuredAndIsMalformedIsNotAbsent() throws {
        #expect(try Self.info(nil) == nil)
        let hash = String(repeating: "ab", count: 32)
        #expect(
            try Self.info(#"{"CoordinatorPolicyHashes":["\#(hash)"]}"#)
                == CoordinatorInfo(coordinatorPolicyHashes: [hash]))
        for text in ["", "{}", "[]", #"{"CoordinatorPolicyHashes":[]}"#, #"{"Other":["00"]}"#] {
            #expect(throws: InitDataError.self) { try Self.info(text) }
        }
    }
}

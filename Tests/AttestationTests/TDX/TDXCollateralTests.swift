// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

/// Group 49 of the negative cases: TCB info and the identity of the quoting enclave as signed documents.
struct TDXCollateralTests {
    @Test func refusesChangedDocuments() throws {
        var fixture = try TDXFixture()
        fixture.editCollateral = { $0.tcbInfo.bytes[20] ^= 1 }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signature)
        fixture.editCollateral = { $0.qeIdentity.bytes[20] ^= 1 }
        #expect(try fixture.outcome().failedRule == TDXRules.qeIdentityDocument.signature)
        fixture.editCollateral = {
            $0.tcbInfo.bytes = JSONPrinter.print(try JSONParser.parse($0.tcbInfo.bytes), .init(indent: 1))
        }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signature)
        fixture.editCollateral = { $0.tcbInfo.signature = $0.qeIdentity.signature }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signature)
        fixture.editCollateral = { swap(&$0.tcbInfo, &$0.qeIdentity) }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.format)
        #expect(try fixture.outcome().shortfall?.field == "tcbInfo.id")
    }

    @Test func refusesEveryFlippedBit() throws {
        let fixture = try TDXFixture()
        let quote = try fixture.quote()
        let collateral = try fixture.platform.collateral()
        let verifier = try fixture.platform.verifier(at: fixture.time)
        for (document, rule) in [
            (\TDXCollateral.tcbInfo, TDXRules.tcbInfo), (\TDXCollateral.qeIdentity, TDXRules.qeIdentityDocument),
        ] {
            for part in [\TDXCollateral.SignedDocument.bytes, \.signature] {
                for bit in BitFlips.bits(of: 0..<collateral[keyPath: document][keyPath: part].count) {
                    var changed = collateral
                    changed[keyPath: document][keyPath: part][bit / 8] ^= 1 << (bit % 8)
                    let outcome = TDXOutcome(quote, changed, by: verifier)
                    #expect(outcome.failedRule == rule.signature, "bit \(bit)")
                }
            }
        }
    }

    @Test func refusesSignersOfOthers() throws {
        var fixture = try TDXFixture()
        let another = try TDXFixture.another()
        let others = try another.signed(fixture.platform.tcbInfo)
        fixture.editCollateral = { $0.tcbInfo = others }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signerRoot)
        let rootless = try [another.signer.signed(by: another.rootKey, .intel), fixture.platform.rootDER()]
        fixture.editCollateral = { $0.tcbInfo.issuerChain = PEMWriter.certificates(rootless) }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signerPath)
        let pck = try fixture.platform.pckChain()
        fixture.editCollateral = { $0.qeIdentity.issuerChain = PEMWriter.certificates([pck[0], pck[2]]) }
        #expect(try fixture.outcome().failedRule == TDXRules.qeIdentityDocument.signerChain)
        fixture.editCollateral = { $0.qeIdentity.issuerChain = PEMWriter.certificates(pck) }
        #expect(try fixture.outcome().failedRule == TDXRules.qeIdentityDocument.signerChain)
        fixture.editCollateral = { $0.tcbInfo.issuerChain = [] }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signerChain)
        fixture = try TDXFixture()
        fixture.platform.signer.notAfter = Timestamp(seconds: TDXFixture.now.seconds - 1)
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signerPath)
    }

    @Test func refusesDocumentsThatAreNotGoodNow() throws {
        let date = "2026-02-01T00:00:01Z"
        var fixture = try TDXFixture()
        fixture.platform.tcbInfo["issueDate"] = .string(date)
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.validity)
        #expect(try fixture.outcome().shortfall?.field == "issueDate")
        fixture.time = .utc(date)
        #expect(try fixture.verified() != nil)
        fixture = try TDXFixture()
        fixture.platform.tcbInfo["nextUpdate"] = .string("\(fixture.time)")
        #expect(try fixture.verified() != nil)
        fixture.platform.tcbInfo["nextUpdate"] = "2026-01-31T23:59:59Z"
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.validity)
        #expect(try fixture.outcome().shortfall?.field == "nextUpdate")
        fixture = try TDXFixture()
        fixture.platform.qeIdentity["nextUpdate"] = "2026-01-31T23:59:59Z"
        #expect(try fixture.outcome().failedRule == TDXRules.qeIdentityDocument.validity)
        fixture.platform.qeIdentity["nextUpdate"] = .string(date)
        fixture.platform.qeIdentity["issueDate"] = .string(date)
        #expect(try fixture.outcome().failedRule == TDXRules.qeIdentityDocument.validity)
    }

    @Test func refusesExpiredEverything() throws {
        var fixture = try TDXFixture()
        fixture.time = Timestamp(seconds: TDXFixture.end.seconds + 1)
        #expect(try fixture.outcome().failedRule == TDXRules.pckPath)
        fixture.time = Timestamp(seconds: TDXFixture.start.seconds - 1)
        #expect(try fixture.outcome().failedRule == TDXRules.pckPath)
    }

    @Test func refusesOtherPlatforms() throws {
        var fixture = try TDXFixture()
        fixture.platform.tcbInfo["fmspc"] = "50514e000000"
        #expect(try fixture.outcome().failedRule == TDXRules.fmspc)
        #expect(try fixture.outcome().shortfall == Shortfall("FMSPC", expected: "50514e000000", found: "50514d000000"))
        fixture.platform.tcbInfo["fmspc"] = "50514D000000"
        #expect(try fixture.verified() != nil)
        fixture.platform.tcbInfo["pceId"] = "0001"
        #expect(try fixture.outcome().shortfall == Shortfall("PCE-ID", expected: "0001", found: "0000"))
    }

    /// A change that makes a document another than the known form, at the place that it changes.
    struct Malformation: Sendable, CustomTestStringConvertible {
        let path: [String]
        let value: JSONValue?

        /// - Parameter value: instead of what is there; `nil` takes it away.
        init(_ pointer: String, _ value: JSONValue?) {
            path = JSONPointer(parsing: pointer)?.tokens ?? []
            self.value = value
        }

        /// As errors show it, below the document's name.
        var testDescription: String { path.map { Int($0) == nil ? ".\($0)" : "[\($0)]" }.joined() }
    }

    static let malformedTCBInfo: [Malformation] = [
        Malformation("/id", "SGX"), Malformation("/version", 2), Malformation("/version", "3"),
        Malformation("/tcbType", 1), Malformation("/fmspc", "5051"), Malformation("/pceId", nil),
        Malformation("/issueDate", "today"), Malformation("/nextUpdate", 1),
        Malformation("/tcbEvaluationDataNumber", -1), Malformation("/tdxModule", nil),
        Malformation("/tcbLevels", nil), Malformation("/tcbLevels", [:]),
        Malformation("/tcbLevels/0/tcbStatus", "Fine"), Malformation("/tcbLevels/0/tcbDate", nil),
        Malformation("/tcbLevels/0/tcb/tdxtcbcomponents", nil), Malformation("/tcbLevels/0/tcb/sgxtcbcomponents", []),
        Malformation("/tcbLevels/0/tcb/pcesvn", 65536),
        Malformation("/tcbLevels/0/tcb/sgxtcbcomponents/15/svn", 256),
        Malformation("/tcbLevels/0/tcb/tdxtcbcomponents/0/svn", -1),
        Malformation("/tcbLevels/0/tcb/tdxtcbcomponents/0/svn", .double(1.5)),
        Malformation("/tcbLevels/0/tcb/tdxtcbcomponents/0/svn", .integer(1 << 100)),
        Malformation("/tdxModuleIdentities/0/mrsigner", "00"),
        Malformation("/tdxModuleIdentities/0/tcbLevels/0/tcb/isvsvn", 65536),
    ]

    @Test(arguments: malformedTCBInfo)
    func refusesMalformedTCBInfo(_ change: Malformation) throws {
        var fixture = try TDXFixture()
        fixture.platform.tcbInfo[change.path[...]] = change.value
        let outcome = try fixture.outcome()
        #expect(outcome.failedRule == TDXRules.tcbInfo.format)
        #expect(outcome.shortfall?.field == "tcbInfo\(change.testDescription)")
    }

    static let malformedIdentities: [Malformation] = [
        Malformation("/id", "QE"), Malformation("/version", 1), Malformation("/miscselect", "0"),
        Malformation("/attributesMask", nil), Malformation("/mrsigner", "zz"), Malformation("/isvprodid", 65536),
        Malformation("/tcbLevels/0/tcb/isvsvn", "4"), Malformation("/tcbLevels/0", nil),
    ]

    @Test(arguments: malformedIdentities)
    func refusesMalformedIdentities(_ change: Malformation) throws {
        var fixture = try TDXFixture()
        fixture.platform.qeIdentity[change.path[...]] = change.value
        let outcome = try fixture.outcome()
        #expect(outcome.failedRule == TDXRules.qeIdentityDocument.format)
        #expect(outcome.shortfall?.field == "enclaveIdentity\(change.testDescription)")
    }

    @Test func refusesFifteenComponents() throws {
        var fixture = try TDXFixture()
        for kind in ["sgxtcbcomponents", "tdxtcbcomponents"] {
            let path = ["tcbLevels", "0", "tcb", kind]
            let all = try #require(fixture.platform.tcbInfo[path[...]]?.array)
            fixture.platform.tcbInfo[path[...]] = .array(Array(all.dropLast()))
            #expect(try fixture.outcome().shortfall?.field == "tcbInfo.tcbLevels[0].tcb.\(kind)")
            fixture.platform.tcbInfo[path[...]] = .array(all)
        }
        #expect(try fixture.verified() != nil)
    }

    @Test func refusesDuplicateKeys() throws {
        var fixture = try TDXFixture()
        let platform = fixture.platform
        fixture.editCollateral = {
            $0.tcbInfo.bytes = Array(#"{"id":"TDX","id":"TDX"}"#.utf8)
            $0.tcbInfo.signature = try platform.signerKey.signConcatenated($0.tcbInfo.bytes)
        }
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.format)
        #expect(
            try fixture.outcome().shortfall?.found
                == "tcbInfo is not JSON: the key 'id' stands twice in one object at byte 12")
    }

    @Test func takesTheSignedBytesOutOfAResponse() throws {
        let signature = String(repeating: "ab", count: 64)
        let text = #"{ "signature" : "\#(signature)" , "tcbInfo" : {"a": "}{\"", "b" : [ {} ] } }"#
        let document = try TDXCollateral.SignedDocument(
            response: Array(text.utf8), member: "tcbInfo", issuerChain: [1])
        #expect(String(decoding: document.bytes, as: UTF8.self) == #"{"a": "}{\"", "b" : [ {} ] }"#)
        #expect(document.signature == [UInt8](repeating: 0xAB, count: 64) && document.issuerChain == [1])
        #expect(throws: CollateralError(path: "response.enclaveIdentity", reason: .missing)) {
            try TDXCollateral.SignedDocument(response: Array(text.utf8), member: "enclaveIdentity", issuerChain: [])
        }
    }
}

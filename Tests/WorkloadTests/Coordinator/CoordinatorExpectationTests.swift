// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import InitDataFormat
import Testing

@testable import Workload

@Suite struct CoordinatorExpectationTests {
    private static let hash = [UInt8](repeating: 0xAB, count: 32)
    private static let other = [UInt8](repeating: 0xCD, count: 32)

    private static func measured(_ value: String?) throws -> MeasuredInitData {
        let data = value.map { ["contrast.coordinator": $0] } ?? [:]
        let document = InitData(data: data.merging(["policy.rego": "package agent_policy"]) { $1 }).document
        return try #require(MeasuredInitData(document: document, hostData: SHA256.digest(document)))
    }

    private static func ownerKey() throws -> OwnerKey { try GeneratedKey(.workloadOwner).publicKey }

    private static func manifest(_ role: String) -> [UInt8] {
        Array(
            """
            {"Policies": {"\(Hex.text(hash))": {"SANs": ["coordinator"], "Role": "\(role)"}, \
            "\(Hex.text(other))": {"SANs": ["web"]}}, "ReferenceValues": {"snp": [], "tdx": []}}
            """.utf8)
    }

    private func refusal(
        _ expectation: CoordinatorExpectation, _ hostData: [UInt8], _ manifest: Manifest? = nil
    ) -> CoordinatorRefusal? {
        do throws(CoordinatorRefusal) {
            try expectation.check(hostData: hostData, manifest: manifest)
            return nil
        } catch { return error }
    }

    @Test func policiesThatWereMeasuredAreExpected() throws {
        let text = #"{"CoordinatorPolicyHashes":["\#(Hex.text(Self.hash))"]}"#
        let expectation = try CoordinatorExpectation(Self.measured(text))
        #expect(expectation == .policies([Self.hash]))
        #expect(expectation.warning?.contains("another guest") == true && !expectation.needsManifest)
        #expect(refusal(expectation, Self.hash) == nil)
        #expect(
            refusal(expectation, Self.other)
                == .wrongPolicy(found: Hex.text(Self.other), expected: [Hex.text(Self.hash)]))
        #expect(refusal(expectation, []) != nil)
    }

    @Test func anOwnerMustHaveSignedTheManifest() throws {
        let key = try Self.ownerKey()
        let text = #"{"WorkloadOwnerPubKeys":["\#(key.hex)"],"CoordinatorPolicyHashes":["\#(Hex.text(Self.other))"]}"#
        let expectation = try CoordinatorExpectation(Self.measured(text))
        guard case .owners(let keys) = expectation else {
            Issue.record("expected owners")
            return
        }
        #expect(keys.map(\.der) == [key.der])
        #expect(expectation.needsManifest && expectation.warning == nil)
        #expect(throws: CoordinatorRefusal.notSigned) {
            try expectation.manifest(Self.manifest("coordinator")) { _ in false }
        }
        #expect(throws: CoordinatorRefusal.malformedManifest) {
            try expectation.manifest(Array("{".utf8)) { _ in true }
        }
        let manifest = try expectation.manifest(Self.manifest("coordinator")) { $0 == key.der }
        #expect(refusal(expectation, Self.hash, manifest) == nil)
        #expect(
            refusal(expectation, Self.other, manifest)
                == .wrongPolicy(found: Hex.text(Self.other), expected: [Hex.text(Self.hash)]))
        #expect(refusal(expectation, Self.hash) == .notSigned)
        // Signed, but it gives nobody the role.
        let without = try expectation.manifest(Self.manifest("")) { $0 == key.der }
        #expect(refusal(expectation, Self.hash, without) == .wrongPolicy(found: Hex.text(Self.hash), expected: []))
    }

    @Test func withoutTheKeyThereIsAWarning() throws {
        for measured in [nil, try Self.measured(nil)] {
            let expectation = try CoordinatorExpectation(measured)
            #expect(expectation == .anyone && !expectation.needsManifest)
            #expect(expectation.warning?.contains("contrast.coordinator") == true)
            #expect(refusal(expectation, Self.other) == nil)
        }
    }

    @Test(arguments: ["", "{}", "[]", #"{"CoordinatorPolicyHashes":[]}"#, #"{"Other":["00"]}"#])
    func whatWasMeasuredAndIsMalformedIsNotAbsent(text: String) {
        #expect(throws: CoordinatorExpectation.Fault.malformed) {
            try CoordinatorExpectation(Self.measured(text))
        }
    }

    @Test func hashesAndKeysAreWhole() {
        #expect(throws: CoordinatorExpectation.Fault.policyHash("abab")) {
            try CoordinatorExpectation(Self.measured(#"{"CoordinatorPolicyHashes":["abab"]}"#))
        }
        #expect(throws: CoordinatorExpectation.Fault.ownerKey(.malformed)) {
            try CoordinatorExpectation(Self.measured(#"{"WorkloadOwnerPubKeys":["3000"]}"#))
        }
    }
}

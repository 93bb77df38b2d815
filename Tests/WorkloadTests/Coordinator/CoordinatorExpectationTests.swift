// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import Testing

@testable import Workload

@Suite struct CoordinatorExpectationTests {
    private static let hash = [UInt8](repeating: 0xAB, count: 32)

    private static let manifest = Array(
        """
        {"Policies": {"\(Hex.text(hash))": {"SANs": ["coordinator"], "Role": "coordinator"}}, \
        "ReferenceValues": {"snp": [], "tdx": []}}
        """.utf8)

    @Test func policiesThatWereMeasuredAreExpected() throws {
        let expectation = try CoordinatorExpectation(CoordinatorInfo(coordinatorPolicyHashes: [Hex.text(Self.hash)]))
        #expect(expectation == .policies([Self.hash]))
        #expect(expectation.warning?.contains("another guest") == true)
        // Nobody needs to have signed the manifest.
        #expect(try expectation.manifest(Self.manifest) { _ in false }.coordinatorPolicyHashes == [Hex.text(Self.hash)])
    }

    @Test func anOwnerMustHaveSignedTheManifest() throws {
        let key = try GeneratedKey(.workloadOwner).publicKey
        let info = CoordinatorInfo(
            workloadOwnerPubKeys: [key.hex], coordinatorPolicyHashes: [String(repeating: "cd", count: 32)])
        let expectation = try CoordinatorExpectation(info)
        guard case .owners(let keys) = expectation else {
            Issue.record("expected owners")
            return
        }
        #expect(keys.map(\.der) == [key.der])
        #expect(expectation.warning == nil)
        #expect(throws: CoordinatorRefusal.notSigned) { try expectation.manifest(Self.manifest) { _ in false } }
        #expect(throws: CoordinatorRefusal.malformedManifest) {
            try expectation.manifest(Array("{".utf8)) { _ in true }
        }
        _ = try expectation.manifest(Self.manifest) { $0 == key.der }
    }

    @Test func withoutTheKeyThereIsAWarning() throws {
        let expectation = try CoordinatorExpectation(nil)
        #expect(expectation == .anyone)
        #expect(expectation.warning?.contains("contrast.coordinator") == true)
    }

    @Test func hashesAndKeysAreWhole() {
        #expect(throws: CoordinatorExpectation.Fault.policyHash("abab")) {
            try CoordinatorExpectation(CoordinatorInfo(coordinatorPolicyHashes: ["abab"]))
        }
        for text in ["3000", "no hex"] {
            #expect(throws: CoordinatorExpectation.Fault.ownerKey(.malformed)) {
                try CoordinatorExpectation(CoordinatorInfo(workloadOwnerPubKeys: [text]))
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

struct EvidenceTests {
    private func verify(
        _ bytes: [UInt8], _ fixture: SNPFixture, _ files: EndorsementFiles, against manifest: Manifest?,
        trace: inout Trace
    ) throws -> VerifiedEvidence {
        let verifier = EvidenceVerifier(time: fixture.time, snpAnchors: try fixture.authority.anchors())
        return try verifier.verify(
            Evidence(bytes), files, manifest.map { Expectation(manifest: $0) }, trace: &trace)
    }

    private func files(_ contents: [UInt8]...) throws -> EndorsementFiles {
        var files = EndorsementFiles()
        for content in contents { try files.add(content) }
        return files
    }

    @Test func takesARawReportAndFilesInAnyOrder() throws {
        let fixture = try SNPFixture()
        let (key, intermediate, root) = try fixture.authority.certificates()
        let list = try fixture.authority.revocationList(thisUpdate: SNPFixture.start, nextUpdate: SNPFixture.end)
        let chain = Array(
            (PEMWriter.block("CERTIFICATE", intermediate.der) + PEMWriter.block("CERTIFICATE", root.der)).utf8)
        var manifest = fixture.manifest
        manifest.referenceValues.snp = [fixture.entry]
        let report = try fixture.authority.sign(fixture.template)
        for files in [try files(list.der, chain, key.der), try files(key.der, chain, list.der)] {
            var trace = Trace()
            let verified = try verify(report, fixture, files, against: manifest, trace: &trace)
            #expect(verified.entry?.text == "ReferenceValues.snp[0]")
            #expect(verified.policyHash == SNPFixture.policyHash)
            #expect(!trace.steps.contains { $0.outcome == .skipped("no CRL was given") })
            let genuine = try verify(report, fixture, files, against: nil, trace: &trace)
            #expect(genuine.entry == nil && genuine.policyHash == nil)
        }
    }

    @Test func takesAMessageWithItsEndorsements() throws {
        let fixture = try SNPFixture(.genoa, vlek: true)
        let message = SNPAttestation(
            report: try fixture.authority.sign(fixture.template), endorsements: try fixture.currentEndorsements())
        var trace = Trace()
        _ = try verify(try #require(message.protobuf), fixture, files(), against: nil, trace: &trace)
        #expect(trace.failures.isEmpty)
    }

    @Test func filesStandInForWhatTheMessageHas() throws {
        let fixture = try SNPFixture()
        let other = try SNPFixture()
        let message = SNPAttestation(
            report: try fixture.authority.sign(fixture.template), endorsements: try fixture.currentEndorsements())
        var trace = Trace()
        #expect(throws: VerificationFailure.self) {
            try verify(
                try #require(message.protobuf), fixture, files(other.authority.certificates().endorsement.der),
                against: nil, trace: &trace)
        }
        #expect(trace.failures.map(\.rule) == [SNPRules.signature])
    }

    @Test func takesQuotes() throws {
        var quote = [UInt8](repeating: 0, count: 600)
        quote[0] = 4
        var trace = Trace()
        #expect(throws: VerificationFailure.self) {
            try EvidenceVerifier(time: SNPFixture.now).verify(Evidence(quote), files(), nil, trace: &trace)
        }
        #expect(trace.steps.map(\.rule.id) == ["tdx.collateral", "tdx.quote.format"])
        // Nobody accepts a quote whose platform cannot be judged.
        trace = Trace()
        let expectation = Expectation(manifest: Manifest())
        #expect(throws: VerificationFailure.self) {
            try EvidenceVerifier(time: SNPFixture.now).verify(Evidence(quote), files(), expectation, trace: &trace)
        }
        #expect(trace.failures.map(\.rule) == [EvidenceVerifier.collateral])
    }

    @Test func refusesWhatIsNoEvidence() {
        for bytes in [[], [0x0A], Array("hello".utf8), [UInt8](repeating: 0x0A, count: 1185)] as [[UInt8]] {
            #expect(throws: EvidenceError.self) { try Evidence(bytes) }
        }
        // Also what begins as a quote.
        let large = [4, 0] + [UInt8](repeating: 0, count: Evidence.sizeLimit)
        #expect(throws: EvidenceError.self) { try Evidence(large) }
    }

    @Test(arguments: ["", "text", "{", "{}", "{\"tcbInfo\":1}", "{\"root_ca_crl\":\"zz\"}", "\u{30}\u{80}"])
    func refusesWhatIsNoEndorsement(_ text: String) {
        #expect(throws: EndorsementError.self) {
            var files = try self.files(Array(text.utf8))
            try files.add(Array("{\"enclaveIdentity\":1}".utf8))
            _ = try files.tdx(roots: [])
        }
    }
}

/// Each vector of the shared data, as a user would verify it.
@Suite(.enabled(if: SNPVectors.areThere, "CONTRAST_TEST_DATA is not set"))
struct EvidenceVectorTests {
    private func verify(_ evidence: String, _ endorsements: [String], at time: String) throws -> VerifiedEvidence {
        var files = EndorsementFiles()
        for path in endorsements { try files.add(try #require(TestEnvironment.data("attestation/\(path)"))) }
        var trace = Trace()
        return try EvidenceVerifier(time: try #require(Timestamp(time))).verify(
            Evidence(try #require(TestEnvironment.data("attestation/\(evidence)"))), files, nil, trace: &trace)
    }

    @Test(arguments: SNPVectorTests.vectors) func reportsAreGenuine(_ vector: SNPVectorTests.Vector) throws {
        let directory = "snp/\(vector.name)"
        let verified = try verify(
            "\(directory)/report.bin", ["snp/roots/milan_vcek_cert_chain.pem", "\(directory)/vcek.der"],
            at: "2026-01-01")
        guard case .snp(let genuine) = verified.genuine else {
            Issue.record("no report")
            return
        }
        #expect(genuine.reportedTCB == vector.tcb)
    }

    @Test func quotesAreGenuineAndJudged() throws {
        for (name, time) in [("v4-phala", "2025-07-01"), ("v4-near", "2025-09-15")] {
            let verified = try verify("tdx/\(name)/quote.bin", ["tdx/\(name)/collateral.json"], at: time)
            guard case .tdx(let genuine) = verified.genuine else {
                Issue.record("\(name) was not judged")
                continue
            }
            #expect(genuine.tcb.status == .upToDate)
        }
        let unjudged = try verify("tdx/v4-phala/quote.bin", [], at: "2025-07-01")
        guard case .unjudgedTDX = unjudged.genuine else {
            Issue.record("it was judged without collateral")
            return
        }
    }

    @Test func collateralMayComeInParts() throws {
        let directory = "tdx/v4-google-spr"
        let parts = [
            "tcb_info_response.json", "pck_crl.der", "tcb_signing_chain.pem", "root_ca_crl.der",
            "qe_identity_response.json",
        ]
        let quote = try #require(TestEnvironment.data("attestation/\(directory)/quote.bin"))
        var files = EndorsementFiles()
        for part in parts { try files.add(try #require(TestEnvironment.data("attestation/\(directory)/\(part)"))) }
        var trace = Trace()
        let failure = #expect(throws: VerificationFailure.self) {
            try EvidenceVerifier(time: try #require(Timestamp("2023-07-01"))).verify(
                Evidence(Array(quote.prefix(4935))), files, nil, trace: &trace)
        }
        #expect(failure?.steps.map(\.rule) == [TDXRules.platformLevel])
    }

    @Test func negativeVectorsAreRefused() throws {
        let cases: [(String, [String], String)] = [
            ("tdx/v5-phala-outdated/quote.bin", ["tdx/v5-phala-outdated/collateral.json"], "2026-03-01"),
            ("tdx/v4-google-spr/quote.bin", [], "2023-07-01"), ("sgx/v3-phala/quote.bin", [], "2025-07-01"),
            ("tdx/v4-phala/quote.bin", ["tdx/v4-phala/collateral.json"], "2025-07-20"),
            ("snp/milan-v2-trustee/report.bin", ["snp/milan-v2-trustee/vcek-invalid-legacy.der"], "2026-01-01"),
            ("snp/milan-v2-trustee/report.bin", ["snp/milan-v2-trustee/vcek-invalid-new.der"], "2026-01-01"),
        ]
        for (evidence, endorsements, time) in cases {
            #expect(throws: VerificationFailure.self, "\(evidence)") {
                try verify(evidence, endorsements, at: time)
            }
        }
    }
}

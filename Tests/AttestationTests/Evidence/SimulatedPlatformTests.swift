// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import IR
import SimulatedPlatform
import Testing

struct SimulatedPlatformTests {
    private static let platforms: [SNPProduct: Result<SimulatedSNPPlatform, any Error>] = Dictionary(
        uniqueKeysWithValues: [SNPProduct.milan, .genoa].map { product in
            (
                product,
                Result {
                    try SimulatedSNPPlatform(
                        product, notBefore: SNPFixture.start, notAfter: SNPFixture.end, rsaBits: 2048)
                }
            )
        })

    private func platform(_ product: SNPProduct = .milan) throws -> SimulatedSNPPlatform {
        try #require(Self.platforms[product]).get()
    }

    private func manifest(_ roots: [String]) -> Manifest {
        let entry = SNPReferenceValues(
            platform: "Metal-QEMU-SNP-Insecure", productName: "Milan",
            trustedMeasurement: String(repeating: "5a", count: 48),
            minimumTCB: MinimumTCB(bootloaderVersion: 255, teeVersion: 1, snpVersion: 2, microcodeVersion: 3),
            platformInfo: PlatformInfo(smtEnabled: true), minimumMitigationVector: 7, insecureRoots: roots)
        return Manifest(
            policies: [SNPFixture.policyHash: PolicyEntry(sans: ["web"])],
            referenceValues: ReferenceValues(snp: [entry]))
    }

    private let consent = SimulationConsent(environment: "1", command: true)

    private func verify(_ attestation: SNPAttestation, _ manifest: Manifest, _ anchors: SNPTrustAnchors) throws {
        var trace = Trace()
        let verifier = SNPVerifier(anchors: anchors, time: SNPFixture.now)
        let genuine = try verifier.verify(attestation.report, attestation.endorsements, trace: &trace)
        _ = try verifier.accept(genuine, Expectation(manifest: manifest), trace: &trace)
    }

    @Test func itsEvidenceMeetsTheManifestThatPinsItsRoot() throws {
        let platform = try platform()
        let manifest = manifest([platform.root])
        #expect(manifest.problems.isEmpty)
        let attestation = try platform.attest(
            as: manifest.referenceValues.snp[0], hostData: [UInt8](repeating: 0xAB, count: 32), reportData: [1])
        let consent = try #require(consent)
        let anchors = try #require(try SimulatedAnchors(manifest.referenceValues, consent))
        try verify(attestation, manifest, anchors.snp)
        // Nor AMD's roots nor those of another workspace.
        #expect(throws: VerificationFailure.self) { try verify(attestation, manifest, .amd) }
        let other = try SimulatedSNPPlatform(
            .milan, notBefore: SNPFixture.start, notAfter: SNPFixture.end, rsaBits: 2048)
        let others = try #require(try SimulatedAnchors(self.manifest([other.root]).referenceValues, consent))
        #expect(throws: VerificationFailure.self) { try verify(attestation, manifest, others.snp) }
    }

    /// A host must not be able to hide that an intermediate certificate was revoked.
    @Test func peersAreRefusedWithoutAListOfWhatWasRevoked() async throws {
        let platform = try platform()
        let manifest = manifest([platform.root])
        var attestation = try platform.attest(
            as: manifest.referenceValues.snp[0], hostData: [UInt8](repeating: 0xAB, count: 32), reportData: [1])
        let consent = try #require(consent)
        let anchors = try #require(try SimulatedAnchors(manifest.referenceValues, consent))
        let verifier = ManifestVerifier(manifest: manifest, policy: .any, snpAnchors: anchors.snp)
        let reportData = [1] + [UInt8](repeating: 0, count: 63)
        func verify() async throws {
            let document = EvidenceDocument(kind: .snp, bytes: try #require(attestation.protobuf))
            _ = try await verifier.verify(document, reportData: reportData, at: SNPFixture.now)
        }
        try await verify()
        attestation.endorsements.revocationLists = []
        await #expect(throws: EvidenceRefusal.self) { try await verify() }
    }

    @Test func isTheSameInAllProcessesOfAWorkspace() throws {
        let platform = try platform()
        let file = try platform.pem().withBytes { Array($0) }
        let again = try SimulatedSNPPlatform(pem: file)
        #expect(again.root == platform.root)
        let manifest = manifest([platform.root])
        let attestation = try again.attest(
            as: manifest.referenceValues.snp[0], hostData: [UInt8](repeating: 0xAB, count: 32), reportData: [])
        let consent = try #require(consent)
        let anchors = try #require(try SimulatedAnchors(manifest.referenceValues, consent))
        try verify(attestation, manifest, anchors.snp)
        for count in [0, 10, 300, file.count / 2, file.count - 10] {
            #expect(throws: (any Error).self) { try SimulatedSNPPlatform(pem: Array(file.prefix(count))) }
        }
        let other = try self.platform(.genoa).pem().withBytes { Array($0) }
        let (key, rest) = try (Self.split(file).key, Self.split(other).rest)
        #expect(throws: SigningError.self) { try SimulatedSNPPlatform(pem: key + rest) }
        #expect(throws: SigningError.self) { try SimulatedSNPPlatform(pem: file + key) }
    }

    /// The block of the key and those behind it.
    private static func split(_ file: [UInt8]) throws -> (key: [UInt8], rest: [UInt8]) {
        let text = String(decoding: file, as: UTF8.self)
        let end = try #require(text.firstRange(of: "-----END PRIVATE KEY-----\n")).upperBound
        return (Array(text[..<end].utf8), Array(text[end...].utf8))
    }

    @Test func consentTakesTwo() {
        #expect(SimulationConsent(environment: nil, command: true) == nil)
        #expect(SimulationConsent(environment: "", command: true) == nil)
        #expect(SimulationConsent(environment: "true", command: true) == nil)
        #expect(SimulationConsent(environment: "1", command: false) == nil)
        #expect(consent != nil)
    }

    @Test func rootsComeFromManifestsOfSimulatedPlatformsAlone() throws {
        let consent = try #require(consent)
        let (milan, genoa) = (try platform().root, try platform(.genoa).root)
        var values = manifest([milan, genoa]).referenceValues
        #expect(try SimulatedAnchors(values, consent)?.snp.products.count == 2)
        let path = ManifestPath().key("ReferenceValues").key("snp").index(0).key("InsecureRoots")
        #expect(throws: SimulationError.root(path)) { try SimulatedAnchors(manifest([]).referenceValues, consent) }
        #expect(throws: SimulationError.root(path.index(0))) {
            try SimulatedAnchors(manifest(["00"]).referenceValues, consent)
        }
        values.snp.append(SNPReferenceValues(platform: "Metal-QEMU-SNP"))
        #expect(throws: SimulationError.mixed) { try SimulatedAnchors(values, consent) }
        values.snp.removeFirst()
        #expect(try SimulatedAnchors(values, consent) == nil)
        let other = try SimulatedSNPPlatform(
            .milan, notBefore: SNPFixture.start, notAfter: SNPFixture.end, rsaBits: 2048)
        #expect(throws: SimulationError.conflict(path)) {
            try SimulatedAnchors(manifest([milan, other.root]).referenceValues, consent)
        }
    }
}

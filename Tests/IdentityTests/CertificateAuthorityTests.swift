// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import IR
import Identity
import SimulatedPlatform
import Testing

struct CertificateAuthorityTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private func authority() throws -> CertificateAuthority {
        let engine = try SeedEngine(seed: secret(Array(0..<64)), salt: secret(Array(100..<132)))
        return try CertificateAuthority(
            rootKey: engine.rootKey, meshKey: ECDSAPrivateKey(p384From: secret(Array(7..<71))))
    }

    private func leaf(_ names: [String], extensions: [CertificateExtension] = []) throws -> CertificateAuthority.Leaf {
        CertificateAuthority.Leaf(
            spki: try ECDSAPrivateKey(generating: .p256).spki, names: names.compactMap(SubjectName.init),
            fallbackName: String(repeating: "ab", count: 32), extensions: extensions)
    }

    private func issue(_ leaf: CertificateAuthority.Leaf) throws -> [Certificate] {
        try PEMFile(try authority().issue(leaf, at: Self.now, policy: .standard)).certificates
    }

    @Test func certificatesOfTheAuthorityAreTheSameBytesEachTime() throws {
        let (first, second) = (try authority(), try authority())
        #expect(first.root == second.root)
        #expect(first.intermediate == second.intermediate)
        #expect(first.mesh == second.mesh)
        #expect(first.mesh != first.intermediate)
    }

    @Test func pathsEndAtTheRootAndAtTheMeshCA() throws {
        let authority = try authority()
        let chain = try issue(leaf(["web", "*"]))
        #expect(chain.count == 2)
        let (certificate, intermediate) = (chain[0], chain[1])
        let paths = [(chain, authority.root), ([certificate], authority.mesh)]
        for (path, anchor) in paths {
            #expect(throws: Never.self) {
                try CertificatePath.validate(
                    path, root: try Certificate(der: anchor), algorithm: .ecdsaWithSHA384, at: Self.now)
            }
        }
        #expect(try Certificate(der: authority.root).commonName == "system:coordinator:root")
        #expect(intermediate.commonName == "system:coordinator:intermediate")
        #expect(intermediate.isAuthority)
        #expect(!certificate.isAuthority)
        #expect(try Certificate(der: authority.mesh).subject == intermediate.subject)
        #expect(certificate.notBefore.seconds == Self.now.seconds - 3600)
        #expect(certificate.notAfter.seconds == Self.now.seconds + 365 * 86_400)
    }

    @Test func pathLengthsAllowNoFurtherAuthority() throws {
        let authority = try authority()
        func constraints(_ der: [UInt8]) throws -> [UInt8]? { try Certificate(der: der).extension("2.5.29.19")?.value }
        #expect(try constraints(authority.root) == [0x30, 6, 1, 1, 0xFF, 2, 1, 1])
        #expect(try constraints(authority.intermediate) == [0x30, 6, 1, 1, 0xFF, 2, 1, 0])
        #expect(try constraints(authority.mesh) == [0x30, 6, 1, 1, 0xFF, 2, 1, 0])
    }

    @Test(arguments: [
        (["web", "*"], "web"), (["10.0.0.1", "spiffe://a/b"], String(repeating: "ab", count: 32)),
        ([], String(repeating: "ab", count: 32)), (["*"], "*"),
        ([String(repeating: "a", count: 60) + ".example", "short"], "short"),
    ])
    func everyNameSetGivesACertificate(_ names: [String], _ commonName: String) throws {
        let certificate = try issue(leaf(names))[0]
        #expect(certificate.commonName == commonName)
        #expect((certificate.extension("2.5.29.17") == nil) == names.isEmpty)
    }

    @Test func serialNumbersDiffer() throws {
        let leaf = try leaf(["web"])
        #expect(try issue(leaf)[0].serial != issue(leaf)[0].serial)
    }

    @Test func theWorkloadSecretIDCanBeReadBack() throws {
        let certificate = try issue(leaf(["web"], extensions: [.workloadSecretID("apps/v1/Ü")]))[0]
        #expect(certificate.extension("1.3.9901.3.1")?.value.prefix(2) == [0x04, 10])
        #expect(CertificateExtension.workloadSecretID(in: certificate) == "apps/v1/Ü")
        #expect(CertificateExtension.workloadSecretID(in: try issue(leaf(["web"]))[0]) == nil)
        let broken = CertificateExtension(CertificateExtension.workloadSecretIDOID, [0x04, 1, 0xFF])
        #expect(CertificateExtension.workloadSecretID(in: try issue(leaf(["web"], extensions: [broken]))[0]) == nil)
    }

    @Test(arguments: [
        ("web", SubjectName.dns("web")), ("*.web.svc", .dns("*.web.svc")), ("*", .dns("*")),
        ("10.0.0.1", .address([10, 0, 0, 1])),
        ("::1", .address([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        ("::ffff:10.0.0.1", .address([10, 0, 0, 1])), ("spiffe://td/web", .uri("spiffe://td/web")),
        ("urn:a", .uri("urn:a")), ("a_b-c.d", .dns("a_b-c.d")),
    ])
    func readsNames(_ text: String, _ name: SubjectName) {
        #expect(SubjectName(text) == name)
    }

    @Test(arguments: [
        "", " ", "a b", "a\0b", "wéb", "a..b", ".a", "-a", "a-", "a.*", ":x", "1:2", "a:", "fe80::1%eth0",
        String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "aa",
    ])
    func refusesNames(_ text: String) {
        #expect(SubjectName(text) == nil)
    }

    @Test func policiesHaveBounds() {
        #expect(CertificatePolicy(leafLifetime: 599) == nil)
        #expect(CertificatePolicy(leafLifetime: 3651 * CertificatePolicy.day) == nil)
        #expect(CertificatePolicy(leafLifetime: 15 * CertificatePolicy.minute)?.leafLifetime == 900)
    }

    @Test(arguments: [(0.0, 2000), (1.0, 2300), (0.5, 2150), (7.0, 2300), (-1.0, 2000)])
    func renewalComesAfterTwoThirds(_ jitter: Double, _ seconds: Int64) {
        let (start, end) = (Self.now.seconds - CertificatePolicy.backdating, Self.now.seconds + 3000)
        let delay = CertificatePolicy.renewalDelay(
            notBefore: Timestamp(seconds: start), notAfter: Timestamp(seconds: end), jitter: jitter)
        #expect(delay == seconds)
    }

    /// The hour before the issue is no part of its life: of ten minutes, two thirds are still to come.
    @Test(arguments: [(600, 400), (30, 60), (0, 60), (-7200, 60)] as [(Int64, Int64)])
    func renewalIsNeverInThePast(_ life: Int64, _ seconds: Int64) {
        let start = Timestamp(seconds: Self.now.seconds - CertificatePolicy.backdating)
        let end = Timestamp(seconds: Self.now.seconds + life)
        #expect(CertificatePolicy.renewalDelay(notBefore: start, notAfter: end, jitter: 0) == seconds)
        let (low, high) = (Timestamp(seconds: .min), Timestamp(seconds: .max))
        #expect(CertificatePolicy.renewalDelay(notBefore: low, notAfter: high, jitter: 1) == 60)
        #expect(CertificatePolicy.renewalDelay(notBefore: high, notAfter: low, jitter: 1) == 60)
    }

    @Test func claimsOfAReportHaveTheirNumbers() throws {
        let platform = try SimulatedSNPPlatform(
            .milan, notBefore: Timestamp(seconds: Self.now.seconds - 3600),
            notAfter: Timestamp(seconds: Self.now.seconds + 3600), rsaBits: 2048)
        var values = SNPReferenceValues(platform: "Metal-QEMU-SNP-Insecure", productName: "Milan")
        values.trustedMeasurement = String(repeating: "11", count: 48)
        let evidence = try platform.attest(
            as: values, hostData: [UInt8](repeating: 0x22, count: 32), reportData: [UInt8](repeating: 0x33, count: 64))
        var anchors = SNPTrustAnchors([:])
        let root = try #require(platform.endorsements.root)
        anchors.products[.milan] = SNPTrustAnchors.Product(ark: root)
        var trace = Trace()
        let genuine = try SNPVerifier(anchors: anchors, time: Self.now).verify(
            evidence.report, evidence.endorsements, trace: &trace)
        let claims = CertificateExtension.claims(of: genuine)
        #expect(claims.count == 46)
        func value(_ number: Int) -> [UInt8]? { claims.first { $0.oid == "1.3.9901.2.1.\(number)" }?.value }
        #expect(value(1) == [2, 1, 5])
        #expect(value(5) == [1, 1, 0])
        #expect(value(7) == [1, 1, 0xFF])
        #expect(value(21) == [4, 64] + [UInt8](repeating: 0x33, count: 64))
        #expect(value(22) == [4, 48] + [UInt8](repeating: 0x11, count: 48))
        #expect(value(23) == [4, 32] + [UInt8](repeating: 0x22, count: 32))
        #expect(value(46) == [2, 2, 0, 255])
        let certificate = try issue(leaf(["web"], extensions: claims))[0]
        #expect(certificate.extension("1.3.9901.2.1.23")?.value == value(23))
    }
}

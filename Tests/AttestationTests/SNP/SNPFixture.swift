// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import Measurement
import SimulatedPlatform
import Testing

/// A report of a made-up chip that is genuine and meets its manifest; tests change one thing of it.
struct SNPFixture {
    static let start = Timestamp(seconds: 1_700_000_000)
    static let now = Timestamp(seconds: 1_750_000_000)
    static let end = Timestamp(seconds: 1_800_000_000)
    static let policyHash = String(repeating: "ab", count: 32)

    var authority: SNPAuthority
    var template = SNPReportTemplate()
    var entry: SNPReferenceValues
    var manifest: Manifest
    /// In place of what the authority has made.
    var endorsements: SNPEndorsements?
    var revocationLists: [RevocationList]?
    var time = Self.now
    var reportData: [UInt8]?
    var policy = ExpectedPolicy.any

    init(_ product: SNPProduct = .milan, vlek: Bool = false, version: UInt32 = 3) throws {
        let chip = (0..<product.chipIDSize).map { UInt8($0 + 1) }
        let tcb = SNPTCBVersion(
            fmc: product == .turin ? 1 : nil, bootloader: 4, tee: 2, snp: 24, microcode: 219)
        authority = try SNPAuthority(
            product, owner: vlek ? .provider("Example Cloud") : .chip(chip), tcb: tcb, keys: Self.keys(),
            notBefore: Self.start, notAfter: Self.end)
        template.version = version
        template.policy = GuestPolicy().abiValue
        template.signatureAlgorithm = 1
        template.platformInfo = 0x25
        template.flags = vlek ? 1 << 2 : 0
        template.reportData = (0..<64).map { UInt8($0) }
        template.measurement = [UInt8](repeating: 0x11, count: 48)
        template.hostData = [UInt8](repeating: 0xAB, count: 32)
        template.reportID = [UInt8](repeating: 0x22, count: 32)
        template.migrationAgentReportID = [UInt8](repeating: 0xFF, count: 32)
        template.chipID = vlek ? [] : chip
        if version >= 3 {
            template.cpuid =
                switch product {
                case .milan: [0x19, 0x01, 0x01]
                case .genoa: [0x19, 0x11, 0x01]
                case .turin: [0x1A, 0x02, 0x01]
                }
        }
        template.current = [21, 55, 1]
        template.committed = [21, 55, 1]
        entry = SNPReferenceValues(
            platform: "Metal-QEMU-SNP", productName: product.rawValue,
            trustedMeasurement: String(repeating: "11", count: 48),
            minimumTCB: MinimumTCB(bootloaderVersion: 4, teeVersion: 2, snpVersion: 24, microcodeVersion: 219),
            platformInfo: PlatformInfo(smtEnabled: true))
        manifest = Manifest(policies: [Self.policyHash: PolicyEntry(sans: ["web"])])
        setTCB(tcb)
        try signIDBlock()
    }

    /// All four versions of the report.
    mutating func setTCB(_ tcb: SNPTCBVersion) {
        template.currentTCB = tcb.raw
        template.reportedTCB = tcb.raw
        template.committedTCB = tcb.raw
        template.launchTCB = tcb.raw
    }

    mutating func signIDBlock() throws {
        let digest = try #require(LaunchDigest(template.measurement))
        template.idKeyDigest = try #require(IDBlock(launchDigest: digest, policy: template.policy).signed).keyDigest
    }

    private static func keys() throws -> SNPAuthority.Keys {
        SNPAuthority.Keys(
            root: try TestKeys.key(.rsa(bits: 2048), 0), intermediate: try TestKeys.key(.rsa(bits: 2048), 1),
            endorsement: try SigningKey(.p384))
    }

    func currentEndorsements() throws -> SNPEndorsements {
        let (key, intermediate, root) = try authority.certificates()
        return SNPEndorsements(
            endorsementKey: key, intermediate: intermediate, root: root,
            revocationLists: try revocationLists
                ?? [authority.revocationList(thisUpdate: Self.start, nextUpdate: Self.end)])
    }

    /// Whether the report is genuine, and then whether it meets the manifest.
    func verify(_ bytes: [UInt8]? = nil, anchors: SNPTrustAnchors? = nil, trace: inout Trace) throws
        -> AcceptedSNPReport
    {
        let verifier = SNPVerifier(anchors: try anchors ?? authority.anchors(), time: time)
        let genuine = try verifier.verify(
            try bytes ?? authority.sign(template), try endorsements ?? currentEndorsements(), trace: &trace)
        var manifest = manifest
        if manifest.referenceValues.isEmpty { manifest.referenceValues.snp = [entry] }
        return try verifier.accept(
            genuine, Expectation(manifest: manifest, policy: policy, reportData: reportData), trace: &trace)
    }

    /// The rules that fail, with the fields that they fail in.
    func failures(_ bytes: [UInt8]? = nil, anchors: SNPTrustAnchors? = nil) throws -> [SNPFailure] {
        var trace = Trace()
        do {
            _ = try verify(bytes, anchors: anchors, trace: &trace)
            return []
        } catch let failure as VerificationFailure {
            return failure.steps.map { SNPFailure($0.rule, $0.shortfall?.field ?? "", $0.shortfall?.origin?.text) }
        }
    }
}

/// Why a report is refused, as tests expect it.
struct SNPFailure: Equatable, CustomStringConvertible {
    var rule: Rule
    var field: String
    var origin: String?

    init(_ rule: Rule, _ field: String, _ origin: String? = nil) {
        self.rule = rule
        self.field = field
        self.origin = origin
    }

    var description: String { "\(rule.id) \(field) \(origin ?? "")" }
}

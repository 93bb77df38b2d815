// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import Digests
package import IR
internal import Measurement

/// A made-up processor whose reports go through the same verification as those of real ones: only the root differs, and
/// that is random. For development without the hardware; it protects nothing.
///
/// It is kept as one PEM file of a workspace, so that all processes of a workspace have the same. The keys of root and
/// intermediate certificate are thrown away once they have signed.
package struct SimulatedSNPPlatform: Sendable {
    /// VCEK, ASK, ARK and a CRL.
    package let endorsements: SNPEndorsements
    let product: SNPProduct
    private let chipID: [UInt8]
    private let key: SigningKey

    /// Newer than every minimum.
    private static func tcb(_ product: SNPProduct) -> SNPTCBVersion {
        SNPTCBVersion(fmc: product == .turin ? 255 : nil, bootloader: 255, tee: 255, snp: 255, microcode: 255)
    }

    /// Makes a new one; that takes a moment for the RSA keys.
    ///
    /// - Parameters:
    ///   - notBefore: from when certificates and CRL are good.
    ///   - notAfter: until when.
    ///   - bits: of the RSA keys; AMD's have 4096.
    package init(_ product: SNPProduct, notBefore: Timestamp, notAfter: Timestamp, rsaBits bits: Int = 4096) throws {
        let chip = (0..<product.chipIDSize).map { _ in UInt8.random(in: 1...255) }
        let authority = try SNPAuthority(
            product, owner: .chip(chip), tcb: Self.tcb(product), keys: SNPAuthority.Keys(rsaBits: bits),
            notBefore: notBefore, notAfter: notAfter)
        let (endorsement, intermediate, root) = try authority.certificates()
        let list = try authority.revocationList(thisUpdate: notBefore, nextUpdate: notAfter)
        self.product = product
        chipID = chip
        key = authority.keys.endorsement
        endorsements = SNPEndorsements(
            endorsementKey: endorsement, intermediate: intermediate, root: root, revocationLists: [list])
    }

    /// Reads what `pem` has written.
    package init(pem: [UInt8]) throws {
        let malformed = SigningError(operation: "reading")
        var (key, certificates) = (SigningKey?.none, [UInt8]())
        try PEM.read(pem, malformed: malformed) { (block) throws(SigningError) in
            if block.label == "PRIVATE KEY" {
                guard key == nil else { throw malformed }
                key = try SigningKey(pkcs8: block.der)
            } else {
                certificates += PEMWriter.block(block.label, block.der).utf8
            }
        }
        var endorsements = SNPEndorsements()
        endorsements.add(try PEMFile(certificates))
        guard let key, let certificate = endorsements.endorsementKey, certificate.publicKey.spki == key.spki,
            case .chip(let chip) = try SNPEndorsementKey(certificate).owner, endorsements.root != nil
        else { throw malformed }
        self.key = key
        self.endorsements = endorsements
        product = try SNPEndorsementKey(certificate).product
        chipID = chip
    }

    /// The private key, the certificates and the CRL: a secret as far as anything simulated is.
    package func pem() throws(SigningError) -> SecretBytes {
        let certificates = [endorsements.endorsementKey, endorsements.intermediate, endorsements.root]
        var text = certificates.compactMap { $0?.der }.map { PEMWriter.block("CERTIFICATE", $0) }.joined()
        text += endorsements.revocationLists.map { PEMWriter.block("X509 CRL", $0.der) }.joined()
        let key = try key.pem()
        return key.withBytes { bytes in
            var all = Array(bytes) + Array(text.utf8)
            defer { all.withUnsafeMutableBytes { for index in $0.indices { $0[index] = 0 } } }
            return all.withUnsafeBytes { SecretBytes(copying: $0) }
        }
    }

    /// DER of the root in hexadecimal, as the entry of a simulated platform lists it under `InsecureRoots`.
    package var root: String { Hex.text(endorsements.root?.der ?? []) }

    /// Evidence of a guest that was launched as an entry of a manifest wants it.
    ///
    /// - Parameters:
    ///   - hostData: SHA-256 of the guest's initdata document, 32 bytes.
    ///   - reportData: 64 bytes that bind the evidence to a request.
    package func attest(
        as entry: SNPReferenceValues, hostData: [UInt8], reportData: [UInt8]
    ) throws(SigningError) -> SNPAttestation {
        let tcb = Self.tcb(product).raw
        var template = SNPReportTemplate()
        template.version = 5
        template.policy = entry.guestPolicy.abiValue
        template.signatureAlgorithm = 1
        template.currentTCB = tcb
        template.platformInfo = entry.platformInfo.abiValue
        template.reportData = reportData
        template.measurement = Hex.decode(entry.trustedMeasurement) ?? []
        template.hostData = hostData
        template.migrationAgentReportID = [UInt8](repeating: 0xFF, count: 32)
        template.reportedTCB = tcb
        template.cpuid =
            switch product {
            case .milan: [0x19, 0x01, 0]
            case .genoa: [0x19, 0x11, 0]
            case .turin: [0x1A, 0x02, 0]
            }
        template.chipID = chipID
        template.committedTCB = tcb
        template.launchTCB = tcb
        template.launchMitigations = .max
        template.currentMitigations = .max
        return SNPAttestation(report: try key.sign(template), endorsements: endorsements)
    }
}

extension SigningKey {
    /// A report with the signature of this key.
    package func sign(_ template: SNPReportTemplate) throws(SigningError) -> [UInt8] {
        var template = template
        let (r, s) = try signRaw(Array(template.bytes.prefix(SNPReport.signedSize)))
        let padding = [UInt8](repeating: 0, count: 24)
        template.signature = r.reversed() + padding + s.reversed() + padding
        return template.bytes
    }
}

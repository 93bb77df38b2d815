// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import Digests
package import IR

/// A platform with TDX and the authority behind it: signs quotes and all that Intel publishes about them. The defaults
/// verify; each part can be changed before it is signed.
package struct SimulatedTDXPlatform: Sendable {
    package var rootKey: SigningKey
    package var caKey: SigningKey
    package var pckKey: SigningKey
    package var signerKey: SigningKey
    package var attestationKey: SigningKey

    package var root: CertificateTemplate
    package var ca: CertificateTemplate
    package var pck: CertificateTemplate
    package var signer: CertificateTemplate
    package var rootList: RevocationListTemplate
    package var caList: RevocationListTemplate

    package var pckExtension: PCKExtension
    package var enclave = SimulatedQuotingEnclave()
    package var authenticationData: [UInt8] = Array(0..<32)
    package var tcbInfo: JSONValue
    package var qeIdentity: JSONValue

    package static let rootName = "Simulated Root CA"
    package static let caName = "Intel SGX PCK Platform CA"
    private static let pckName = "Intel SGX PCK Certificate"
    private static let signerName = "Intel SGX TCB Signing"

    /// - Parameters:
    ///   - notBefore: from when certificates, CRLs and documents are good.
    ///   - notAfter: until when.
    package init(notBefore: Timestamp, notAfter: Timestamp) throws(SigningError) {
        rootKey = try SigningKey(.p256)
        caKey = try SigningKey(.p256)
        pckKey = try SigningKey(.p256)
        signerKey = try SigningKey(.p256)
        attestationKey = try SigningKey(.p256)
        func template(
            _ serial: UInt64, _ issuer: String, _ subject: String, _ key: SigningKey, _ extensions: [[UInt8]]
        ) -> CertificateTemplate {
            CertificateTemplate(
                serial: serial, issuer: issuer, subject: subject, notBefore: notBefore, notAfter: notAfter,
                spki: key.spki, extensions: extensions)
        }
        root = template(1, Self.rootName, Self.rootName, rootKey, CertificateTemplate.authority(pathLength: 1))
        ca = template(2, Self.rootName, Self.caName, caKey, CertificateTemplate.authority(pathLength: 0))
        pck = template(3, Self.caName, Self.pckName, pckKey, [])
        signer = template(4, Self.rootName, Self.signerName, signerKey, [])
        rootList = RevocationListTemplate(issuer: Self.rootName, thisUpdate: notBefore, nextUpdate: notAfter)
        caList = RevocationListTemplate(issuer: Self.caName, thisUpdate: notBefore, nextUpdate: notAfter)
        pckExtension = PCKExtension(
            ppid: [UInt8](repeating: 0x99, count: 16), componentSVNs: [3, 3, 2] + [UInt8](repeating: 0, count: 13),
            pceSVN: 11, cpuSVN: [3, 3, 2] + [UInt8](repeating: 0, count: 13), pceID: [0, 0],
            fmspc: [0x50, 0x51, 0x4D, 0, 0, 0], sgxType: .scalableWithIntegrity,
            platformInstanceID: [UInt8](repeating: 0x71, count: 16),
            configuration: PCKExtension.Configuration(dynamicPlatform: false, cachedKeys: true, smtEnabled: false))
        tcbInfo = SimulatedCollateral.tcbInfo(
            issued: notBefore, nextUpdate: notAfter, fmspc: pckExtension.fmspc, pceID: pckExtension.pceID,
            modules: [
                SimulatedCollateral.module("TDX_01", levels: [SimulatedCollateral.enclaveLevel(.upToDate, isvSVN: 5)])
            ],
            levels: [SimulatedCollateral.platformLevel(.upToDate, sgx: [3, 3, 2], pceSVN: 11, tdx: [5, 0, 3])])
        qeIdentity = SimulatedCollateral.qeIdentity(
            issued: notBefore, nextUpdate: notAfter, enclave: enclave,
            levels: [SimulatedCollateral.enclaveLevel(.upToDate, isvSVN: 4)])
    }

    /// DER of the root's certificate.
    package func rootDER() throws(SigningError) -> [UInt8] { try root.signed(by: rootKey, .intel) }

    package func verifier(at time: Timestamp, accepting statuses: Set<TCBStatus> = [.upToDate]) throws -> TDXVerifier {
        TDXVerifier(roots: [try Certificate(der: rootDER())], time: time, acceptedStatuses: statuses)
    }

    /// DER of the PCK certificate, its CA and the root.
    package func pckChain() throws(SigningError) -> [[UInt8]] {
        var pck = pck
        pck.extensions.append(CertificateTemplate.extension(PCKExtension.oid, pckExtension.der))
        return [try pck.signed(by: caKey, .intel), try ca.signed(by: rootKey, .intel), try rootDER()]
    }

    package func collateral() throws(SigningError) -> TDXCollateral {
        TDXCollateral(
            rootCRL: try rootList.signed(by: rootKey, .intel), pckCRL: try caList.signed(by: caKey, .intel),
            tcbInfo: try signed(tcbInfo), qeIdentity: try signed(qeIdentity))
    }

    /// A document with its signature and the chain of its signer.
    package func signed(_ document: JSONValue) throws(SigningError) -> TDXCollateral.SignedDocument {
        let bytes = JSONPrinter.print(document)
        let chain = [try signer.signed(by: rootKey, .intel), try rootDER()]
        return TDXCollateral.SignedDocument(
            bytes: bytes, signature: try signerKey.signConcatenated(bytes), issuerChain: PEMWriter.certificates(chain))
    }

    /// A quote as a quoting service gives it.
    ///
    /// - Parameter version: 4 or 5; only 5 can hold a report of TDX 1.5.
    package func quote(_ td: SimulatedTD, version: UInt16 = 4) throws(SigningError) -> [UInt8] {
        try SimulatedQuote(td, version: version, on: self).bytes
    }
}

/// The parts of a quote, joined on request.
package struct SimulatedQuote: Sendable {
    package var signedBytes: [UInt8]
    package var signature: [UInt8]
    package var attestationKey: [UInt8]
    package var qeReport: [UInt8]
    package var qeReportSignature: [UInt8]
    package var authenticationData: [UInt8]
    package var certificateChain: [UInt8]

    /// Intel's, as a quoting enclave's vendor.
    private static let vendor: [UInt8] = [
        0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07,
    ]

    package init(
        _ td: SimulatedTD, version: UInt16, on platform: SimulatedTDXPlatform
    ) throws(SigningError) {
        var bytes = version.littleEndianBytes + [2, 0, 0x81, 0, 0, 0, 0, 0, 0, 0] + Self.vendor
        bytes += [UInt8](repeating: 0, count: 20)
        if version == 5 {
            bytes += td.version.bodyType.littleEndianBytes + UInt32(td.bytes.count).littleEndianBytes
        }
        signedBytes = bytes + td.bytes
        attestationKey = platform.attestationKey.point
        authenticationData = platform.authenticationData
        qeReport = platform.enclave.bytes(
            reportData: SHA256.digest(attestationKey + authenticationData) + [UInt8](repeating: 0, count: 32))
        signature = try platform.attestationKey.signConcatenated(signedBytes)
        qeReportSignature = try platform.pckKey.signConcatenated(qeReport)
        certificateChain = PEMWriter.certificates(try platform.pckChain())
    }

    package var bytes: [UInt8] {
        func sized(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
            type.littleEndianBytes + UInt32(content.count).littleEndianBytes + content
        }
        var certified = qeReport + qeReportSignature
        certified += UInt16(authenticationData.count).littleEndianBytes + authenticationData
        certified += sized(5, certificateChain)
        let data = signature + attestationKey + sized(6, certified)
        return signedBytes + UInt32(data.count).littleEndianBytes + data
    }
}

extension SigningKey {
    /// X and Y of the point, big-endian.
    package var point: [UInt8] { Array(spki.suffix(64)) }

    /// r and s, big-endian.
    package func signConcatenated(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        let (r, s) = try signRaw(message)
        return r + s
    }
}

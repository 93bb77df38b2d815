// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Why a file is no endorsement.
package enum EndorsementError: Error, Sendable, Equatable {
    case certificate(CertificateError)
    /// JSON that is no collateral; why.
    case collateral(String)
}

extension EndorsementError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificate(let error): "expected certificates or CRLs in PEM or DER, or collateral in JSON: \(error)"
        case .collateral(let reason): "expected collateral of Intel in JSON: \(reason)"
        }
    }
}

/// Endorsements that come as files, in any order: each says by itself what it is.
package struct EndorsementFiles: Sendable {
    package private(set) var snp = SNPEndorsements()
    private var collateral: TDXCollateral?
    /// Answers of Intel's service, by their member.
    private var answers: [String: [UInt8]] = [:]
    /// The file with the certificate that signs such answers.
    private var issuerChain: [UInt8] = []

    private static let documents = ["tcbInfo", "enclaveIdentity"]
    private static let signerName = "Intel SGX TCB Signing"

    package init() {}

    /// Takes a file of certificates or CRLs in PEM or DER; or of JSON: all collateral, or one answer of Intel's service.
    package mutating func add(_ bytes: [UInt8]) throws(EndorsementError) {
        if bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") {
            return try addJSON(bytes)
        }
        do throws(CertificateError) {
            let file = try PEMFile(bytes)
            snp.add(file)
            if file.certificates.contains(where: { $0.commonName == Self.signerName }) { issuerChain = bytes }
        } catch {
            throw .certificate(error)
        }
    }

    private mutating func addJSON(_ bytes: [UInt8]) throws(EndorsementError) {
        let object: JSONObject?
        do throws(JSONError) {
            object = try JSONParser.parse(bytes).object
        } catch {
            throw .collateral("it is not JSON: \(error.message)")
        }
        if let member = Self.documents.first(where: { object?[$0] != nil }) {
            answers[member] = bytes
            return
        }
        do throws(CollateralError) {
            collateral = try TDXCollateral(json: bytes)
        } catch {
            throw .collateral("\(error)")
        }
    }

    /// Collateral for a quote: from one file, else put together from its parts; `nil` when a part is missing.
    ///
    /// - Parameter roots: whose CRL is that of the root.
    package func tdx(roots: [Certificate] = IntelRoot.certificates) throws(EndorsementError) -> TDXCollateral? {
        if let collateral { return collateral }
        let roots = roots.map(\.subject)
        guard let tcbInfo = try document("tcbInfo"), let qeIdentity = try document("enclaveIdentity"),
            let rootCRL = snp.revocationLists.last(where: { roots.contains($0.issuer) }),
            let pckCRL = snp.revocationLists.last(where: { !roots.contains($0.issuer) })
        else { return nil }
        return TDXCollateral(rootCRL: rootCRL.der, pckCRL: pckCRL.der, tcbInfo: tcbInfo, qeIdentity: qeIdentity)
    }

    private func document(_ member: String) throws(EndorsementError) -> TDXCollateral.SignedDocument? {
        guard let answer = answers[member] else { return nil }
        do throws(CollateralError) {
            return try TDXCollateral.SignedDocument(response: answer, member: member, issuerChain: issuerChain)
        } catch {
            throw .collateral("\(error)")
        }
    }
}

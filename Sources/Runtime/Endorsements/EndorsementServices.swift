// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import IR

/// Where AMD and Intel publish endorsements: AMD's Key Distribution Service (AMD 57230, chapter 4) and Intel's
/// Provisioning Certification Service (API version 4).
package struct EndorsementServices: Sendable {
    package var amd = "https://kdsintf.amd.com"
    package var intel = "https://api.trustedservices.intel.com"
    package var intelCertificates = "https://certificates.trustedservices.intel.com"

    private static let certificateLimit = Certificate.sizeLimit
    private static let documentLimit = 2 << 20
    private static let listLimit = 4 << 20

    package init() {}

    package enum PCKAuthority: String, Sendable {
        case platform
        case processor
    }

    /// The certificate of a chip's key for a version of its firmware, in DER.
    ///
    /// - Parameter chipID: as many bytes as the product has.
    package func vcek(_ product: SNPProduct, chipID: [UInt8], tcb: SNPTCBVersion) -> EndorsementRequest {
        let fields = tcb.components.map { component in
            let digits = String(component.value)
            return "\(component.name)=\(digits.count < 2 ? "0" : "")\(digits)"
        }
        return EndorsementRequest(
            base: amd, target: "/vcek/v1/\(product.rawValue)/\(Hex.text(chipID))?\(fields.joined(separator: "&"))",
            sizeLimit: Self.certificateLimit, isRevalidated: false)
    }

    /// The root's CRL, in DER.
    package func revocationList(_ product: SNPProduct, _ key: SNPReport.SigningKey) -> EndorsementRequest {
        EndorsementRequest(
            base: amd, target: "/\(key == .vlek ? "vlek" : "vcek")/v1/\(product.rawValue)/crl",
            sizeLimit: Self.listLimit, isRevalidated: true)
    }

    package func tcbInfo(fmspc: [UInt8]) -> EndorsementRequest {
        EndorsementRequest(
            base: intel, target: "/tdx/certification/v4/tcb?fmspc=\(Hex.text(fmspc))",
            sizeLimit: Self.documentLimit, issuerChainField: "tcb-info-issuer-chain", isRevalidated: true)
    }

    package var qeIdentity: EndorsementRequest {
        EndorsementRequest(
            base: intel, target: "/tdx/certification/v4/qe/identity",
            sizeLimit: Self.documentLimit, issuerChainField: "sgx-enclave-identity-issuer-chain", isRevalidated: true)
    }

    /// In DER.
    package func revocationList(_ authority: PCKAuthority) -> EndorsementRequest {
        EndorsementRequest(
            base: intel, target: "/sgx/certification/v4/pckcrl?ca=\(authority.rawValue)&encoding=der",
            sizeLimit: Self.listLimit, isRevalidated: true)
    }

    /// In DER.
    package var rootRevocationList: EndorsementRequest {
        EndorsementRequest(
            base: intelCertificates, target: "/IntelSGXRootCA.der", sizeLimit: Self.listLimit, isRevalidated: true)
    }
}

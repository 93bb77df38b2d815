// SPDX-License-Identifier: Apache-2.0

/// The rules by which a quote and its collateral are judged, whatever a manifest says.
package enum TDXRules {
    private static let quoteClause = "TDX DCAP Quoting Library API, appendices A.3 and A.4"
    private static let pckClause = "SGX PCK Certificate and CRL Profile 1.5"
    private static let pcsClause = "Intel PCS API v4"
    private static let infoClause = "\(pcsClause), TCB info version 3"
    private static let identityClause = "\(pcsClause), enclave identity version 2"
    private static let tdxBaseClause = "TDX Module Base Architecture, TD attributes and XFAM"

    package static let quoteFormat = Rule(
        "tdx.quote.format", "the quote is a TDX quote of version 4 or 5 and nothing else", clause: quoteClause)
    package static let quoteVendor = Rule(
        "tdx.quote.vendor", "the quoting enclave is one of Intel's", clause: "\(quoteClause), QE Vendor ID")
    package static let quoteReserved = Rule(
        "tdx.quote.reserved", "reserved bytes of the header are zero", clause: quoteClause)
    package static let quoteSignature = Rule(
        "tdx.quote.signature", "the attestation key signed header and body", clause: quoteClause)

    package static let pckChain = Rule(
        "tdx.pck.chain", "the quote holds a PCK certificate, its CA and the root", clause: "\(pckClause), section 1.3")
    package static let pckRoot = Rule(
        "tdx.pck.root", "the chain of the PCK certificate ends at the pinned root",
        clause: "\(pckClause), section 1.3.1")
    package static let pckPath = Rule(
        "tdx.pck.path", "the path from the PCK certificate to the root is valid", clause: "RFC 5280, section 6.1")
    package static let pckExtension = Rule(
        "tdx.pck.extension", "the PCK certificate describes its platform", clause: "\(pckClause), section 1.3.5")
    package static let rootCRL = Rule(
        "tdx.crl.root", "the root has not revoked the CA of the PCK certificate", clause: "RFC 5280, section 6.3")
    package static let pckCRL = Rule(
        "tdx.crl.pck", "the CA has not revoked the PCK certificate", clause: "RFC 5280, section 6.3")

    package static let qeSignature = Rule(
        "tdx.qe.signature", "the platform's PCK signed the report of the quoting enclave", clause: quoteClause)
    package static let qeBinding = Rule(
        "tdx.qe.binding", "the quoting enclave reports the attestation key",
        clause: "\(quoteClause), QE Report Certification Data")
    package static let qeSigner = Rule(
        "tdx.qe.signer", "Intel's key signed the quoting enclave", clause: identityClause)
    package static let qeProduct = Rule("tdx.qe.product", "the enclave is the quoting enclave", clause: identityClause)
    package static let qeMiscSelect = Rule(
        "tdx.qe.misc-select", "the quoting enclave has the extended features of its identity", clause: identityClause)
    package static let qeAttributes = Rule(
        "tdx.qe.attributes", "the quoting enclave has the attributes of its identity, among them no debugging",
        clause: identityClause)
    package static let qeLevel = Rule(
        "tdx.qe.level", "the quoting enclave meets a TCB level", clause: identityClause)

    package static let fmspc = Rule(
        "tdx.tcb-info.fmspc", "the TCB info is of the platform's family", clause: infoClause)
    package static let pceID = Rule(
        "tdx.tcb-info.pce-id", "the TCB info is of the platform's provisioning enclave", clause: infoClause)
    package static let module = Rule(
        "tdx.module.identity", "the TDX module is one that the TCB info describes",
        clause: "\(infoClause), tdxModuleIdentities")
    package static let moduleLevel = Rule(
        "tdx.module.level", "the TDX module meets a TCB level",
        clause: "\(infoClause), tdxModuleIdentities")
    package static let platformLevel = Rule(
        "tdx.platform.level", "the platform meets a TCB level", clause: "\(infoClause), tcbLevels")
    package static let tcbStatus = Rule(
        "tdx.tcb.status", "the status of the levels taken together is accepted",
        clause: "\(infoClause), tcbStatus")

    package static let debug = Rule(
        "tdx.report.debug", "the trust domain cannot be debugged", clause: "\(tdxBaseClause), ATTRIBUTES.TUD")
    package static let attributes = Rule(
        "tdx.report.attributes", "no unknown attribute of the trust domain is set", clause: tdxBaseClause)
    package static let xfam = Rule(
        "tdx.report.xfam", "x87 and SSE are on and no unknown feature is", clause: tdxBaseClause)
}

extension TDXRules {
    /// The rules for a document that Intel signs.
    package struct Document: Sendable {
        package let signerChain: Rule
        package let signerRoot: Rule
        package let signerPath: Rule
        package let signerCRL: Rule
        package let signature: Rule
        package let format: Rule
        package let validity: Rule

        fileprivate init(_ id: String, _ name: String, clause: String) {
            signerChain = Rule(
                "tdx.\(id).signer.chain", "the \(name) comes with its signer's certificate and the root", clause: clause
            )
            signerRoot = Rule(
                "tdx.\(id).signer.root", "the chain of the \(name)'s signer ends at the pinned root", clause: clause)
            signerPath = Rule(
                "tdx.\(id).signer.path", "the path from the \(name)'s signer to the root is valid",
                clause: "RFC 5280, section 6.1")
            signerCRL = Rule(
                "tdx.\(id).signer.crl", "the root has not revoked the \(name)'s signer", clause: "RFC 5280, section 6.3"
            )
            signature = Rule("tdx.\(id).signature", "the \(name) is signed", clause: clause)
            format = Rule("tdx.\(id).format", "the \(name) is of the known form", clause: clause)
            validity = Rule("tdx.\(id).validity", "the \(name) is good at the time of verification", clause: clause)
        }
    }

    package static let tcbInfo = Document("tcb-info", "TCB info", clause: infoClause)
    package static let qeIdentityDocument = Document(
        "qe-identity", "QE identity", clause: identityClause)
}

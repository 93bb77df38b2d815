// SPDX-License-Identifier: Apache-2.0

/// The rules for what a genuine quote claims of its guest and platform.
package enum TDXClaims {
    private static let report = "TDX Module ABI, TDREPORT_STRUCT"
    private static let pck = "SGX PCK Certificate and CRL Profile 1.5, section 1.3.5"

    package static let attributes = Rule(
        "tdx.claims.attributes", "SEPT_VE_DISABLE is the only attribute of the trust domain",
        clause: "\(report), ATTRIBUTES")
    package static let referenceValues = Rule(
        "tdx.claims.reference-values", "the manifest has reference values for TDX", clause: "manifest, ReferenceValues")
    package static let owner = Rule("tdx.claims.owner", "the trust domain has no owner", clause: "\(report), MROWNER")
    package static let ownerConfig = Rule(
        "tdx.claims.owner-config", "the trust domain has no configuration of an owner",
        clause: "\(report), MROWNERCONFIG")
    package static let serviceTD = Rule(
        "tdx.claims.service-td", "no service domain, such as a migration agent, is bound",
        clause: "\(report), MRSERVICETD")
    package static let seamSigner = Rule(
        "tdx.claims.seam-signer", "the TDX module is Intel's", clause: "\(report), MRSIGNERSEAM")
    package static let hostDataPadding = Rule(
        "tdx.claims.host-data-padding", "zeros follow the digest of the initdata document",
        clause: "\(report), MRCONFIGID; Kata pads the digest with zeros")
    package static let hostData = Rule(
        "tdx.claims.host-data", "the initdata document is that of a policy", clause: "\(report), MRCONFIGID")
    package static let reportData = Rule(
        "tdx.claims.report-data", "the quote was made for this connection", clause: "\(report), REPORTDATA")
    package static let mrTD = Rule("tdx.claims.mrtd", "the firmware is the expected one", clause: "\(report), MRTD")
    package static let mrSeam = Rule(
        "tdx.claims.mrseam", "the TDX module is the expected one", clause: "\(report), MRSEAM")
    package static let xfam = Rule(
        "tdx.claims.xfam", "the processor features are the expected ones", clause: "\(report), XFAM")
    package static let evaluationDataNumber = Rule(
        "tdx.claims.evaluation-data-number", "Intel's evaluation of TCBs is not older than demanded",
        clause: "Intel PCS API v4, tcbEvaluationDataNumber")
    package static let platformInstance = Rule(
        "tdx.claims.platform-instance", "the platform is one of those allowed", clause: "\(pck), Platform Instance ID")
    package static let memoryIntegrity = Rule(
        "tdx.claims.memory-integrity", "memory is protected by cryptographic integrity", clause: "\(pck), SGX Type")
    package static let smtDisabled = Rule(
        "tdx.claims.smt", "simultaneous multithreading is off", clause: "\(pck), SMT Enabled")
    package static let staticPlatform = Rule(
        "tdx.claims.static-platform", "no package can be added to the platform", clause: "\(pck), Dynamic Platform")

    /// - Parameter index: 0 to 3.
    package static func rtmr(_ index: Int) -> Rule {
        Rule(
            "tdx.claims.rtmr\(index)", "run-time measurement register \(index) is the expected one",
            clause: "\(report), RTMR")
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The rules that a report must meet to be genuine, and those by which it is compared with a manifest.
package enum SNPRules {
    private static let abi = "AMD 56860 (SEV-SNP ABI) 1.58"
    private static let kds = "AMD 57230 (VCEK certificate and KDS)"
    private static let manifest = "Contrast, manifest.json"

    package static let layout = Rule("snp.report.layout", "the report is well-formed", clause: "\(abi), table 23")
    package static let endorsementKey = Rule(
        "snp.chain.endorsement-key", "a certificate endorses the key of the report", clause: "\(kds), section 3")
    package static let product = Rule(
        "snp.report.product", "processor and certificate are of one product",
        clause: "\(abi), table 23; \(kds), section 3")
    package static let root = Rule("snp.chain.root", "the chain leads to AMD's root", clause: "\(kds), section 4")
    package static let path = Rule(
        "snp.chain.path", "every certificate of the chain is good at this time",
        clause: "RFC 5280, section 6.1; \(kds), section 3")
    package static let revocation = Rule(
        "snp.chain.revocation", "the intermediate certificate is not revoked", clause: "RFC 5280, section 6.3")
    package static let signature = Rule(
        "snp.report.signature", "the key has signed the report", clause: "\(abi), section 7.3")
    package static let signingKey = Rule(
        "snp.key.kind", "the report names the kind of key that endorses it", clause: "\(abi), table 23")
    package static let reportedTCB = Rule(
        "snp.key.tcb", "the key is that of the reported firmware", clause: "\(kds), section 3.1")
    package static let chip = Rule("snp.key.chip", "the key is that of the chip", clause: "\(kds), section 3.1")
    package static let tcbOrder = Rule(
        "snp.report.tcb", "the current firmware is the newest of the report", clause: "\(abi), section 2.2")

    package static let productName = Rule("snp.claims.product", "the product is the expected one", clause: manifest)
    package static let measurement = Rule(
        "snp.claims.measurement", "the guest was launched as expected", clause: "\(abi), section 8.17.2; \(manifest)")
    package static let guestPolicy = Rule(
        "snp.claims.guest-policy", "the guest's policy is the expected one", clause: "\(abi), table 10; \(manifest)")
    package static let platformInfo = Rule(
        "snp.claims.platform-info", "the platform has what is required and nothing that is not allowed",
        clause: "\(abi), table 24; \(manifest)")
    package static let vmpl = Rule(
        "snp.claims.vmpl", "the most privileged part of the guest has asked", clause: "\(abi), table 23")
    package static let minimumTCB = Rule(
        "snp.claims.tcb", "no firmware of the report is older than the minimum",
        clause: "\(abi), section 2.2; \(manifest)")
    package static let mitigations = Rule(
        "snp.claims.mitigations", "the required mitigations were active at launch and are",
        clause: "\(abi), table 23; \(manifest)")
    package static let chipID = Rule("snp.claims.chip-id", "the chip is one of those allowed", clause: manifest)
    package static let idBlock = Rule(
        "snp.claims.id-block", "the guest's ID block is signed by the anonymous key",
        clause: "\(abi), section 4.6; \(manifest)")
    package static let authorKey = Rule(
        "snp.claims.author-key", "no author key vouches for the ID key", clause: "\(abi), table 23")
    package static let migrationAgent = Rule(
        "snp.claims.migration-agent", "no migration agent is bound to the guest", clause: "\(abi), table 23")
    package static let referenceValues = Rule(
        "snp.claims.reference-values", "there are reference values for SEV-SNP", clause: manifest)
    package static let hostData = Rule(
        "snp.claims.host-data", "the guest runs with a policy of the manifest", clause: "\(abi), table 23; \(manifest)")
    package static let reportData = Rule(
        "snp.claims.report-data", "the report was made for this request", clause: "\(abi), table 23")
}

// SPDX-License-Identifier: Apache-2.0

import Attestation
import Testing

/// Real quotes and collateral from the directory that CONTRAST_TEST_DATA names; not part of the repository.
struct TDXVector {
    static var isThere: Bool { TestEnvironment.value("CONTRAST_TEST_DATA") != nil }
    static let skipped: Comment = "CONTRAST_TEST_DATA is not set"

    /// Relative to the attestation data.
    let name: String

    init(_ name: String) { self.name = name }

    func file(_ file: String) throws -> [UInt8] {
        try #require(TestEnvironment.data("attestation/\(name)/\(file)"))
    }

    var quote: [UInt8] { get throws { try file("quote.bin") } }

    /// Collateral that came as one file.
    var collateral: TDXCollateral { get throws { try TDXCollateral(json: file("collateral.json")) } }

    /// Collateral as answers of the PCS with the chains of their header fields.
    var collateralFromResponses: TDXCollateral {
        get throws {
            TDXCollateral(
                rootCRL: try file("root_ca_crl.der"), pckCRL: try file("pck_crl.der"),
                tcbInfo: try TDXCollateral.SignedDocument(
                    response: file("tcb_info_response.json"), member: "tcbInfo",
                    issuerChain: file("tcb_signing_chain.pem")),
                qeIdentity: try TDXCollateral.SignedDocument(
                    response: file("qe_identity_response.json"), member: "enclaveIdentity",
                    issuerChain: file("qe_identity_issuer_chain.pem")))
        }
    }
}

/// What a verification did.
struct TDXOutcome {
    var verified: GenuineTDXQuote?
    var trace: Trace

    init(
        _ quote: [UInt8], _ collateral: TDXCollateral, by verifier: TDXVerifier
    ) {
        var trace = Trace()
        verified = try? verifier.verify(quote, collateral, trace: &trace)
        self.trace = trace
    }

    /// The one rule that failed; `nil` when none or several did.
    var failedRule: Rule? {
        let rules = Set(trace.failures.map(\.rule))
        return rules.count == 1 && verified == nil ? rules.first : nil
    }

    var shortfall: Shortfall? { trace.failures.first?.shortfall }
}

extension Timestamp {
    /// A time that the test writes in a valid form; 1970 for any other, at which nothing is valid.
    static func utc(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(seconds: 0) }
}

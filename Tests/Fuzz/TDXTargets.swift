// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import IR

/// The parsers of TDX evidence. They return for every input; a crash is a finding.
enum TDXTargets {
    /// A quote as bytes or as a message. What is read is written as it was.
    static func quote(_ bytes: [UInt8]) {
        if let quote = try? TDXQuote(bytes: bytes) {
            let written = quote.bytes
            precondition(bytes.starts(with: written), "the quote is written otherwise than it was")
            precondition(bytes.dropFirst(written.count).allSatisfy { $0 == 0 }, "bytes behind the quote were lost")
            check(TDXAttestation(quote: quote))
        }
        if let attestation = try? TDXAttestation(protobuf: bytes) { check(attestation) }
    }

    private static func check(_ attestation: TDXAttestation) {
        guard let message = attestation.protobuf else {
            precondition(attestation.quote.header.version == 5, "a quote of version 4 has no message")
            return
        }
        let again = try? TDXAttestation(protobuf: message)
        precondition(again == attestation, "the message says something else")
    }

    static func collateral(_ bytes: [UInt8]) {
        _ = try? TCBInfo(json: bytes)
        _ = try? QEIdentity(json: bytes)
        if let collateral = try? TDXCollateral(json: bytes) {
            precondition(
                (try? TDXCollateral(json: collateral.json)) == collateral, "the collateral says something else")
        }
        for member in ["tcbInfo", "enclaveIdentity"] {
            guard
                let document = try? TDXCollateral.SignedDocument(response: bytes, member: member, issuerChain: [])
            else { continue }
            let value = try? JSONParser.parse(document.bytes)
            precondition(value != nil && value == (try? JSONParser.parse(bytes))?[member], "other bytes were taken")
        }
    }

    static func pckExtension(_ bytes: [UInt8]) { _ = try? PCKExtension(der: bytes) }
}

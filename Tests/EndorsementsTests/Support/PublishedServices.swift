// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR

/// What requests are answered with, by their targets without queries.
struct PublishedServices: Sendable {
    var answers: [String: LoopbackServer.Answer]

    init(answers: [String: LoopbackServer.Answer]) { self.answers = answers }

    /// What Intel publishes.
    init(_ collateral: TDXCollateral) {
        func document(_ document: TDXCollateral.SignedDocument, _ member: String, _ field: String)
            -> LoopbackServer.Answer
        {
            let chain = document.issuerChain.map { "%" + Hex.text([$0]) }.joined()
            let body =
                Array("{\"\(member)\":".utf8) + document.bytes
                + Array(",\"signature\":\"\(Hex.text(document.signature))\"}".utf8)
            return .response(status: 200, fields: [(field, chain)], body: body)
        }
        answers = [
            "/IntelSGXRootCA.der": .response(status: 200, body: collateral.rootCRL),
            "/sgx/certification/v4/pckcrl": .response(status: 200, body: collateral.pckCRL),
            "/tdx/certification/v4/tcb": document(collateral.tcbInfo, "tcbInfo", "TCB-Info-Issuer-Chain"),
            "/tdx/certification/v4/qe/identity": document(
                collateral.qeIdentity, "enclaveIdentity", "SGX-Enclave-Identity-Issuer-Chain"),
        ]
    }

    func answer(_ target: String) -> LoopbackServer.Answer {
        answers[String(target.prefix { $0 != "?" })] ?? .response(status: 404)
    }
}

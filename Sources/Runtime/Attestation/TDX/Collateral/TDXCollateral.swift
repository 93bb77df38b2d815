// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What Intel publishes of a platform and the quoting enclave, and what the verification of a quote needs beside it.
/// All of it is signed, so that it may come from anywhere; a value of this type is not verified yet.
package struct TDXCollateral: Sendable, Equatable {
    /// DER of the root's CRL.
    package var rootCRL: [UInt8]
    /// DER of the CRL of the CA that issued the PCK certificate.
    package var pckCRL: [UInt8]
    package var tcbInfo: SignedDocument
    package var qeIdentity: SignedDocument

    package init(rootCRL: [UInt8], pckCRL: [UInt8], tcbInfo: SignedDocument, qeIdentity: SignedDocument) {
        self.rootCRL = rootCRL
        self.pckCRL = pckCRL
        self.tcbInfo = tcbInfo
        self.qeIdentity = qeIdentity
    }

    /// A JSON document as Intel signs it.
    package struct SignedDocument: Sendable, Equatable {
        /// The signed bytes exactly as they came.
        package var bytes: [UInt8]
        /// r and s, big-endian, 32 bytes each.
        package var signature: [UInt8]
        /// PEM of the signer's certificate and the root.
        package var issuerChain: [UInt8]

        package init(bytes: [UInt8], signature: [UInt8], issuerChain: [UInt8]) {
            self.bytes = bytes
            self.signature = signature
            self.issuerChain = issuerChain
        }

        /// Reads an answer of the PCS, `{"<member>":{…},"signature":"<hex>"}`.
        ///
        /// - Parameters:
        ///   - member: `tcbInfo` or `enclaveIdentity`.
        ///   - issuerChain: the header field with the issuers, no longer percent-encoded.
        package init(response: [UInt8], member: String, issuerChain: [UInt8]) throws(CollateralError) {
            let document = try CollateralReader(json: response, path: "response")
            signature = try document.member("signature").hex(bytes: 64)
            let value = try document.member(member)
            let source = SourceFile(path: "response", bytes: response)
            guard let range = JSONLocator.value(at: JSONPointer([member]), in: source) else {
                throw CollateralError(path: value.path, reason: .missing)
            }
            bytes = Array(response[range.start..<range.end])
            self.issuerChain = issuerChain
        }
    }
}

extension TDXCollateral {
    /// Reads all collateral from one JSON object: `root_ca_crl` and `pck_crl` in hexadecimal DER, `tcb_info` and
    /// `qe_identity` as texts, each with `…_signature` in hexadecimal and `…_issuer_chain` in PEM.
    package init(json: [UInt8]) throws(CollateralError) {
        let document = try CollateralReader(json: json, path: "collateral")
        rootCRL = try document.member("root_ca_crl").hex()
        pckCRL = try document.member("pck_crl").hex()
        tcbInfo = try SignedDocument(document, "tcb_info")
        qeIdentity = try SignedDocument(document, "qe_identity")
    }

    /// The object that `init(json:)` reads.
    package var json: [UInt8] {
        var object = JSONObject()
        object["root_ca_crl"] = .string(Hex.text(rootCRL))
        object["pck_crl"] = .string(Hex.text(pckCRL))
        tcbInfo.write("tcb_info", into: &object)
        qeIdentity.write("qe_identity", into: &object)
        return JSONPrinter.print(.object(object), JSONPrinter.Style(sortedKeys: true))
    }
}

extension TDXCollateral.SignedDocument {
    fileprivate init(_ reader: CollateralReader, _ name: String) throws(CollateralError) {
        bytes = Array(try reader.member(name).text().utf8)
        signature = try reader.member("\(name)_signature").hex(bytes: 64)
        issuerChain = Array(try reader.member("\(name)_issuer_chain").text().utf8)
    }

    fileprivate func write(_ name: String, into object: inout JSONObject) {
        object[name] = .string(String(decoding: bytes, as: UTF8.self))
        object["\(name)_signature"] = .string(Hex.text(signature))
        object["\(name)_issuer_chain"] = .string(String(decoding: issuerChain, as: UTF8.self))
    }
}

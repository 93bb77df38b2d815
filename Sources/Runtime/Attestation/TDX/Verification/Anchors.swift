// SPDX-License-Identifier: Apache-2.0

/// The certificates of a quote, trusted as far as their path goes.
struct PCKChain {
    static let pckName = "Intel SGX PCK Certificate"
    static let caNames = ["Intel SGX PCK Platform CA", "Intel SGX PCK Processor CA"]

    let pck: Certificate
    let ca: Certificate
    /// The pinned one, whatever the quote has in its place.
    let root: Certificate

    /// What the PCK certificate says of its platform.
    var platform: PCKExtension {
        get throws(Shortfall) {
            let field = "SGX extension of the PCK certificate"
            guard let value = pck.extension(PCKExtension.oid)?.value else {
                throw Shortfall(field, expected: PCKExtension.oid, found: "none")
            }
            do throws(PCKExtensionError) {
                return try PCKExtension(der: value)
            } catch {
                throw Shortfall(field, expected: "the fields of Intel's profile", found: "\(error)")
            }
        }
    }
}

/// What certificates are trusted by at a time.
struct Anchors {
    let roots: [Certificate]
    /// DER.
    var rootCRL: [UInt8] = []
    let time: Timestamp

    func chain(of quote: TDXQuote, _ trace: inout Trace) throws(VerificationFailure) -> PCKChain {
        let chain = try trace.step(TDXRules.pckChain) { () throws(Shortfall) in
            let chain = try Self.chain(quote.signatureData.certificateChain, count: 3, "PCK certificate chain")
            try Self.require(chain[0].commonName, oneOf: [PCKChain.pckName], "subject of the PCK certificate")
            try Self.require(chain[1].commonName, oneOf: PCKChain.caNames, "subject of the PCK certificate's issuer")
            return chain
        }
        let root = try trace.step(TDXRules.pckRoot) { () throws(Shortfall) in try self.root(for: chain) }
        try trace.step(TDXRules.pckPath) { () throws(Shortfall) in try validate([chain[0], chain[1]], root: root) }
        return PCKChain(pck: chain[0], ca: chain[1], root: root)
    }

    /// - Parameter pckCRL: DER of a CRL of the chain's CA.
    func requireNotRevoked(
        _ chain: PCKChain, pckCRL: [UInt8], _ trace: inout Trace
    ) throws(VerificationFailure) {
        try trace.step(TDXRules.rootCRL) { () throws(Shortfall) in
            try requireNotRevoked(chain.ca, issuer: chain.root, by: rootCRL)
        }
        try trace.step(TDXRules.pckCRL) { () throws(Shortfall) in
            try requireNotRevoked(chain.pck, issuer: chain.ca, by: pckCRL)
        }
    }

    private static let signerName = "Intel SGX TCB Signing"

    /// The bytes of a document after its signature and signer have been verified.
    func content(
        of document: TDXCollateral.SignedDocument, _ rule: TDXRules.Document, _ trace: inout Trace
    ) throws(VerificationFailure) -> [UInt8] {
        let chain = try trace.step(rule.signerChain) { () throws(Shortfall) in
            let chain = try Self.chain(document.issuerChain, count: 2, "issuer chain")
            try Self.require(chain[0].commonName, oneOf: [Self.signerName], "subject of the signer's certificate")
            return chain
        }
        let root = try trace.step(rule.signerRoot) { () throws(Shortfall) in try self.root(for: chain) }
        try trace.step(rule.signerPath) { () throws(Shortfall) in try validate([chain[0]], root: root) }
        try trace.step(rule.signerCRL) { () throws(Shortfall) in
            try requireNotRevoked(chain[0], issuer: root, by: rootCRL)
        }
        return try trace.step(rule.signature) { () throws(Shortfall) in
            try chain[0].publicKey.require(document.signature, over: document.bytes, "signature")
            return document.bytes
        }
    }

    /// Certificates from PEM text that may end in a NUL.
    static func chain(_ pem: [UInt8], count: Int, _ field: String) throws(Shortfall) -> [Certificate] {
        let text = pem.last == 0 ? Array(pem.dropLast()) : pem
        let file: PEMFile
        do throws(CertificateError) {
            file = try PEMFile(text)
        } catch {
            throw Shortfall(field, expected: "\(count) certificates in PEM", found: "\(error)")
        }
        guard file.certificates.count == count, file.revocationLists.isEmpty else {
            throw Shortfall(
                field, expected: "\(count) certificates in PEM",
                found: "\(file.certificates.count) certificates and \(file.revocationLists.count) CRLs")
        }
        return file.certificates
    }

    static func require(_ name: String, oneOf names: [String], _ field: String) throws(Shortfall) {
        guard names.contains(name) else {
            throw Shortfall(
                field, expected: names.map { "'\($0)'" }.joined(separator: " or "), found: "'\(name)'")
        }
    }

    /// The pinned root whose name and key the last certificate of a chain has.
    func root(for chain: [Certificate]) throws(Shortfall) -> Certificate {
        let root = roots.first { root in
            chain.last.map { $0.subject == root.subject && $0.publicKey.spki == root.publicKey.spki } ?? false
        }
        guard let root else {
            throw Shortfall(
                "root of the chain", expected: "the name and the key of a pinned root",
                found: "'\(chain.last?.commonName ?? "")' with another key")
        }
        return root
    }

    func validate(_ path: [Certificate], root: Certificate) throws(Shortfall) {
        do throws(CertificatePathError) {
            try CertificatePath.validate(path, root: root, algorithm: .ecdsaWithSHA256, at: time)
        } catch {
            throw Shortfall("certificate '\(error.name)'", expected: "valid at \(time)", found: "\(error)")
        }
    }

    /// - Parameter list: DER of a CRL.
    func requireNotRevoked(_ certificate: Certificate, issuer: Certificate, by list: [UInt8]) throws(Shortfall) {
        let field = "CRL of '\(issuer.commonName)'"
        let crl: RevocationList
        do throws(CertificateError) {
            crl = try RevocationList(der: list)
        } catch {
            throw Shortfall(field, expected: "a CRL in DER", found: "\(error)")
        }
        do throws(RevocationError) {
            try crl.check(certificate, issuer: issuer, algorithm: .ecdsaWithSHA256, at: time)
        } catch {
            throw Shortfall(field, expected: "'\(certificate.commonName)' is not revoked", found: "\(error)")
        }
    }
}

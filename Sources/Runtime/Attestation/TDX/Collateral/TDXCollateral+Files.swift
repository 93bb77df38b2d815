// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Why files do not make up collateral.
package enum TDXCollateralFilesError: Error, Sendable, Equatable {
    /// Index of a file that is nothing of collateral.
    case unknown(Int)
    case malformed(Int, CollateralError)
    /// A part that is there twice, in different forms.
    case duplicate(String)
    case missing(String)
}

extension TDXCollateralFilesError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown: "it is neither a CRL, nor an issuer chain, nor an answer of Intel's PCS"
        case .malformed(_, let error): "\(error)"
        case .duplicate(let part): "\(part) is there twice"
        case .missing(let part): "\(part) is missing"
        }
    }
}

extension TDXCollateral {
    /// Puts collateral together from files in any order, each recognised by what is in it: one JSON object with
    /// everything; or the answers of the PCS for `tcbInfo` and `enclaveIdentity`, the chain of their signer in PEM, and
    /// the CRLs of the root and of the PCK's CA in DER or PEM. A chain of the PCK's CA may be there and is not needed.
    ///
    /// - Parameter roots: by which the root's CRL is told from the other.
    package init(
        files: [[UInt8]], roots: [Certificate] = IntelRoot.certificates
    ) throws(TDXCollateralFilesError) {
        var parts = Parts()
        for (index, file) in files.enumerated() {
            for part in try Parts.read(file, index, roots: roots) { try parts.add(part) }
        }
        if let whole = parts.whole {
            self = whole
            return
        }
        guard let rootCRL = parts.rootCRL else { throw .missing("the root's CRL") }
        guard let pckCRL = parts.pckCRL else { throw .missing("the CRL of the PCK's CA") }
        guard let chain = parts.issuerChain else { throw .missing("the issuer chain of the TCB info") }
        guard var tcbInfo = parts.tcbInfo else { throw .missing("the TCB info") }
        guard var qeIdentity = parts.qeIdentity else { throw .missing("the identity of the quoting enclave") }
        tcbInfo.issuerChain = chain
        qeIdentity.issuerChain = chain
        self.init(rootCRL: rootCRL, pckCRL: pckCRL, tcbInfo: tcbInfo, qeIdentity: qeIdentity)
    }
}

/// What files hold of collateral.
private struct Parts {
    enum Part {
        case whole(TDXCollateral)
        case rootCRL([UInt8]), pckCRL([UInt8])
        case issuerChain([UInt8])
        case tcbInfo(TDXCollateral.SignedDocument), qeIdentity(TDXCollateral.SignedDocument)
    }

    var whole: TDXCollateral?
    var rootCRL: [UInt8]?
    var pckCRL: [UInt8]?
    var issuerChain: [UInt8]?
    var tcbInfo: TDXCollateral.SignedDocument?
    var qeIdentity: TDXCollateral.SignedDocument?

    mutating func add(_ part: Part) throws(TDXCollateralFilesError) {
        switch part {
        case .whole(let found): try Self.set(&whole, found, "the collateral")
        case .rootCRL(let found): try Self.set(&rootCRL, found, "the root's CRL")
        case .pckCRL(let found): try Self.set(&pckCRL, found, "the CRL of the PCK's CA")
        case .issuerChain(let found): try Self.set(&issuerChain, found, "the issuer chain of the TCB info")
        case .tcbInfo(let found): try Self.set(&tcbInfo, found, "the TCB info")
        case .qeIdentity(let found): try Self.set(&qeIdentity, found, "the identity of the quoting enclave")
        }
    }

    /// The same part may come in several files, but not two of them.
    private static func set<Value: Equatable>(
        _ slot: inout Value?, _ value: Value, _ name: String
    ) throws(TDXCollateralFilesError) {
        guard slot == nil || slot == value else { throw .duplicate(name) }
        slot = value
    }

    static func read(
        _ file: [UInt8], _ index: Int, roots: [Certificate]
    ) throws(TDXCollateralFilesError) -> [Part] {
        if let objects = try? PEMFile(file) {
            let lists = objects.revocationLists.map { list in
                roots.contains { $0.subject == list.issuer } ? Part.rootCRL(list.der) : .pckCRL(list.der)
            }
            guard let name = objects.certificates.first?.commonName else { return lists }
            if name == Anchors.signerName { return lists + [.issuerChain(file)] }
            guard PCKChain.caNames.contains(name) else { throw .unknown(index) }
            return lists
        }
        do throws(CollateralError) {
            if let part = try json(file) { return [part] }
        } catch {
            throw .malformed(index, error)
        }
        throw .unknown(index)
    }

    private static func json(_ file: [UInt8]) throws(CollateralError) -> Part? {
        let document = try CollateralReader(json: file, path: "collateral")
        func response(_ member: String) throws(CollateralError) -> TDXCollateral.SignedDocument {
            try TDXCollateral.SignedDocument(response: file, member: member, issuerChain: [])
        }
        if document.optional("tcbInfo") != nil { return .tcbInfo(try response("tcbInfo")) }
        if document.optional("enclaveIdentity") != nil { return .qeIdentity(try response("enclaveIdentity")) }
        return document.optional("tcb_info") == nil ? nil : .whole(try TDXCollateral(json: file))
    }
}

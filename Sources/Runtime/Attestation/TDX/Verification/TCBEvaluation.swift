// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The TCB of a platform, its TDX module and its quoting enclave in Intel's judgement.
package struct TDXTCB: Sendable, Equatable {
    package let platform: TCBAssessment
    /// `nil` for a module of version 0, which the platform's level covers.
    package let module: TCBAssessment?
    package let quotingEnclave: TCBAssessment
    /// All of them merged.
    package let status: TCBStatus
    /// Of all of them, each once, sorted.
    package let advisoryIDs: [String]

    init(platform: TCBAssessment, module: TCBAssessment?, quotingEnclave: TCBAssessment) {
        self.platform = platform
        self.module = module
        self.quotingEnclave = quotingEnclave
        let parts = [platform, quotingEnclave] + (module.map { [$0] } ?? [])
        status = parts.reduce(.upToDate) { $0.merged(with: $1.status) }
        advisoryIDs = Set(parts.flatMap(\.advisoryIDs)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// Finds the TCB level of a platform (PCS API v4, "Get TDX TCB Info", how to determine a TCB level).
struct TCBEvaluation: Sendable {
    let pck: PCKExtension
    let report: TDReport
    let qeReport: SGXReport
    let info: TCBInfo
    let identity: QEIdentity

    func evaluate(
        accepting accepted: Set<TCBStatus>, _ trace: inout Trace
    ) throws(VerificationFailure) -> TDXTCB {
        try trace.require(Self.match, of: self)
        let module = try trace.step(TDXRules.module) { () throws(Shortfall) in try moduleIdentity() }
        let moduleLevel = try trace.step(TDXRules.moduleLevel) { () throws(Shortfall) in try level(of: module) }
        let platform = try trace.step(TDXRules.platformLevel) { () throws(Shortfall) in try platformLevel() }
        try trace.require(Self.enclave, of: self)
        let enclave = try trace.step(TDXRules.qeLevel) { () throws(Shortfall) in
            try Self.level(of: identity.levels, isvSVN: qeReport.isvSVN, "ISVSVN of the quoting enclave")
        }
        let tcb = TDXTCB(platform: platform, module: moduleLevel, quotingEnclave: enclave)
        try trace.step(TDXRules.tcbStatus) { () throws(Shortfall) in
            guard tcb.status != .revoked, accepted.contains(tcb.status) else {
                throw Shortfall(
                    "TCB status",
                    expected: accepted.subtracting([.revoked]).map(\.rawValue).sorted().joined(separator: " or "),
                    found: Self.describe(tcb))
            }
        }
        return tcb
    }

    private static let match: [Requirement<TCBEvaluation>] = requirements {
        Requirement(
            TDXRules.fmspc, field: "FMSPC", of: { $0.pck.fmspc }, equalsFoundIn: { $0.info.fmspc })
        Requirement(
            TDXRules.pceID, field: "PCE-ID", of: { $0.pck.pceID }, equalsFoundIn: { $0.info.pceID })
    }

    private static let enclave: [Requirement<TCBEvaluation>] = requirements {
        Requirement(
            TDXRules.qeSigner, field: "MRSIGNER of the quoting enclave", of: { $0.qeReport.mrSigner },
            equalsFoundIn: { $0.identity.mrSigner })
        Requirement(
            TDXRules.qeProduct, field: "ISVPRODID of the quoting enclave",
            of: { [UInt8](littleEndian: $0.qeReport.isvProdID) },
            equalsFoundIn: { [UInt8](littleEndian: $0.identity.isvProdID) })
        Requirement(
            TDXRules.qeMiscSelect, field: "MISCSELECT of the quoting enclave",
            of: { [UInt8](littleEndian: $0.qeReport.miscSelect & $0.identity.miscSelectMask) },
            equalsFoundIn: { [UInt8](littleEndian: $0.identity.miscSelect) })
        Requirement(
            TDXRules.qeAttributes, field: "ATTRIBUTES of the quoting enclave",
            of: { masked($0.qeReport.attributes, $0.identity.attributesMask) },
            equalsFoundIn: { $0.identity.attributes })
    }

    private static func masked(_ bytes: [UInt8], _ mask: [UInt8]) -> [UInt8] { zip(bytes, mask).map { $0 & $1 } }

    /// The major version of the TDX module. From 1 on, the module has levels of its own.
    private var moduleVersion: UInt8 { report.teeTCBSVN[1] }

    /// The module that the report must be of; with levels when its version has them.
    private func moduleIdentity() throws(Shortfall) -> TCBInfo.VersionedModule? {
        var versioned: TCBInfo.VersionedModule?
        if moduleVersion > 0 {
            let id = "TDX_" + Hex.text([moduleVersion])
            versioned = info.moduleIdentities.first { $0.id.asciiLowercased == id.asciiLowercased }
            guard versioned != nil else {
                let known = info.moduleIdentities.map(\.id).joined(separator: ", ")
                throw Shortfall("version of the TDX module", expected: "one of \(known)", found: id)
            }
        }
        let identity = versioned?.identity ?? info.module
        guard report.mrSignerSeam == identity.mrSigner else {
            throw Shortfall(
                "MRSIGNERSEAM", expected: .hex(identity.mrSigner), found: .hex(report.mrSignerSeam))
        }
        let attributes = Self.masked(report.seamAttributes, identity.attributesMask)
        guard attributes == identity.attributes else {
            throw Shortfall("SEAMATTRIBUTES", expected: .hex(identity.attributes), found: .hex(attributes))
        }
        return versioned
    }

    private func level(of module: TCBInfo.VersionedModule?) throws(Shortfall) -> TCBAssessment? {
        guard let module else { return nil }
        return try Self.level(
            of: module.levels, isvSVN: UInt16(report.teeTCBSVN[0]), "ISVSVN of the TDX module \(module.id)")
    }

    /// The first level that a single security version number reaches.
    private static func level(
        of levels: [EnclaveLevel], isvSVN: UInt16, _ field: String
    ) throws(Shortfall) -> TCBAssessment {
        guard let level = levels.first(where: { $0.isvSVN <= isvSVN }) else {
            throw Shortfall(
                field, expected: levels.last.map { "at least \($0.isvSVN)" } ?? "a level", found: "\(isvSVN)")
        }
        return level.assessment
    }

    /// The first level that all numbers of the platform reach.
    private func platformLevel() throws(Shortfall) -> TCBAssessment {
        var lowest = Shortfall("TCB levels", expected: "at least one", found: "none")
        for level in info.levels {
            guard let shortfall = shortfall(of: level) else { return level.assessment }
            lowest = shortfall
        }
        throw lowest
    }

    private func shortfall(of level: TCBInfo.PlatformLevel) -> Shortfall? {
        let name = "the level of \(level.assessment.date) (\(level.assessment.status.rawValue))"
        func below(_ field: String, _ needed: some BinaryInteger, _ found: some BinaryInteger) -> Shortfall? {
            found >= needed ? nil : Shortfall(field, expected: "at least \(needed) for \(name)", found: "\(found)")
        }
        for index in 0..<16 {
            if let shortfall = below(
                "SGX TCB component \(index + 1)", level.sgxComponents[index], pck.componentSVNs[index])
            {
                return shortfall
            }
        }
        if let shortfall = below("PCESVN", level.pceSVN, pck.pceSVN) { return shortfall }
        // The first two numbers are the module's, which from version 1 on is judged by levels of its own.
        for index in (moduleVersion > 0 ? 2 : 0)..<16 {
            if let shortfall = below(
                "TDX TCB component \(index + 1)", level.tdxComponents[index], report.teeTCBSVN[index])
            {
                return shortfall
            }
        }
        return nil
    }

    private static func describe(_ tcb: TDXTCB) -> String {
        var parts = ["platform \(tcb.platform.status.rawValue)"]
        if let module = tcb.module { parts.append("TDX module \(module.status.rawValue)") }
        parts.append("quoting enclave \(tcb.quotingEnclave.status.rawValue)")
        let advisories = tcb.advisoryIDs.isEmpty ? "" : "; advisories: \(tcb.advisoryIDs.joined(separator: ", "))"
        return "\(tcb.status.rawValue) (\(parts.joined(separator: ", ")))\(advisories)"
    }
}

extension Requirement<TCBEvaluation> {
    fileprivate init(
        _ rule: Rule, field: String, of value: @escaping @Sendable (TCBEvaluation) -> [UInt8],
        equalsFoundIn expected: @escaping @Sendable (TCBEvaluation) -> [UInt8]
    ) {
        self.init(rule) { subject in
            let (found, expected) = (value(subject), expected(subject))
            guard found != expected else { return nil }
            return Shortfall(field, expected: .hex(expected), found: .hex(found))
        }
    }
}

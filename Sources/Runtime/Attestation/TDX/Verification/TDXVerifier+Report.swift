// SPDX-License-Identifier: Apache-2.0

extension TDXVerifier {
    /// 939a7233-f79c-4ca9-940a-0db3957f0607.
    private static let intel: [UInt8] = [
        0x93, 0x9A, 0x72, 0x33, 0xF7, 0x9C, 0x4C, 0xA9, 0x94, 0x0A, 0x0D, 0xB3, 0x95, 0x7F, 0x06, 0x07,
    ]

    /// Rules for the header that its layout does not decide.
    static let header: [Requirement<TDXQuote>] = requirements {
        Requirement(
            TDXRules.quoteVendor, field: "QE vendor ID", of: { $0.header.qeVendorID }, equals: intel,
            shown: { .hex($0) })
        Requirement(
            TDXRules.quoteReserved, field: "reserved bytes 8 to 11", of: { $0.header.reserved }, equals: [0, 0, 0, 0],
            shown: { .hex($0) })
    }

    /// Rules for the report of any trust domain that is to be trusted.
    static let report: [Requirement<TDReport>] = requirements {
        Requirement(
            TDXRules.debug, field: "ATTRIBUTES.TUD", of: { $0.tdAttributes & TDAttributes.underDebug }, equals: 0,
            shown: { .hex($0) })
        Requirement(
            TDXRules.attributes, field: "reserved bits of ATTRIBUTES",
            of: { $0.tdAttributes & ~(TDAttributes.known | TDAttributes.underDebug) }, equals: 0, shown: { .hex($0) })
        Requirement(
            TDXRules.xfam, field: "XFAM, x87 and SSE and unknown bits",
            of: { $0.xfam & (XFAM.required | ~XFAM.known) }, equals: XFAM.required, shown: { .hex($0) })
    }
}

/// Bits of a trust domain's attributes.
enum TDAttributes {
    /// Any of these makes the trust domain one under debug; bit 0 is DEBUG.
    static let underDebug: UInt64 = 0xFF
    /// The guest kernel decides which pages it accepts.
    static let septVEDisable: UInt64 = 1 << 28
    /// SEPT_VE_DISABLE, MIGRATABLE, PKS, KL and PERFMON.
    static let known: UInt64 = septVEDisable | 1 << 29 | 1 << 30 | 1 << 31 | 1 << 63
}

/// Bits of the extended features mask.
enum XFAM {
    /// x87 and SSE, which the TDX module demands.
    static let required: UInt64 = 0x3
    static let known: UInt64 = 0x6DBE7
}

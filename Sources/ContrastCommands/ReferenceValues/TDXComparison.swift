// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import IR

/// What the body of a TDX quote says beside what reference values require.
struct TDXComparison {
    let report: TDReport
    /// `nil` without a manifest.
    let entries: [TDXReferenceValues]?

    var lines: [String] {
        var lines = [
            "TDX quote with a body of version \(report.version == .v1_0 ? "1.0" : "1.5"), not verified", "",
            "MRTD: \(Hex.text(report.mrTD))", "MRSEAM: \(Hex.text(report.mrSeam))",
        ]
        lines += report.rtmrs.enumerated().map { "RTMR\($0.offset): \(Hex.text($0.element))" }
        lines += ["XFAM: \(xfam)", "TEE_TCB_SVN: \(Hex.text(report.teeTCBSVN))"]
        if entries?.isEmpty == true { lines += ComparedField.noEntry }
        for (index, entry) in (entries ?? []).enumerated() {
            let place = ManifestPath().key("ReferenceValues").key("tdx").index(index).text
            lines += ComparedField.lines("\(place): \(entry.platform)", fields(entry))
        }
        return lines + ["", "To accept this machine as it is, write into the entry of its platform:"]
            + proposal.map { "  " + $0 }
    }

    /// In the byte order of the report, as manifests have it.
    private var xfam: String { Hex.text((0..<8).map { UInt8(truncatingIfNeeded: report.xfam >> (8 * $0)) }) }

    private func fields(_ entry: TDXReferenceValues) -> [ComparedField] {
        let registers = report.rtmrs.enumerated().map { index, value in
            let required = entry.rtmrs ?? []
            return ComparedField.equal(
                "Rtmrs[\(index)]", required: index < required.count ? required[index] : "", found: Hex.text(value))
        }
        return [
            .equal("MrTd", required: entry.mrTd, found: Hex.text(report.mrTD)),
            .equal("MrSeam", required: entry.mrSeam, found: Hex.text(report.mrSeam)),
        ] + registers + [
            .equal("Xfam", required: entry.xfam, found: xfam),
            ComparedField(
                name: "AllowedPIIDs, MemoryIntegrity, SMTDisabled, StaticPlatform", isMet: nil,
                text: "the machine's certificate decides on them, which is not looked at here"),
        ]
    }

    private var proposal: [String] {
        [
            "\"MrTd\": \"\(Hex.text(report.mrTD))\"", "\"MrSeam\": \"\(Hex.text(report.mrSeam))\"",
            "\"Rtmrs\": \(JSONPrinter.text(.array(report.rtmrs.map { .string(Hex.text($0)) })))",
            "\"Xfam\": \"\(xfam)\"",
        ]
    }
}

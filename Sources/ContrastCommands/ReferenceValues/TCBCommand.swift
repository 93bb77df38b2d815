// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import IR

/// `contrast reference-values tcb`.
struct TCBCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tcb",
        abstract: "Compare what a machine reports with a manifest, and show what to write into it.",
        discussion: """
            Reads an attestation report of SEV-SNP or a quote of TDX, as the machine gave it. Its signature is not \
            checked, so take the values only from a report of a machine that you trust.

            Example:
              contrast reference-values tcb report.bin
              contrast reference-values tcb --manifest deployment/manifest.json quote.bin
            """)

    /// Bytes of evidence; quotes come in buffers that are larger than they are.
    private static let reportLimit = 1 << 20

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Manifest to compare with. (default: manifest.json, if there is one)", valueName: "file"))
    var manifest: String?

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("The report, or '-'.", valueName: "report"))
    var report: String

    func run() throws {
        var diagnostics = Diagnostics()
        let values = readManifest(&diagnostics)
        if let source = SourceReader().read(report, limit: Self.reportLimit, &diagnostics),
            let lines = compare(source.bytes, values, &diagnostics), !diagnostics.hasErrors
        {
            try CommandOutput.write(lines, &diagnostics)
        }
        try findings.report(diagnostics)
    }

    /// `nil` when there is nothing to compare with.
    private func readManifest(_ diagnostics: inout Diagnostics) -> ReferenceValues? {
        let path = manifest ?? "manifest.json"
        guard manifest != nil || FileSystem.info(path) != nil,
            let source = SourceReader().read(path, limit: SourceReader.manifestLimit, &diagnostics),
            let read = Manifest.read(source, diagnostics: &diagnostics)
        else { return nil }
        return read.referenceValues
    }

    private func compare(_ bytes: [UInt8], _ values: ReferenceValues?, _ diagnostics: inout Diagnostics) -> [String]? {
        if bytes.count == SNPReport.size {
            do throws(SNPReportError) {
                return SNPComparison(report: try SNPReport(bytes), entries: values?.snp).lines
            } catch {
                let fault = error.shortfall
                diagnostics.error(
                    .malformedReport, "\(fault.field): expected \(fault.expected), found \(fault.found)", path: report)
                return nil
            }
        }
        guard let quote = try? TDXQuote(bytes: bytes) else {
            diagnostics.error(
                .malformedReport, "the file is neither a report of SEV-SNP nor a quote of TDX", path: report)
            return nil
        }
        return TDXComparison(report: quote.report, entries: values?.tdx).lines
    }
}

/// One field of the reference values beside what a machine reports.
struct ComparedField {
    var name: String
    /// `nil` when there is nothing to compare with.
    var isMet: Bool?
    var text: String

    static func equal(_ name: String, required: String, found: String) -> ComparedField {
        if required.isEmpty { return ComparedField(name: name, isMet: nil, text: "still to be filled in") }
        return required.asciiLowercased == found
            ? ComparedField(name: name, isMet: true, text: found)
            : ComparedField(name: name, isMet: false, text: "required \(required.asciiLowercased), found \(found)")
    }

    static func identity(_ name: String, allowed: [String]?, found: String?) -> ComparedField {
        guard let allowed, !allowed.isEmpty else { return ComparedField(name: name, isMet: true, text: "any") }
        guard let found else { return ComparedField(name: name, isMet: nil, text: "not in the report") }
        let isListed = allowed.contains { $0.asciiLowercased == found }
        return ComparedField(name: name, isMet: isListed, text: isListed ? "listed" : "not listed: \(found)")
    }

    /// A field of several parts; what a report does not have differs.
    static func parts(_ name: String, _ parts: [(name: String, required: String, found: String?)]) -> ComparedField {
        let differing = parts.filter { $0.required != $0.found }
            .map { "\($0.name) must be \($0.required) and is \($0.found ?? "unknown")" }
        return ComparedField(
            name: name, isMet: differing.isEmpty,
            text: differing.isEmpty ? "as required" : differing.joined(separator: ", "))
    }

    /// What is said when a manifest has no entry to compare with.
    static let noEntry = ["", "The manifest has no entry for such a machine."]

    /// The fields of one entry under its place in the manifest.
    static func lines(_ title: String, _ fields: [ComparedField]) -> [String] {
        ["", title]
            + fields.map { field in
                let verdict = field.isMet.map { $0 ? "met  " : "FAILS" } ?? "open "
                return "  \(verdict)  \(field.name): \(field.text)"
            }
    }
}

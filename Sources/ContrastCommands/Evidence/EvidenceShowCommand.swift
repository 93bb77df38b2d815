// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Backends
internal import IR

/// `contrast evidence show`.
struct EvidenceShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the fields of evidence, without judging them.",
        discussion: """
            Nothing that is shown has been verified.

            Example:
              contrast evidence show report.bin
            """)

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("A report or quote, raw or as on the wire; or '-'.", valueName: "file"))
    var file: String

    func run() throws {
        var diagnostics = Diagnostics()
        if let evidence = EvidenceFiles.evidence(file, &diagnostics) {
            do {
                EvidenceFiles.write(try Self.lines(evidence), &diagnostics)
            } catch {
                let reason = (error as? SNPReportError).map { "\($0.shortfall)" } ?? "\(error)"
                diagnostics.error(.malformedEvidence, reason, path: file)
            }
        }
        try findings.report(diagnostics)
    }

    private static func lines(_ evidence: Evidence) throws -> [String] {
        switch evidence {
        case .snp(let attestation): ["SEV-SNP report"] + text(try attestation.fields())
        case .tdx(let quote): ["TDX quote"] + text(try TDXQuote(bytes: quote).fields)
        }
    }

    private static func text(_ fields: [EvidenceField]) -> [String] {
        let width = fields.map(\.name.count).max() ?? 0
        return fields.map { field in
            let name = field.name + String(repeating: " ", count: width - field.name.count)
            return "\(name)  \(field.value)\(field.meaning.map { " (\($0))" } ?? "")"
        }
    }
}

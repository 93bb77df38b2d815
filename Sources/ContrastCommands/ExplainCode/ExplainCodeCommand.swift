// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

/// `contrast explain-code`.
struct ExplainCodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-code",
        abstract: "Explain the code of a finding, with a wrong and a right example.",
        discussion: """
            Prints the page of the documentation, in Markdown. Without a code, lists all of them.

            Example:
              contrast explain-code CC0102
            """)

    @Argument(help: ArgumentHelp("A code, such as CC0102.", valueName: "code"))
    var code: String?

    func validate() throws {
        if let code, page(code) == nil {
            throw ValidationError("there is no code '\(code)'; 'contrast explain-code' lists all")
        }
    }

    func run() throws {
        let list = DiagnosticCode.allCases.map { "\($0.rawValue) \($0.title)" }.sorted()
        var diagnostics = Diagnostics()
        try CommandOutput.write(code.flatMap(page).map { [String($0.dropLast())] } ?? list, &diagnostics)
        try DiagnosticsOptions.parse([]).report(diagnostics)
    }

    private func page(_ code: String) -> String? { DiagnosticCode(rawValue: code.uppercased())?.page }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// The forms in which findings are printed.
package enum DiagnosticsFormat: String, Sendable, CaseIterable {
    /// One line per finding that editors and CI systems recognise, with more around it on request.
    case text
    /// JSON Lines in the field shape of rustc's `--error-format=json`.
    case json
    /// SARIF 2.1.0.
    case sarif
    /// Workflow commands of GitHub Actions.
    case github
    /// JUnit's XML.
    case junit
}

/// Prints findings: sorted by place, identical ones once, the same bytes for the same findings.
package struct DiagnosticsRenderer: Sendable {
    /// The paths below this directory are printed relative to it; the others as they were given.
    package var baseDirectory: String?
    /// Text only: the line of source with carets under the range, and fix-its.
    package var showsSource: Bool
    /// Text only: ANSI colours.
    package var usesColours: Bool
    /// Of this program, for SARIF.
    package var toolVersion: String

    package init(
        baseDirectory: String? = nil, showsSource: Bool = false, usesColours: Bool = false, toolVersion: String = ""
    ) {
        self.baseDirectory = baseDirectory
        self.showsSource = showsSource
        self.usesColours = usesColours
        self.toolVersion = toolVersion
    }

    /// UTF-8. Empty for no findings in the forms that have one line per finding.
    package func render(_ diagnostics: Diagnostics, as format: DiagnosticsFormat) -> [UInt8] {
        let findings = Finding.sorted(diagnostics, baseDirectory: baseDirectory)
        let text =
            switch format {
            case .text: TextRendering(showsSource: showsSource, usesColours: usesColours).text(findings)
            case .json: JSONLinesRendering.text(findings)
            case .sarif: SARIFRendering.text(findings, toolVersion: toolVersion)
            case .github: GitHubRendering.text(findings)
            case .junit: JUnitRendering.text(findings)
            }
        return Array(text.utf8)
    }
}

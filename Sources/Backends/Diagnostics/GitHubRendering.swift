// SPDX-License-Identifier: Apache-2.0

import IR

/// `::error file=…,line=…::message`: GitHub Actions shows them at the lines of a pull request.
enum GitHubRendering {
    static func text(_ findings: [Finding]) -> String {
        findings.map { finding in
            let command =
                switch finding.severity {
                case .error: "error"
                case .warning: "warning"
                case .note: "notice"
                }
            var properties: [String] = []
            if let place = finding.place {
                properties.append("file=" + property(place.path))
                if let span = place.span {
                    properties += ["line=\(span.start.line)", "endLine=\(span.end.line)", "col=\(span.start.column)"]
                    if span.end.line == span.start.line { properties.append("endColumn=\(span.end.column)") }
                }
            }
            properties.append("title=" + finding.code.rawValue)
            let notes = finding.notes.map { "\nnote: \($0.message)" }.joined()
            let message = data("\(finding.message) [\(finding.code.rawValue)]\(notes)")
            return "::\(command) \(properties.joined(separator: ","))::\(message)\n"
        }.joined()
    }

    /// Escapes what would end or split a command.
    private static func data(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": out += "%25"
            case "\r": out += "%0D"
            case "\n": out += "%0A"
            default: out.unicodeScalars.append(DisplayText.harmless(scalar))
            }
        }
        return out
    }

    private static func property(_ text: String) -> String {
        var out = ""
        for scalar in data(text).unicodeScalars {
            switch scalar {
            case ":": out += "%3A"
            case ",": out += "%2C"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

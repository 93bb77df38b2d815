// SPDX-License-Identifier: Apache-2.0

import IR

/// `path:line:column: error: message [CC0102]`, notes in the same form below it, and on request the source.
struct TextRendering {
    var showsSource: Bool
    var usesColours: Bool

    func text(_ findings: [Finding]) -> String { findings.map(text).joined() }

    func text(_ finding: Finding) -> String {
        let colour = Self.colour(of: finding.severity)
        let code = finding.code.rawValue
        var out = line(finding.place, "\(finding.severity)", colour, "\(finding.message) [\(code)]")
        // The place of such a finding is the secret itself.
        let isSecret = [.secretInPolicy, .readableSecret, .renderDiffers].contains(finding.code)
        if !isSecret { out += excerpt(finding.place) }
        for fixIt in finding.fixIts where showsSource && !isSecret {
            out += paint("      = fix: ", "1") + DisplayText.harmless(fixIt.message)
            out += fixIt.replacement.isEmpty ? "\n" : ": \(Self.shortened(fixIt.replacement))\n"
        }
        for note in finding.notes {
            // A snippet to be pasted keeps its lines; indented, none can pass for a finding.
            let lines = note.message.split(separator: "\n", omittingEmptySubsequences: false)
            out += line(note.place ?? finding.place, "note", "36", String(lines[0]))
            for more in lines.dropFirst() { out += "    " + DisplayText.harmless(String(more)) + "\n" }
            out += isSecret ? "" : excerpt(note.place)
        }
        return out
    }

    private func line(_ place: Finding.Place?, _ label: String, _ colour: String, _ message: String) -> String {
        let prefix = place.map { place in
            let position = place.span.map { ":\($0.start.line):\($0.start.column)" } ?? ""
            return paint(DisplayText.harmless(place.path) + position + ":", "1") + " "
        }
        return (prefix ?? "") + paint(label + ":", "1;" + colour) + " " + DisplayText.harmless(message) + "\n"
    }

    /// The first line of the range with marks below it.
    private func excerpt(_ place: Finding.Place?) -> String {
        guard showsSource, let span = place?.span else { return "" }
        let line = span.range.file.text(ofLine: span.start.line)
        let end = span.end.line == span.start.line ? span.end.column : line.unicodeScalars.count + 1
        let start = span.start.column
        let excerpt = Excerpt(line: line, columns: start..<max(start + 1, end))
        let number = String(span.start.line)
        let margin = String(repeating: " ", count: max(0, 5 - number.count))
        let blank = String(repeating: " ", count: max(5, number.count))
        return "\(margin)\(number) | \(excerpt.source)\n\(blank) | \(paint(excerpt.marks, "32"))\n"
    }

    private static func colour(of severity: Severity) -> String {
        switch severity {
        case .error: "31"
        case .warning: "35"
        case .note: "36"
        }
    }

    private static func shortened(_ text: String) -> String {
        let limit = 100
        let shown = DisplayText.harmless(String(text.prefix(limit)))
        return text.count > limit ? shown + "…" : shown
    }

    private func paint(_ text: String, _ style: String) -> String {
        usesColours ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
    }
}

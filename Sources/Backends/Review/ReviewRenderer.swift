// SPDX-License-Identifier: Apache-2.0

package import IR

/// Tells people and programs what changes in trust.
package struct ReviewRenderer: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case text, json, markdown
    }

    private let findings: [TrustFinding]
    private let accepted: Set<TrustKind>

    /// - Parameter accepted: kinds that need nobody's attention.
    package init(_ findings: [TrustFinding], accepted: Set<TrustKind>) {
        self.findings = findings
        self.accepted = accepted
    }

    /// Those that allow something new and were not accepted.
    package var widening: [TrustFinding] { findings.filter(needsReview) }

    package func render(as format: Format) -> [UInt8] {
        switch format {
        case .text: Array((lines.joined(separator: "\n") + "\n").utf8)
        case .json: JSONPrinter.print(json, JSONPrinter.Style(indent: 2, sortedKeys: true)) + [0x0A]
        case .markdown: Array(markdown.utf8)
        }
    }

    private func needsReview(_ finding: TrustFinding) -> Bool { finding.widens && !accepted.contains(finding.kind) }

    /// One sentence that says it all.
    private var summary: String {
        if findings.isEmpty { return "Nothing changes in what is trusted." }
        let changes = findings.count == 1 ? "1 change" : "\(findings.count) changes"
        let wider = findings.filter(\.widens)
        guard !wider.isEmpty else { return "\(changes) of trust; nothing new is allowed." }
        let kinds = Set(widening.map(\.kind)).map(\.rawValue).sorted().joined(separator: ", ")
        if kinds.isEmpty { return "\(changes) of trust; all that is newly allowed has been accepted." }
        let others = wider.count - widening.count
        return "\(changes) of trust; \(widening.count) to be reviewed: \(kinds)."
            + (others > 0 ? " \(others) more accepted." : "")
    }

    // MARK: - Text

    private var lines: [String] {
        var lines: [String] = []
        var heading: String?
        for finding in findings {
            let own = finding.workloads.isEmpty ? "manifest" : finding.workloads.joined(separator: ", ")
            if own != heading { lines.append(DisplayText.harmless(own)) }
            heading = own
            let mark = needsReview(finding) ? "!" : " "
            lines.append(
                "\(mark) \(finding.change.rawValue): \(DisplayText.harmless(what(finding))) [\(finding.kind.rawValue)]")
        }
        if !lines.isEmpty { lines.append("") }
        return lines + [summary]
    }

    private func what(_ finding: TrustFinding) -> String {
        let values =
            switch (finding.old, finding.new) {
            case (let old?, let new?): ": \(old) -> \(new)"
            case (let old?, nil): ": \(old)"
            case (nil, let new?): ": \(new)"
            case (nil, nil): ""
            }
        return "\(finding.subject.map { "\($0): " } ?? "")\(finding.aspect)\(values)"
    }

    // MARK: - JSON

    private var json: JSONValue {
        let list = findings.map { finding in
            var object = JSONObject([
                ("accepted", .bool(accepted.contains(finding.kind))), ("aspect", .string(finding.aspect)),
                ("change", .string(finding.change.rawValue)), ("kind", .string(finding.kind.rawValue)),
                ("widens", .bool(finding.widens)), ("workloads", .array(finding.workloads.map(JSONValue.string))),
            ])
            object["subject"] = finding.subject.map(JSONValue.string)
            object["old"] = finding.old.map(JSONValue.string)
            object["new"] = finding.new.map(JSONValue.string)
            return JSONValue.object(object)
        }
        return ["findings": .array(list), "version": 1, "widens": .bool(!widening.isEmpty)]
    }

    // MARK: - Markdown

    /// Rows of the table: comments on pull requests are limited in length.
    private static let rowLimit = 150
    /// Characters of a value.
    private static let valueLimit = 160

    private var markdown: String {
        var text = "### Trust: \(widening.isEmpty ? "nothing to review" : "to be reviewed")\n\n\(summary)\n"
        guard !findings.isEmpty else { return text }
        text += "\n| | Kind | Where | What | Before | After |\n| --- | --- | --- | --- | --- | --- |\n"
        let rows = findings.filter(needsReview) + findings.filter { !needsReview($0) }
        for finding in rows.prefix(Self.rowLimit) {
            let isNoted = needsReview(finding)
            let place =
                finding.workloads.isEmpty ? "manifest" : finding.workloads.map(Self.code).joined(separator: ", ")
            let cells = [
                isNoted ? "**\(finding.change.rawValue)**" : finding.change.rawValue,
                finding.widens && !isNoted ? "\(finding.kind.rawValue) (accepted)" : finding.kind.rawValue, place,
                (finding.subject.map { "\(Self.code($0)) " } ?? "") + Self.code(finding.aspect),
                finding.old.map(Self.code) ?? "", finding.new.map(Self.code) ?? "",
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        if rows.count > Self.rowLimit { text += "\n\(rows.count - Self.rowLimit) more are not shown.\n" }
        return text
    }

    /// Text as a code span, in which nothing has a meaning but what ends it or the cell.
    private static func code(_ text: String) -> String {
        var shown = DisplayText.harmless(text)
        if shown.count > valueLimit { shown = shown.prefix(valueLimit / 2) + "…" + shown.suffix(valueLimit / 2) }
        let longest = shown.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        let padding = longest > 0 || shown.isEmpty ? " " : ""
        // A backslash may or may not count before another one, so that none is left before a bar.
        let cell = shown.replacing("\\|", with: "\\∣").replacing("|", with: "\\|")
        return fence + padding + cell + padding + fence
    }
}

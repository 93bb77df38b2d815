// SPDX-License-Identifier: Apache-2.0

import IR
import TestSupport
import Testing

/// A finding as it is printed: where, how grave, which.
struct TextFinding: Comparable, CustomStringConvertible {
    var path: String
    var line: Int?
    var column: Int?
    var level: String
    var message: String
    var code: String

    var description: String { "\(path):\(line ?? 0):\(column ?? 0): \(level): \(message) [\(code)]" }

    static func < (left: TextFinding, right: TextFinding) -> Bool { left.description < right.description }

    /// Those of a case, from the text that it is expected to print. Notes below a finding have no code.
    static func all(of golden: GoldenCase) -> [TextFinding] {
        let text = (try? Files.text(golden.expectedDirectory + "/diagnostics.txt")) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard line.hasSuffix("]"), let bracket = line.lastRange(of: " [CC") else { return nil }
            for level in ["error", "warning", "note"] {
                guard let label = line.firstRange(of: "\(level): "),
                    label.lowerBound == line.startIndex || line[..<label.lowerBound].hasSuffix(": ")
                else { continue }
                let place = line[..<label.lowerBound].dropLast(2).split(separator: ":")
                let numbers = place.dropFirst().compactMap { Int($0) }
                return TextFinding(
                    path: place.first.map(String.init) ?? "", line: numbers.first, column: numbers.dropFirst().first,
                    level: level, message: String(line[label.upperBound..<bracket.lowerBound]),
                    code: String(line[bracket.lowerBound...].dropFirst(2).dropLast()))
            }
            return nil
        }
    }
}

extension Substring {
    fileprivate func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}

/// One-based lines and columns in Unicode scalars; the end is exclusive.
struct SARIFRegion {
    var start: (line: Int, column: Int)
    var end: (line: Int, column: Int)

    init?(_ value: JSONValue?) {
        func number(_ key: String) -> Int? { value?[key]?.integer.map { Int($0) } }
        guard let line = number("startLine"), let column = number("startColumn"), let endLine = number("endLine"),
            let endColumn = number("endColumn")
        else { return nil }
        start = (line, column)
        end = (endLine, endColumn)
    }
}

/// The text of a file by lines.
struct SourceText {
    private let scalars: [Unicode.Scalar]
    private var starts = [0]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
    }

    /// Comments may stand before everything.
    var canMove: Bool { scalars.first != "%" && scalars.first != "\u{FEFF}" && scalars.first != "{" }

    private func offset(_ place: (line: Int, column: Int)) -> Int? {
        guard place.line >= 1, place.line <= starts.count, place.column >= 1 else { return nil }
        let end = place.line < starts.count ? starts[place.line] : scalars.count + 1
        let offset = starts[place.line - 1] + place.column - 1
        return offset < end ? offset : nil
    }

    func holds(_ region: SARIFRegion) -> Bool {
        guard let start = offset(region.start), let end = offset(region.end) else { return false }
        return start <= end
    }

    func replacing(_ fix: SARIFRun.Fix) -> String {
        guard let start = offset(fix.region.start), let end = offset(fix.region.end) else { return "" }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[..<start])
        view.append(contentsOf: fix.replacement.unicodeScalars)
        view.append(contentsOf: scalars[end...])
        return String(view)
    }
}

/// One run of a case with findings as SARIF.
struct SARIFRun {
    struct Fix {
        var path: String
        var region: SARIFRegion
        var replacement: String
    }

    struct Result {
        var finding: TextFinding
        var ruleIndex: Int
        var fingerprint: String
        var region: SARIFRegion?
        var fix: Fix?
    }

    let log: JSONValue
    let rules: [String]
    let results: [Result]
    /// The inputs.
    private(set) var files: [String: SourceText] = [:]

    /// - Parameter edit: changes the texts of inputs first.
    init(_ golden: GoldenCase, edit: (_ path: String, _ text: String) -> String = { $1 }) throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        try golden.prepare(workspace.path)
        for (path, bytes) in try workspace.tree() {
            guard let text = String(validating: bytes, as: UTF8.self) else { continue }
            let edited = edit(path, text)
            if edited != text { try workspace.write(edited, to: path) }
            files[path] = SourceText(edited)
        }
        let run = try Subprocess(
            executable: Locations.contrast(), arguments: try golden.commands()[0] + ["--diagnostics-format", "sarif"],
            environment: golden.environment, directory: workspace.path, input: golden.input
        ).run()
        log = try JSONParser.parse(run.stderr)
        let object = log["runs"]?.array?.first
        rules = (object?["tool"]?["driver"]?["rules"]?.array ?? []).compactMap { $0["id"]?.string }
        results = try (object?["results"]?.array ?? []).map { try Self.result($0) }
    }

    func text(of path: String) -> SourceText? { files[path] }

    private static func result(_ value: JSONValue) throws -> Result {
        let place = value["locations"]?.array?.first?["physicalLocation"]
        let region = SARIFRegion(place?["region"])
        let text = try #require(value["message"]?["text"]?.string)
        let finding = TextFinding(
            path: place?["artifactLocation"]?["uri"]?.string ?? "", line: region?.start.line,
            column: region?.start.column, level: try #require(value["level"]?.string),
            message: text.firstRange(of: "\nnote: ").map { String(text[..<$0.lowerBound]) } ?? text,
            code: try #require(value["ruleId"]?.string))
        return Result(
            finding: finding, ruleIndex: Int(try #require(value["ruleIndex"]?.integer)),
            fingerprint: try #require(value["partialFingerprints"]?["contrastFinding/v1"]?.string), region: region,
            fix: fix(value["fixes"]?.array?.first?["artifactChanges"]?.array?.first))
    }

    private static func fix(_ change: JSONValue?) -> Fix? {
        let replacement = change?["replacements"]?.array?.first
        guard let path = change?["artifactLocation"]?["uri"]?.string,
            let region = SARIFRegion(replacement?["deletedRegion"]),
            let text = replacement?["insertedContent"]?["text"]?.string
        else { return nil }
        return Fix(path: path, region: region, replacement: text)
    }
}

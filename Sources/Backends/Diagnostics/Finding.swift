// SPDX-License-Identifier: Apache-2.0

import IR

/// A diagnostic with its places worked out, ready for every renderer.
struct Finding {
    /// A place in a file, or a file.
    struct Place {
        /// As printed.
        var path: String
        var span: Span?
    }

    /// A range as editors count it; the end is exclusive.
    struct Span {
        var range: SourceRange
        var start: SourceFile.Position
        var end: SourceFile.Position
    }

    var severity: Severity
    var code: DiagnosticCode
    var message: String
    var place: Place?
    var notes: [(message: String, place: Place?)]
    var fixIts: [(message: String, place: Place, replacement: String)]

    /// All findings by path, place, gravity, code and text; those without a file last. Identical ones stand once.
    static func sorted(_ diagnostics: Diagnostics, baseDirectory: String?) -> [Finding] {
        let paths = PathPrinter(baseDirectory: baseDirectory)
        let keyed = diagnostics.all.map { (key: Key($0, paths), diagnostic: $0) }.sorted { $0.key < $1.key }
        var findings: [Finding] = []
        var last: Key?
        for (key, diagnostic) in keyed where key != last {
            findings.append(Finding(diagnostic, paths))
            last = key
        }
        return findings
    }

    private init(_ diagnostic: Diagnostic, _ paths: PathPrinter) {
        severity = diagnostic.severity
        code = diagnostic.code
        message = diagnostic.message
        place = diagnostic.range.map(paths.place) ?? diagnostic.path.map { Place(path: paths.text($0), span: nil) }
        notes = diagnostic.notes.map { ($0.message, $0.range.map(paths.place)) }
        fixIts = diagnostic.fixIts.map { ($0.message, paths.place($0.range), $0.replacement) }
    }

    private struct Key: Comparable {
        var path: String?
        var start: Int
        var end: Int
        var severity: Severity
        var code: String
        var message: String

        init(_ diagnostic: Diagnostic, _ paths: PathPrinter) {
            path = (diagnostic.range?.file.path ?? diagnostic.path).map(paths.text)
            start = diagnostic.range?.start ?? -1
            end = diagnostic.range?.end ?? -1
            severity = diagnostic.severity
            code = diagnostic.code.rawValue
            message = diagnostic.message
        }

        static func < (left: Key, right: Key) -> Bool {
            guard left.path == right.path else {
                guard let one = left.path, let other = right.path else { return left.path != nil }
                return one.utf8.lexicographicallyPrecedes(other.utf8)
            }
            if left.start != right.start { return left.start < right.start }
            if left.end != right.end { return left.end < right.end }
            if left.severity != right.severity { return left.severity > right.severity }
            if left.code != right.code { return left.code < right.code }
            return left.message.utf8.lexicographicallyPrecedes(right.message.utf8)
        }
    }
}

/// Shortens the paths below one directory.
struct PathPrinter {
    private let prefix: String?

    init(baseDirectory: String?) {
        prefix = baseDirectory.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    }

    func text(_ path: String) -> String {
        guard let prefix, path.hasPrefix(prefix), path.utf8.count > prefix.utf8.count else { return path }
        return String(path.dropFirst(prefix.count))
    }

    func place(_ range: SourceRange) -> Finding.Place {
        let start = range.file.position(at: range.start)
        let end = range.end > range.start ? range.file.position(at: range.end) : start
        return Finding.Place(
            path: text(range.file.path), span: Finding.Span(range: range, start: start, end: end))
    }
}

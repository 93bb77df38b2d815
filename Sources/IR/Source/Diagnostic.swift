// SPDX-License-Identifier: Apache-2.0

/// How grave a finding is. Only errors make a run fail, unless the user asks for more.
package enum Severity: String, Sendable, Comparable {
    case note, warning, error

    private var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// A finding about the input, as data; rendering is the backends' business.
///
/// A message starts in lower case, has no full stop, says what is there and what was expected, quotes names with ' ',
/// and never names a type of this program or holds the value of a secret.
package struct Diagnostic: Sendable {
    package var code: DiagnosticCode
    package var severity: Severity
    package var message: String
    /// Where; `nil` when the finding is about a run or a whole file.
    package var range: SourceRange?
    /// The file, when there is no range in it.
    package var path: String?
    package var notes: [Note]
    package var fixIts: [FixIt]

    /// More about a finding, perhaps at another place.
    package struct Note: Sendable {
        package var message: String
        package var range: SourceRange?

        package init(_ message: String, at range: SourceRange? = nil) {
            self.message = message
            self.range = range
        }
    }

    /// An edit of the input that would settle the finding.
    package struct FixIt: Sendable {
        package var message: String
        package var range: SourceRange
        package var replacement: String

        package init(_ message: String, at range: SourceRange, replacement: String) {
            self.message = message
            self.range = range
            self.replacement = replacement
        }
    }

    package init(
        _ severity: Severity, _ code: DiagnosticCode, _ message: String, at range: SourceRange? = nil,
        path: String? = nil, notes: [Note] = [], fixIts: [FixIt] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.range = range
        self.path = path
        self.notes = notes
        self.fixIts = fixIts
    }
}

extension Diagnostic {
    /// The same finding, with excerpts in place of the sources that its ranges are in.
    package var excerpted: Diagnostic {
        var copy = self
        copy.range = range?.excerpt
        for index in notes.indices { copy.notes[index].range = notes[index].range?.excerpt }
        for index in fixIts.indices { copy.fixIts[index].range = fixIts[index].range.excerpt }
        return copy
    }
}

/// The findings of one unit of work, in the order they were made. Units are joined in input order, so that the order
/// of findings does not depend on threads.
package struct Diagnostics: Sendable {
    package private(set) var all: [Diagnostic] = []

    package init() {}

    package var hasErrors: Bool { all.contains { $0.severity == .error } }

    package mutating func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }
    package mutating func add(contentsOf other: Diagnostics) { all.append(contentsOf: other.all) }

    /// Adds what another reader of the same input has found, but for errors of a code where there is one at the place.
    package mutating func add(contentsOf other: Diagnostics, unlessKnown code: DiagnosticCode) {
        let known = Set(all.lazy.filter { $0.code == code }.compactMap(\.range?.start))
        if known.isEmpty { return add(contentsOf: other) }
        all += other.all.filter { finding in
            finding.code != code || !(finding.range.map { known.contains($0.start) } ?? false)
        }
    }

    /// Lets go of the sources that the findings are in, except for the lines around them.
    package mutating func excerpt() {
        for index in all.indices { all[index] = all[index].excerpted }
    }

    package mutating func error(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange? = nil, path: String? = nil,
        notes: [Diagnostic.Note] = [], fixIts: [Diagnostic.FixIt] = []
    ) {
        add(Diagnostic(.error, code, message, at: range, path: path, notes: notes, fixIts: fixIts))
    }

    package mutating func warning(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange? = nil, path: String? = nil,
        notes: [Diagnostic.Note] = [], fixIts: [Diagnostic.FixIt] = []
    ) {
        add(Diagnostic(.warning, code, message, at: range, path: path, notes: notes, fixIts: fixIts))
    }

    package mutating func note(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange? = nil, path: String? = nil
    ) {
        add(Diagnostic(.note, code, message, at: range, path: path))
    }
}

// SPDX-License-Identifier: Apache-2.0

import IR

/// An entry after it was parsed and held against its own proof.
struct CheckedEntry: Sendable {
    /// `nil` when there are problems.
    var entry: LockEntry?
    var problems: [Diagnostic]
    /// The configuration follows from the digest by the blobs of the entry.
    var isProven: Bool

    init(entry: LockEntry?, problems: [Diagnostic], isProven: Bool) {
        self.entry = entry
        self.problems = problems
        self.isProven = isProven
    }

    /// Verifies what was parsed.
    ///
    /// - Parameter locate: the place of a member, by its path.
    init(
        _ parsed: (entry: LockEntry?, problems: [LockProblem]), named name: String,
        locate: ([String]) -> SourceRange?
    ) {
        var found = parsed.problems
        if let entry = parsed.entry { found += LockProof.problems(of: entry) }
        problems = found.map { problem in
            Diagnostic(
                .error, problem.kind == .mismatch ? .lockDigestMismatch : .malformedLock,
                "image '\(name)': \(problem.message)", at: locate(problem.path))
        }
        entry = found.isEmpty ? parsed.entry : nil
        isProven = entry.map { !$0.isAsserted && $0.digest != nil } ?? false
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A regular expression in the syntax of Rust's `regex` crate, which is what the agent's policy engine uses.
///
/// Searches are unanchored; `$` is the end of the text only; `.` is anything but a newline; `\d`, `\s` and `\w` are
/// Unicode classes. There is no look-around and no back-reference, and time is linear in the length of the text.
/// Of Rust's syntax, inline flags, `\p{…}` and half word boundaries are not known (`RegexError.unsupported`).
package struct RustRegex {
    private let program: RegexProgram
    private var automaton: RegexAutomaton?

    package init(_ pattern: String) throws(RegexError) {
        program = try RegexProgram(pattern)
        automaton = program.hasWordBoundaries ? nil : RegexAutomaton(program)
    }

    /// Whether the pattern occurs in the text. Mutating, since the machine for it is built as it is needed.
    package mutating func matches(_ text: String) -> Bool {
        automaton?.matches(text) ?? (program.captures(in: text.unicodeScalars.map(\.value)) != nil)
    }

    /// The text of the leftmost match and of its groups; a group that took no part is empty.
    package func firstMatch(in text: String) -> [String]? {
        let scalars = Array(text.unicodeScalars)
        guard let slots = program.captures(in: scalars.map(\.value)) else { return nil }
        return stride(from: 0, to: slots.count, by: 2).map { index in
            var group = ""
            if slots[index] >= 0, slots[index + 1] >= 0 {
                group.unicodeScalars.append(contentsOf: scalars[slots[index]..<slots[index + 1]])
            }
            return group
        }
    }
}

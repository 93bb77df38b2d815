// SPDX-License-Identifier: Apache-2.0

/// Compiled patterns by their text, for one policy: most are the same for every request.
final class PatternCache {
    /// Beyond this many the cache starts anew.
    private static let limit = 2_000

    private var patterns: [JSONValue: Entry] = [:]

    private final class Entry {
        var regex: RustRegex?

        init(_ regex: RustRegex?) { self.regex = regex }
    }

    /// `nil` when the pattern is invalid.
    func matches(_ pattern: String, _ text: String) throws -> Bool? { try entry(pattern).regex?.matches(text) }

    /// The leftmost match and its groups; empty when there is none, `nil` when the pattern is invalid.
    func firstMatch(_ pattern: String, _ text: String) throws -> [String]? {
        guard let regex = try entry(pattern).regex else { return nil }
        return regex.firstMatch(in: text) ?? []
    }

    private func entry(_ pattern: String) throws -> Entry {
        let key = JSONValue.string(pattern)
        if let entry = patterns[key] { return entry }
        if patterns.count >= Self.limit { patterns = [:] }
        let entry: Entry
        do {
            entry = Entry(try RustRegex(pattern))
        } catch .invalid {
            entry = Entry(nil)
        } catch .unsupported(let what) {
            throw RuleError.pattern("a pattern has \(what), unknown here")
        } catch .tooLarge(let what) {
            throw RuleError.pattern(what)
        }
        patterns[key] = entry
        return entry
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Compiled patterns by their text, for one policy: most are the same for every request.
final class PatternCache {
    /// Beyond this many the cache starts anew.
    private static let limit = 2_000

    private var patterns: [JSONValue: Result<RustRegex, RegexError>] = [:]

    /// `nil` when the pattern is invalid.
    func matches(_ pattern: String, _ text: String) throws -> Bool? {
        let key = try ready(pattern)
        guard case .success(var regex)? = patterns[key] else { return nil }
        patterns[key] = nil
        defer { patterns[key] = .success(regex) }
        return regex.matches(text)
    }

    /// The leftmost match and its groups; empty when there is none, `nil` when the pattern is invalid.
    func firstMatch(_ pattern: String, _ text: String) throws -> [String]? {
        guard case .success(let regex)? = patterns[try ready(pattern)] else { return nil }
        return regex.firstMatch(in: text) ?? []
    }

    private func ready(_ pattern: String) throws -> JSONValue {
        let key = JSONValue.string(pattern)
        if patterns[key] == nil {
            if patterns.count >= Self.limit { patterns = [:] }
            patterns[key] = Result { () throws(RegexError) in try RustRegex(pattern) }
        }
        switch patterns[key] {
        case .failure(.unsupported(let what)): throw RuleError.pattern("a pattern has \(what), unknown here")
        case .failure(.tooLarge(let what)): throw RuleError.pattern(what)
        default: return key
        }
    }
}

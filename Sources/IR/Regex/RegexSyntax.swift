// SPDX-License-Identifier: Apache-2.0

/// What a pattern says.
indirect enum RegexNode: Sendable {
    case empty
    case set(ScalarSet)
    case assertion(RegexAssertion)
    case capture(Int, RegexNode)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repetition(RegexNode, minimum: Int, maximum: Int?, greedy: Bool)

    var matchesEmpty: Bool {
        switch self {
        case .empty, .assertion: true
        case .set: false
        case .capture(_, let node): node.matchesEmpty
        case .sequence(let nodes): nodes.allSatisfy(\.matchesEmpty)
        case .alternatives(let nodes): nodes.contains(where: \.matchesEmpty)
        case .repetition(let node, let minimum, _, _): minimum == 0 || node.matchesEmpty
        }
    }
}

/// A condition on a position between two scalars.
enum RegexAssertion: Sendable, Hashable {
    case start, end, wordBoundary, notWordBoundary
}

/// Why a pattern cannot be used.
package enum RegexError: Error, Sendable, Equatable {
    /// Not a pattern in Rust's syntax; `offset` counts Unicode scalars.
    case invalid(String, offset: Int)
    /// A pattern in Rust's syntax, but with something this engine does not know.
    case unsupported(String)
    /// Larger than this engine accepts.
    case tooLarge(String)
}

// SPDX-License-Identifier: Apache-2.0

/// Where a value stands that a rule refers to.
package struct ValueOrigin: Sendable, Equatable {
    package enum Root: String, Sendable {
        case request, policy, settings, state
    }

    package var root: Root
    /// Keys and indices.
    package var path: [String]

    func appending(_ key: JSONValue) -> ValueOrigin? {
        switch key {
        case .string(let name): ValueOrigin(root: root, path: path + [name])
        case .integer(let index): ValueOrigin(root: root, path: path + [String(index)])
        default: nil
        }
    }
}

/// A value as it was when a statement failed; `nil` when there was none. Sets are arrays.
struct TracedValue: Sendable {
    var value: JSONValue?
    var origin: ValueOrigin?
}

/// A call that had no result.
struct FailedCall: Sendable {
    var function: String
    var arguments: [TracedValue]
    var failures: [RuleFailure]
}

/// A statement that failed, in one of the ways to get to it.
struct RuleFailure: Sendable {
    enum Test: Sendable, Equatable {
        case compares(RuleComparison)
        /// The first is in the second.
        case contains
        case calls(RuleBuiltin)
        /// Is undefined or `false`.
        case fails
        /// Is defined and not `false`.
        case holds
        case every
    }

    /// Statements of the body before it.
    var progress: Int
    var test: Test
    var operands: [TracedValue]
    /// What the loops around it were at, from the outermost of the function.
    var items: [TracedValue]
    /// What failed within it.
    var calls: [FailedCall]
    var failures: [RuleFailure]
}

/// Watches one evaluation and keeps what failed in it.
final class RuleTrace {
    struct Frame {
        var calls: [FailedCall] = []
        var failures: [RuleFailure] = []
    }

    /// What is known of a variable besides its value.
    struct Variable {
        var origin: ValueOrigin?
        /// What failed while a comprehension was collected.
        var frame = Frame()
    }

    private var frames = [Frame()]
    var variables: [Int: Variable] = [:]
    var items: [TracedValue] = []
    /// Of the result of the latest call.
    var resultOrigin: ValueOrigin?
    /// Set while values are looked up again.
    var isMuted = false

    /// What failed in the rule itself.
    var failures: [RuleFailure] { frames[0].failures }
    /// Calls that failed in the rule's place, the rule itself among them.
    var calls: [FailedCall] { frames[0].calls }

    func open() { if !isMuted { frames.append(Frame()) } }

    func close() -> Frame { isMuted ? Frame() : frames.popLast() ?? Frame() }

    /// Forgets what failed for earlier items.
    func clear() { if !isMuted { frames[frames.count - 1] = Frame() } }

    func note(_ failure: RuleFailure) { if !isMuted { frames[frames.count - 1].failures.append(failure) } }

    func note(_ call: FailedCall) { if !isMuted { frames[frames.count - 1].calls.append(call) } }
}

// SPDX-License-Identifier: Apache-2.0

/// Why a request is denied.
package struct Denial: Sendable {
    /// How found and expected relate in what is demanded.
    package enum Demand: String, Sendable {
        case equal = "equals"
        case member = "is one of"
        case pattern = "matches"
        case including = "includes"
        case absent = "is absent"
        case other = "fits"
    }

    /// The request.
    package var kind: String
    /// The true cause, in one line; no value of a variable is in it.
    package var summary: String
    /// The rule, and the functions of it that failed, from the outermost.
    package var rules: [String] = []
    /// The container of the policy that comes nearest, by its index; its name is empty for the pause container.
    package var container: (index: Int, name: String)?
    /// Where in the request; none for the whole of it, or when something outside it is the cause.
    package var field: [String] = []
    package var demand = Demand.equal
    /// `nil` when nothing in particular is expected.
    package var expected: JSONValue?
    /// `nil` when the request has nothing there.
    package var found: JSONValue?
    /// Where the expectation stands in the policy's data.
    package var origin: ValueOrigin?
    /// The member of a container's data that the expectation belongs to, such as `args`.
    package var aspect: String?
    /// A name within the aspect: of a variable, a mount's destination, an annotation.
    package var detail: String?

    init(kind: String, summary: String) {
        self.kind = kind
        self.summary = summary
    }

    /// The agent cannot read it.
    init(kind: String, malformed reason: String) {
        self.init(kind: kind, summary: "the request is malformed: \(reason)")
    }

    /// The policy has no answer.
    init(kind: String, unanswered reason: String) {
        self.init(kind: kind, summary: "the policy gives no answer: \(reason)")
        rules = [kind]
    }

    /// There is a message about it, and no more.
    package init(kind: String, withoutRequest summary: String) {
        self.init(kind: kind, summary: summary)
        aspect = "message"
    }

    /// The field as it is written in program text: `OCI.Process.Args[0]`.
    package var fieldPath: String {
        field.reduce(into: "") { path, key in
            if Int(key) != nil {
                path += "[\(key)]"
            } else if key.utf8.allSatisfy({ $0.isIdentifier }) {
                path += path.isEmpty ? key : ".\(key)"
            } else {
                path += "[\"\(key)\"]"
            }
        }
    }
}

extension UInt8 {
    fileprivate var isIdentifier: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

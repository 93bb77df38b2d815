// SPDX-License-Identifier: Apache-2.0

package import IR

/// How a request was answered.
package struct Answer: Equatable, CustomStringConvertible {
    package enum Verdict: String { case allowed, denied, error }

    package var verdict: Verdict
    /// The state after the request; none with an error.
    package var state: JSONValue?
    /// Why there is no decision. Every engine has its own words.
    package var reason: String?

    package static func == (left: Answer, right: Answer) -> Bool {
        left.verdict == right.verdict && left.state == right.state
    }

    package var description: String { reason.map { "error: \($0)" } ?? verdict.rawValue }
}

extension EngineProcess {
    package func load(_ policy: [UInt8]) throws {
        try obey(["policy": .string(String(decoding: policy, as: UTF8.self))])
    }

    package func replaceState(_ state: JSONValue) throws { try obey(["state": state]) }

    private func obey(_ command: JSONValue) throws {
        try send(command)
        if let reason = try receive()["error"]?.string { throw Failure(description: "\(engine): \(reason)") }
    }

    /// Asks for a decision; `answer` has it. The request is complete.
    package func ask(_ kind: String, _ request: JSONValue, commit: Bool = true) throws {
        try send(["kind": .string(kind), "request": request, "commit": .bool(commit)])
    }

    /// The least time of some evaluations, in microseconds; the request is answered as by `ask`.
    package func time(_ kind: String, _ request: JSONValue, runs: Int) throws -> Int {
        try send(["kind": .string(kind), "request": request, "commit": true, "runs": .integer(Int128(runs))])
        let line = try receive()
        guard line["allowed"] == true, let time = line["microseconds"]?.integer else {
            throw Failure(description: "\(kind) was not allowed: \(JSONPrinter.text(line))")
        }
        return Int(time)
    }

    package func answer() throws -> Answer {
        let line = try receive()
        guard let allowed = line["allowed"]?.bool else {
            return Answer(verdict: .error, reason: line["error"]?.string ?? "malformed answer")
        }
        return Answer(verdict: allowed ? .allowed : .denied, state: line["state"])
    }
}

extension Agent {
    /// The native answer, in the form of the engines'.
    package mutating func answer(_ kind: String, _ request: JSONValue) -> Answer {
        switch decide(kind: kind, request: request) {
        case .allowed: Answer(verdict: .allowed, state: state)
        case .denied: Answer(verdict: .denied, state: state)
        case .error(let reason): Answer(verdict: .error, reason: reason)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The rule by which a guest drops what others send it until somebody in the pod is ready for it: the guest adds it
/// before any container starts.
package struct DefaultDeny: Sendable {
    /// What came of one of the tools that set rules. Each knows only its own.
    package enum Outcome: Sendable, Equatable {
        /// How often the rule was there.
        case removed(Int)
        case absent
        /// The tool is missing, or the kernel has no part for it.
        case unavailable(String)
    }

    /// The outcomes by tool, in their order.
    package struct Report: Sendable, CustomStringConvertible {
        package var outcomes: [(tool: String, outcome: Outcome)]

        /// Whether any tool could look for the rule.
        package var isCertain: Bool {
            outcomes.contains { if case .unavailable = $0.outcome { false } else { true } }
        }

        package var description: String {
            outcomes.map { tool, outcome in
                switch outcome {
                case .removed(let count): "\(tool): removed\(count == 1 ? "" : " \(count) times")"
                case .absent: "\(tool): not there"
                case .unavailable(let reason): "\(tool): unavailable, \(reason)"
                }
            }.joined(separator: "; ")
        }
    }

    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        package var tool: String
        package var reason: String

        package var description: String {
            "\(tool) cannot remove the rule that drops what comes from outside: \(reason)"
        }
    }

    package static let tools = ["iptables-nft", "iptables-legacy"]
    private static let rule = ["INPUT", "-m", "conntrack", "!", "--ctstate", "ESTABLISHED,RELATED", "-j", "DROP"]
    /// Seconds to wait for others that change rules.
    private static let patience = ["-w", "10"]
    /// What `-C` exits with when there is no such rule.
    private static let notThere = 1
    private static let limit = 16

    private let launch: @Sendable (Program) throws(SystemError) -> ProgramResult

    /// - Parameter launch: runs a program.
    package init(launch: @escaping @Sendable (Program) throws(SystemError) -> ProgramResult) { self.launch = launch }

    /// Runs the programs of this system.
    package init() { self.init { program throws(SystemError) in try ProgramLauncher.run(program) } }

    /// Removes the rule, however often it is there.
    ///
    /// - Throws: `Failure` when it is there and stays.
    package func remove() throws(Failure) -> Report {
        var outcomes: [(tool: String, outcome: Outcome)] = []
        for tool in Self.tools { outcomes.append((tool, try remove(by: tool))) }
        return Report(outcomes: outcomes)
    }

    private func remove(by tool: String) throws(Failure) -> Outcome {
        for count in 0..<Self.limit {
            let found: ProgramResult
            do {
                found = try launch(Program(tool, Self.patience + ["-C"] + Self.rule))
            } catch {
                return .unavailable("\(error)")
            }
            if found.status == Self.notThere { return count == 0 ? .absent : .removed(count) }
            // The first time it may be that nothing of this tool's works here.
            if found.status != 0, count == 0 { return .unavailable(Self.text(found)) }
            guard found.status == 0 else { throw Failure(tool: tool, reason: Self.text(found)) }
            let removed: ProgramResult
            do {
                removed = try launch(Program(tool, Self.patience + ["-D"] + Self.rule))
            } catch {
                throw Failure(tool: tool, reason: "\(error)")
            }
            guard removed.status == 0 else { throw Failure(tool: tool, reason: Self.text(removed)) }
        }
        throw Failure(tool: tool, reason: "it is there more than \(Self.limit) times")
    }

    /// The first line of what a tool says is wrong.
    private static func text(_ result: ProgramResult) -> String {
        let line = String(decoding: result.errors, as: UTF8.self).split(whereSeparator: \.isNewline).first
        return line.map { String($0.prefix(200)) } ?? "exit code \(result.status)"
    }
}

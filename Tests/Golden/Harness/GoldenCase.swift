// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// One directory of `Cases`.
///
///     command        arguments of contrast, one execution per line; lines that start with # are skipped
///     source         optional: directories, relative to this one, whose files are copied first
///     input/         optional: files that are copied over them
///     stdin          optional: standard input of every execution
///     environment    optional: lines NAME=value
///     policies       optional: names of workloads whose policy is kept as text
///     expected/      the outcome
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }
    var directory: String { Locations.goldenCases + "/" + name }
    var expectedDirectory: String { directory + "/expected" }

    static let all = Files.list(Locations.goldenCases).filter { Files.exists(Locations.goldenCases + "/\($0)/command") }
        .map(GoldenCase.init)

    /// The arguments of each execution.
    func commands() throws -> [[String]] {
        try Files.text(directory + "/command").split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").map(String.init) }
    }

    var environment: [String: String] {
        var variables: [String: String] = [:]
        for line in lines("environment") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        }
        return variables
    }

    /// Workloads, as `contrast inspect` calls them, whose policies are kept as text.
    var shownPolicies: Set<String> { Set(lines("policies")) }

    func prepare(_ workspace: String) throws {
        for source in lines("source") { try Files.copyTree(directory + "/" + source, into: workspace) }
        if Files.exists(directory + "/input") { try Files.copyTree(directory + "/input", into: workspace) }
    }

    var input: String { Files.exists(directory + "/stdin") ? directory + "/stdin" : "/dev/null" }

    private func lines(_ file: String) -> [String] {
        ((try? Files.text(directory + "/" + file)) ?? "").split(separator: "\n").map(String.init)
    }
}

// SPDX-License-Identifier: Apache-2.0

import Backends
import Driver
import IR
import InitDataFormat
import TestSupport

/// What came of a case, as the files of its directory `expected`.
///
///     exit               exit codes, a line each
///     stdout             of all executions; absent when empty
///     diagnostics.txt    standard error of all executions; absent when empty
///     files/…            files that were made or changed
///     deleted            files that are gone, a line each; absent when there is none
///     policies.txt       hash and workload of each attached policy
///     policies/….rego    policies that the case shows as text
struct GoldenOutcome {
    var files: [String: [UInt8]] = [:]
    /// Hashes under which the manifests that were written list policies; `nil` when none was.
    var manifestHashes: Set<String>?
    var attachedHashes: Set<String> = []
    var statuses: [Int] = []
    var changedPaths: [String] = []

    static func of(_ golden: GoldenCase) throws -> GoldenOutcome {
        let workspace = try TemporaryDirectory()
        defer { workspace.remove() }
        try golden.prepare(workspace.path)
        let before = try Files.tree(workspace.path)
        var outcome = GoldenOutcome()
        var (stdout, stderr): ([UInt8], [UInt8]) = ([], [])
        for arguments in try golden.commands() {
            let result = try Subprocess(
                executable: Locations.contrast(), arguments: arguments, environment: golden.environment,
                directory: workspace.path, input: golden.input
            ).run()
            outcome.statuses.append(result.status)
            stdout += result.stdout
            stderr += result.stderr
        }
        outcome.put("exit", outcome.statuses.map { "\($0)\n" }.joined())
        if !stdout.isEmpty { outcome.files["stdout"] = StandIns.report(StandIns.apply(to: stdout)) }
        if !stderr.isEmpty { outcome.files["diagnostics.txt"] = stderr }
        let after = try Files.tree(workspace.path)
        outcome.compare(before, after)
        outcome.addPolicies(of: after.merging(["-": stdout]) { $1 }, shown: golden.shownPolicies)
        for (path, bytes) in after where outcome.changedPaths.contains(path) && path.hasSuffix(".json") {
            guard let policies = try? JSONParser.parse(bytes).object?["Policies"]?.object else { continue }
            outcome.manifestHashes = (outcome.manifestHashes ?? []).union(policies.members.map(\.key))
        }
        return outcome
    }

    private mutating func put(_ name: String, _ text: String) { files[name] = Array(text.utf8) }

    private mutating func compare(_ before: [String: [UInt8]], _ after: [String: [UInt8]]) {
        for (path, bytes) in after where before[path] != bytes {
            changedPaths.append(path)
            files["files/" + path] = StandIns.report(StandIns.apply(to: bytes))
        }
        let deleted = before.keys.filter { after[$0] == nil }.sorted()
        if !deleted.isEmpty { put("deleted", deleted.map { $0 + "\n" }.joined()) }
        changedPaths = (changedPaths + deleted).sorted()
    }

    private mutating func addPolicies(of tree: [String: [UInt8]], shown: Set<String>) {
        var lines: Set<String> = []
        for (path, bytes) in tree where ["-", ".yaml", ".yml", ".json"].contains(where: path.hasSuffix) {
            var ignored = Diagnostics()
            for policy in PolicyAnnotations.read(SourceFile(path: path, bytes: bytes), into: &ignored) {
                let workload = policy.workload ?? "?"
                attachedHashes.insert(policy.content.policyHash)
                lines.insert("\(policy.content.policyHash)  \(workload)\n")
                guard shown.contains(workload), let text = policy.content.policy else { continue }
                put("policies/\(workload.replacing(" ", with: ".").replacing("/", with: ".")).rego", text)
            }
        }
        if !lines.isEmpty { put("policies.txt", lines.sorted().joined()) }
    }
}

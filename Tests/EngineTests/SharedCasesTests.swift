// SPDX-License-Identifier: Apache-2.0

import Attacks
import Backends
import Compiler
import Digests
import Driver
import Engines
import FoundationEssentials
import IR
import Testing

/// Requests recorded from real hosts, each with the decision expected of the policy that generate makes for a pod.
enum SharedCases {
    static let directory = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"].map { $0 + "/kata-policy" }

    static func compile(_ folder: String, _ profile: PolicyProfile = .compat) throws -> CompiledPod {
        let files = Folder(try #require(directory) + "/" + folder)
        let sources = try ["pod.yaml", "config_map.yaml"].filter(files.contains).map(files.source)
        var switches = GenerateRequest.Switches()
        switches.all = true
        switches.skipInitializer = true
        let pods = try CompiledPod.compile(sources, lock: try lock(), profile: profile, switches: switches)
        try #require(pods.count == 1)
        return pods[0]
    }

    static func cases(_ folder: String) throws -> [PolicyTest.Case] {
        let files = Folder(try #require(directory) + "/" + folder)
        return try PolicyTest.parse(files.source("testcases.json").bytes)
    }

    /// A lock with the facts of every image that the pods use.
    private static func lock() throws -> LockFile {
        let facts = try JSONParser.parse(Folder(try #require(directory)).source("image-facts.json").bytes)
        var images: [String: LockEntry] = [:]
        for (name, value) in facts.object?.members ?? [] {
            let digest = name.split(separator: "@").dropFirst().first.flatMap { try? ImageDigest(String($0)) }
            images[name] = LockEntry(
                digest: digest ?? ImageDigest(sha256: SHA256.digest(Array(name.utf8))), platform: "linux/amd64",
                config: LockEntry.Config(
                    user: value["User"]?.string, env: value["Env"]?.strings,
                    entrypoint: value["Entrypoint"]?.strings, cmd: value["Cmd"]?.strings,
                    workingDir: value["WorkingDir"]?.string, volumes: value["Volumes"]?.object?.keys),
                passwd: value["passwd"]?.string ?? "", group: value["group"]?.string ?? "")
        }
        return try LockFile.read(SourceFile(path: "contrast.lock", bytes: ContrastLock(images: images).text()))
    }
}

@Suite(
    .enabled(if: SharedCases.directory != nil, "CONTRAST_TEST_DATA is not set"),
    .enabled(if: EngineProcess.python != nil, "CONTRAST_REGO_PYTHON is not set"))
struct SharedCasesTests {
    /// Folders with the number of cases in each.
    static let folders = [
        ("addarpneighbors", 8), ("copyfile", 10), ("createcontainer/cgroup_mount_extras", 2),
        ("createcontainer/env_vars", 2), ("createcontainer/ignored_fields", 1),
        ("createcontainer/network_namespace", 4), ("createcontainer/security_context/runas", 4),
        ("createcontainer/volumes/config_map", 1), ("createcontainer/volumes/emptydir", 6), ("createsandbox", 4),
        ("state/createcontainer", 2), ("state/execprocess", 18), ("updateinterface", 5), ("updateroutes", 6),
    ]

    @Test(arguments: EngineProcess.Engine.allCases)
    func generatedPoliciesDecideAsExpected(engine: EngineProcess.Engine) throws {
        let process = try EngineProcess(engine)
        var passed = 0
        for (folder, _) in Self.folders {
            let pod = try SharedCases.compile(folder)
            try process.load(pod.text)
            var agent = Agent(pod.policy)
            for one in try SharedCases.cases(folder) {
                let request = try RequestMessage.fill(kind: one.kind, one.request)
                try process.ask(one.kind, request)
                let native = agent.answer(one.kind, request)
                let answer = try process.answer()
                #expect(answer == native, "\(folder): \(one.description): \(engine) \(answer), native \(native)")
                #expect(native.verdict == (one.allowed ? .allowed : .denied), "\(folder): \(one.description)")
                passed += 1
            }
        }
        #expect(passed == 73)
    }

    /// Those cases are listed in the documentation, each with its reason, that the strict profile decides otherwise.
    @Test func strictPoliciesDecideOtherwiseAsDocumented() throws {
        let process = try EngineProcess(.regorus)
        var rows: [String] = []
        for (folder, _) in Self.folders {
            let pod = try SharedCases.compile(folder, .strict)
            try process.load(pod.text)
            var agent = Agent(pod.policy)
            for (index, one) in try SharedCases.cases(folder).enumerated() {
                let request = try RequestMessage.fill(kind: one.kind, one.request)
                try process.ask(one.kind, request)
                let (decision, denial) = agent.explain(kind: one.kind, request: request)
                #expect(try (process.answer().verdict == .allowed) == decision.isAllowed, "\(folder) \(index + 1)")
                // Nothing that compat denies is allowed.
                #expect(one.allowed || !decision.isAllowed, "\(folder) \(index + 1)")
                guard one.allowed, let denial else { continue }
                rows.append("| \(folder) | \(index + 1) | \(denial.summary) |")
            }
        }
        let documented = try Folder(Examples.root.appending(path: "docs").path()).source("strict-cases.md")
        let table = String(decoding: documented.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| Folder") && !$0.hasPrefix("| ---") }
        #expect(table == rows, "expected rows:\n\(rows.joined(separator: "\n"))")
    }

    @Test func policyTestPrintsALineForEachCase() throws {
        for (folder, count) in Self.folders {
            let cases = try SharedCases.cases(folder)
            let report = PolicyTest.run(try SharedCases.compile(folder).policy, cases)
            let lines = cases.map { "ok \($0.description) expected=\($0.allowed) got=\($0.allowed)" }
            #expect(report.lines == lines + ["\(count) passed, 0 failed"], "\(folder)")
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import Attacks
import Foundation
import IR
import TestSupport
import Testing

/// What `explain` says about attacks on a pod, asked in the course of a life as `simulate` has it.
@Suite struct DenialTests {
    private static let directory = Locations.repository + "/Tests/Golden/Denials"
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    /// Of different kinds. Each has the expected output in `Denials`, as text and as JSON.
    private static let attacks = [
        "image-other-digest", "image-not-pulled", "root-shared", "pod-name-changes", "annotation-unknown",
        "args-last", "env-preload", "env-missing", "uid-root", "capability-effective", "directory-other",
        "mount-root", "mount-option-more", "mount-volume-missing", "mount-disks-joined", "device-more",
        "namespace-less", "sysctl-more", "exec-shell", "exec-after-end", "file-elsewhere", "file-set-uid",
        "late-resolver", "interface-loopback", "route-to-network", "sandbox-modules", "order-init-running",
        "instance-second", "never-SetPolicyRequest",
    ]

    @Test func denialsAreExplained() throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        try Files.copyTree(Locations.repository + "/Tests/Golden/Fixtures/base", into: workspace.path)
        try Files.write(Files.read(Self.directory + "/app.yaml"), to: workspace.path + "/app.yaml")
        try workspace.contrast("generate --reference-values ./bundle.json --log-level error app.yaml")
        let life = try requests(try workspace.contrast("simulate app.yaml").stdout)
        var causes: Set<String> = []
        for name in Self.attacks {
            let attack = try #require(Attack.catalogue.first { $0.name == name }, "\(name)")
            let all = AttackRun.occasions(life, [attack])
            let occasion = try #require(all.first { isOnMain($0) } ?? all.first, "\(name) has no occasion")
            let asked = life[..<occasion.place] + occasion.attempt.prelude + [occasion.attempt.forged]
            let cases = JSONValue.array(
                asked.map { one in
                    [
                        "description": .string(name), "allowed": true, "kind": .string(one.kind),
                        "request": one.request,
                    ]
                })
            try Files.write(JSONPrinter.print(cases), to: workspace.path + "/requests.json")
            let explain = "explain --yaml app.yaml --lock contrast.lock requests.json"
            let text = try workspace.contrast(explain, status: 1).stdout
            try expect(text, in: name + ".txt")
            try expect(try workspace.contrast(explain, "--format json", status: 1).stdout, in: name + ".json")
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
            #expect(lines.filter { $0.hasPrefix("denied: ") }.count == 1, "\(name): honest requests are denied")
            causes.insert(String(lines.first ?? ""))
        }
        #expect(causes.count >= 20, "the denials are of too few kinds")
    }

    private func requests(_ cases: [UInt8]) throws -> [AgentRequest] {
        try #require(JSONParser.parse(cases).array).map {
            try AgentRequest($0["kind"]?.string ?? "", $0["request"] ?? [:])
        }
    }

    private func isOnMain(_ occasion: AttackRun.Occasion) -> Bool {
        let annotations = occasion.attempt.forged.request["OCI"]?["Annotations"]
        return annotations?["io.kubernetes.cri.container-name"] == "main"
    }

    private func expect(_ output: [UInt8], in file: String) throws {
        let path = Self.directory + "/" + file
        let expected = try? Files.read(path)
        guard expected != output else { return }
        if Self.isUpdating { try Files.write(output, to: path) }
        Issue.record("\(file) is out of date; UPDATE_GOLDEN=1 rewrites it:\n\(String(decoding: output, as: UTF8.self))")
    }
}

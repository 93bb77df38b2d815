// SPDX-License-Identifier: Apache-2.0

import Attacks
import Compiler
import Driver
import FoundationEssentials
import IR
import Simulation
import Testing

/// The pods of the examples, compiled.
enum Examples {
    /// Of the repository.
    static let root: URL = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.deletingLastPathComponent().deletingLastPathComponent()
    }()

    static let pods = pods(.compat)
    static let strictPods = pods(.strict)

    private static func pods(_ profile: PolicyProfile) -> Result<[CompiledPod], any Error> {
        Result {
            try names.flatMap { try compile($0, profile) }
        }
    }

    private static let names = ["block-volume", "client-server", "cron", "helm-like", "kustomize/base", "voting-mesh"]

    /// The pods under strict policies, each example on another host, and one with everything.
    static let lives = Result {
        let hosts = HostProfile.all
        let examples = try names.enumerated().flatMap { index, name in
            let (sources, lock) = try inputs(name)
            return try SimulatedLife.of(sources, lock: lock, on: hosts[index * 5 % hosts.count])
        }
        return try examples + FullPod.lives(on: HostProfile(containerd: .v2_1, shim: .rust))
    }

    static func compile(
        _ name: String, _ profile: PolicyProfile = .compat, switches: GenerateRequest.Switches = .init()
    ) throws -> [CompiledPod] {
        let (sources, lock) = try inputs(name)
        return try CompiledPod.compile(sources, lock: lock, profile: profile, switches: switches)
    }

    private static func inputs(_ name: String) throws -> ([SourceFile], LockFile) {
        let examples = root.appending(path: "examples")
        let files = Folder(examples.appending(path: name).path())
        let top = name.split(separator: "/").first.map(String.init) ?? name
        let lock = try LockFile.read(Folder(examples.appending(path: top).path()).source("contrast.lock"))
        let sources = try files.names(endingWith: ".yaml").filter { !$0.hasSuffix("kustomization.yaml") }
        return (try sources.map(files.source), lock)
    }
}

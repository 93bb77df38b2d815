// SPDX-License-Identifier: Apache-2.0

import Compiler
import Driver
import FoundationEssentials
import IR
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
            try ["block-volume", "client-server", "cron", "helm-like", "kustomize/base", "voting-mesh"]
                .flatMap { try compile($0, profile) }
        }
    }

    static func compile(
        _ name: String, _ profile: PolicyProfile = .compat, switches: GenerateRequest.Switches = .init()
    ) throws -> [CompiledPod] {
        let examples = root.appending(path: "examples")
        let files = Folder(examples.appending(path: name).path())
        let top = name.split(separator: "/").first.map(String.init) ?? name
        let lock = try LockFile.read(Folder(examples.appending(path: top).path()).source("contrast.lock"))
        let sources = try files.names(endingWith: ".yaml").filter { !$0.hasSuffix("kustomization.yaml") }
        return try CompiledPod.compile(sources.map(files.source), lock: lock, profile: profile, switches: switches)
    }
}

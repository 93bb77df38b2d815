// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Digests
import Driver
import Foundation
import IR
import Testing

/// A small deployment with something of everything that policies and manifests speak of.
enum Shop {
    static let measurement = String(repeating: "a1", count: 48)
    static let keyDigest = Hex.text(SHA256.digest([0x30, 0x59]))

    static func image(_ name: String, _ digit: String, in directory: String = "shop/") -> String {
        "registry.example/\(directory)\(name)@sha256:\(String(repeating: digit, count: 64))"
    }

    /// Where the host finds what it shares with containers.
    static func shared(_ name: String) -> String {
        "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-\(name)$"
    }

    private static let yaml = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: coordinator, namespace: shop}
        spec:
          selector: {matchLabels: {a: c}}
          serviceName: coordinator
          template:
            metadata:
              labels: {a: c}
              annotations: {contrast.edgeless.systems/pod-role: coordinator}
            spec:
              runtimeClassName: contrast-cc
              containers:
              - {name: coordinator, image: 'registry.example/coordinator:1'}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config, namespace: shop}
        data: {greeting: hello, file: text}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: access, namespace: shop}
        stringData:
          password: correct-horse
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 1
          selector: {matchLabels: {a: b}}
          template:
            metadata:
              labels: {a: b}
              annotations: {team: one}
            spec:
              runtimeClassName: contrast-cc # web
              # pod
              containers:
              - name: helper
                image: registry.example/shop/helper:1.0
                # no probe
              - name: web
                image: registry.example/shop/web:1.0
                workingDir: /app
                args:
                - --verbose
                - --password=$(PASSWORD)
                env:
                - {name: LEVEL, value: info}
                - {name: REQUIRE_LOGIN, value: always}
                - {name: GREETING, valueFrom: {configMapKeyRef: {name: config, key: greeting}}}
                - {name: PASSWORD, valueFrom: {secretKeyRef: {name: access, key: password}}}
                readinessProbe: {exec: {command: [/app/ready]}}
                securityContext: {runAsUser: 1000, runAsGroup: 1000}
                volumeMounts:
                - {name: config, mountPath: /etc/shop}
              volumes:
              - {name: config, configMap: {name: config}}
              - {name: cache, emptyDir: {medium: Memory}}
        # another

        """

    private static let lock: String = {
        let images = [
            ("registry.example/coordinator:1", "c"), ("registry.example/coordinator:2", "d"),
            ("registry.example/shop/helper:1.0", "e"), ("registry.example/shop/web:1.0", "a"),
            ("registry.example/shop/web:1.1", "b"),
        ].map { name, digit in
            """
            "\(name)": {"digest": "sha256:\(String(repeating: digit, count: 64))", "platform": "linux/amd64",
              "config": {"Entrypoint": ["/app/web"], "Env": ["PATH=/bin"]}, "passwd": "", "group": ""}
            """
        }
        return "{\"version\": 1, \"images\": {\(images.joined(separator: ", "))}}"
    }()

    /// With all that is left open in the bundle of the golden cases.
    private static func bundle() throws -> IR.Bundle {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden/Fixtures/base/bundle.json")
        let tcb = #""MinimumTCB": {"BootloaderVersion": 3, "TEEVersion": 0, "SNPVersion": 8, "MicrocodeVersion": 115}"#
        let text = try String(contentsOf: path, encoding: .utf8).replacing(#""MinimumTCB": {}"#, with: tcb)
        var diagnostics = Diagnostics()
        return try #require(
            IR.Bundle.read(SourceText(text).file("bundle.json"), sha256: SHA256.digest, diagnostics: &diagnostics))
    }

    static func settings(readStream: Bool) -> PolicySettings {
        var settings = PolicySettings.defaults
        settings.requestDefaults.readStream = readStream
        return settings
    }

    static let base = Result { try snapshot(TrustReviewTests.Change("", "", "", "")) }

    /// The deployment, compiled after a change or changed after it was compiled.
    static func snapshot(_ change: TrustReviewTests.Change) throws -> DeploymentSnapshot {
        let (yaml, manifest) = try compiled(change)
        var diagnostics = Diagnostics()
        let files = [
            try apply(change.compiledEdits, to: yaml).file("shop.yaml"),
            try apply(change.manifestEdits, to: manifest).file("manifest.json"),
        ]
        let snapshot = DeploymentSnapshot(files: files, into: &diagnostics)
        try #require(diagnostics.all.isEmpty, "\(diagnostics.all.map(\.message))")
        return snapshot
    }

    /// The YAML and the manifest after compilation.
    static func compiled(_ change: TrustReviewTests.Change) throws -> (yaml: String, manifest: String) {
        var diagnostics = Diagnostics()
        let lock = try #require(LockReader.read(SourceText(Self.lock).file("contrast.lock"), into: &diagnostics))
        let source = try apply(change.edits, to: yaml).file("shop.yaml")
        var request = GenerateRequest(
            inputs: [InputFile(source: source, isNamed: true)], bundles: Bundles(given: try bundle()),
            settings: settings(readStream: false),
            lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        change.adjust(&request)
        let result = request.run()
        try #require(!result.diagnostics.hasErrors, "\(result.everything)")
        let compiled = String(decoding: try #require(result.outputs.first).bytes, as: UTF8.self)
        return (compiled, String(decoding: try #require(result.manifest), as: UTF8.self))
    }

    private static func apply(_ edits: [(String, String)], to text: String) throws -> SourceText {
        var text = text
        for (old, new) in edits {
            try #require(text.contains(old), "'\(old)' is not there")
            text = text.replacing(old, with: new, maxReplacements: 1)
        }
        return SourceText(text)
    }

    private struct SourceText {
        let text: String
        init(_ text: String) { self.text = text }
        func file(_ path: String) -> SourceFile { SourceFile(path: path, bytes: Array(text.utf8)) }
    }
}

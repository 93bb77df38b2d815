// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import IR
import Simulation
import Testing

/// Pods in which the YAML asks for something that policies once denied, or could not be read back with.
struct SimulatedRequestsTests {
    private static let yaml = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          volumes:
          - {name: cache, emptyDir: {medium: Memory}}
          containers:
          - name: web
            image: registry.example/web:1
            tty: true
            args: [serve, --name=$(NAME), plain]
            env:
            - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            livenessProbe: {exec: {command: ["true"]}}
            volumeMounts:
            - {name: cache, mountPath: /a}
            - {name: cache, mountPath: /b}
        """
    private static let lock = """
        {"version": 1, "images": {"registry.example/web:1": {
          "digest": "sha256:2222222222222222222222222222222222222222222222222222222222222222",
          "platform": "linux/amd64", "config": {"Env": ["A=b"], "Entrypoint": ["/e"]}, "passwd": "", "group": ""}}}
        """

    /// Placeholders among arguments; a volume in memory that is mounted twice; a probe without the container's terminal;
    /// an image that sets no PATH.
    @Test func strictPolicyAllowsThem() throws {
        let lock = try LockFile.read(SourceFile(path: "contrast.lock", bytes: Array(Self.lock.utf8)))
        var request = GenerateRequest(
            inputs: [InputFile(source: SourceFile(path: "web.yaml", bytes: Array(Self.yaml.utf8)), isNamed: true)],
            bundles: Bundles(), settings: .defaults, lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        request.profile = .strict
        request.switches.all = true
        let result = GeneratePipeline(request, toolVersion: "0").run()
        let bytes = try #require(result.files.first?.bytes)
        let compiled = SourceFile(path: "web.yaml", bytes: bytes)
        var diagnostics = Diagnostics()
        let run = SimulationRun(inputs: [InputFile(source: compiled, isNamed: true)], lock: lock)
        for host in HostProfile.all {
            let outcome = try #require(run.run(host, into: &diagnostics).first)
            #expect(outcome.name == "pod.shop.web")
            var agent = Agent(try PolicyReader.read(try #require(outcome.policy)))
            for one in outcome.cases {
                let decision = agent.decide(kind: one.kind, request: one.request)
                #expect(decision == .allowed, "\(host): \(one.description)")
            }
        }
    }
}

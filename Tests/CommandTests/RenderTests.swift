// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import TestSupport
import Testing

@Suite struct RenderTests {
    private static let renderings = [
        "coordinator", "coordinator -n 123 --replicas 3 --image registry.example:5000/coordinator@sha256:\(hex)",
        "runtime --reference-values metal-qemu-snp", "runtime --reference-values metal-qemu-tdx-gpu -n null",
        "port-forwarder coordinator 1313 1314", "port-forwarder -n on 80 80",
    ]
    private static let hex = String(repeating: "ab", count: 32)

    @Test(arguments: ["voting-mesh": "voting", "client-server": "default"])
    func examplesHaveTheRenderedCoordinator(_ example: String, _ namespace: String) throws {
        let workspace = try Workspace(example: example)
        defer { workspace.remove() }
        let result = try workspace.contrast("render coordinator -n \(namespace)")
        #expect(try result.stdout == Files.read(workspace.path + "/coordinator.yaml"))
    }

    @Test func coordinatorsAreCompiled() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        try workspace.contrast("render coordinator -n shop -o ./coordinator.yaml")
        let generate = "generate --reference-values metal-qemu-snp --locked --log-level error coordinator.yaml"
        try workspace.contrast(generate)
        try workspace.contrast(generate, "--check")
        let manifest = try JSONParser.parse(Files.read(workspace.path + "/manifest.json"))
        let entry = try #require(manifest["Policies"]?.object?.members.first?.value)
        #expect(entry["Role"] == "coordinator")
    }

    @Test func theRuntimeClassIsTheOneThatGenerateNames() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        let rendered = try workspace.contrast("render runtime --reference-values metal-qemu-snp")
        let handler = try #require(
            String(decoding: rendered.stdout, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("handler: ") }
        ).dropFirst("handler: ".count)
        try workspace.contrast("generate --reference-values metal-qemu-snp --locked --log-level error report.yaml")
        #expect(try Files.text(workspace.path + "/report.yaml").contains("runtimeClassName: \(handler)\n"))
    }

    /// The image of node installers belongs to the host; the pods run with no confidential runtime.
    @Test func whatIsNotConfidentialStaysAsItIs() throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        try workspace.contrast("render port-forwarder coordinator 1313 -o ./forwarder.yaml")
        let before = try Files.read(workspace.path + "/forwarder.yaml")
        try workspace.contrast("generate --reference-values metal-qemu-snp --locked --log-level error .")
        #expect(try Files.read(workspace.path + "/forwarder.yaml") == before)
    }

    @Test(arguments: [
        "coordinator -n Shop", "coordinator -n a: b", "coordinator --image UPPER", "coordinator --replicas -1",
        "coordinator --runtime-class -", "port-forwarder coordinator", "port-forwarder coordinator 0",
        "port-forwarder coordinator 80 80", "port-forwarder a.b 80", "runtime",
        "runtime --reference-values metal-qemu-snp --pause-image @",
    ])
    func refusesWhatIsNoName(_ arguments: String) throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        let result = try workspace.contrast("render \(arguments)", status: 64)
        #expect(result.stdout.isEmpty)
    }

    @Test(
        .enabled(
            if: Locations.pythonTool("kubernetes-validate") != nil,
            "CONTRAST_REGO_PYTHON names no Python with kubernetes-validate"),
        arguments: renderings)
    func kubernetesAcceptsIt(_ arguments: String) throws {
        let workspace = try Workspace(example: "cron")
        defer { workspace.remove() }
        try workspace.contrast("render \(arguments) -o ./rendered.yaml")
        let validate = try #require(Locations.pythonTool("kubernetes-validate"))
        let result = try Subprocess(
            executable: validate, arguments: ["--strict", "--quiet", "rendered.yaml"], directory: workspace.path
        ).run()
        #expect(result.status == 0, "\(result.errorText)")
    }
}

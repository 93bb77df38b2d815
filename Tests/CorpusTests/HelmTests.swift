// SPDX-License-Identifier: Apache-2.0

import Compiler
import Foundation
import IR
import TestSupport
import Testing

/// `contrast generate -` as the post-renderer of the real Helm.
@Suite struct HelmTests {
    private static let helm = Locations.pythonTool("helm")

    private static let options = "--all --locked --reference-values metal-qemu-snp --log-level error"

    /// Makes a chart that prints the file as it stands, and renders it with and without contrast.
    ///
    /// - Returns: what Helm printed through contrast, what contrast made of what Helm printed, and of that in a file.
    private func render(
        _ source: SourceFile, lock: [UInt8]
    ) throws -> (post: [UInt8], piped: [UInt8], file: [UInt8]) {
        let workspace = try Workspace(files: [
            "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
            "chart/templates/all.yaml": "{{ .Files.Get \"release.yaml\" }}\n",
            "post-render.sh": "exec '\(try Locations.contrast())' generate \(Self.options) -m post.json -\n",
        ])
        defer { workspace.remove() }
        try Files.write(source.bytes, to: workspace.path + "/chart/release.yaml")
        try Files.write(lock, to: workspace.path + "/contrast.lock")
        let helm = try #require(Self.helm)
        let environment = ["HOME": workspace.path, "PATH": "/usr/bin:/bin"]
        // Helm gives hooks to no post-renderer.
        let template = "template --no-hooks shop chart"
        let plain = try workspace.run(helm, [template], environment: environment).stdout
        try Files.write(plain, to: workspace.path + "/plain.yaml")
        // A program that has just been written may not run yet: another test's child may have it open.
        let renderer = "--post-renderer /bin/sh --post-renderer-args post-render.sh"
        let post = try workspace.run(helm, ["\(template) \(renderer)"], environment: environment)
        let piped = try workspace.contrast(
            "generate \(Self.options) -m piped.json -", input: workspace.path + "/plain.yaml")
        try workspace.contrast("generate \(Self.options) -m file.json -o file.yaml plain.yaml")
        let manifests = try ["post", "piped", "file"].map { try Files.text("\(workspace.path)/\($0).json") }
        #expect(Set(manifests).count == 1)
        return (post.stdout, piped.stdout, try Files.read(workspace.path + "/file.yaml"))
    }

    /// A comparison that prints nothing of the megabytes when it fails.
    private func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }

    @Test(.enabled(if: helm != nil, "CONTRAST_REGO_PYTHON names no Python with Helm"))
    func postRendererGivesWhatGenerateGivesOnFiles() throws {
        let source = SourceFile(
            path: "release.yaml", bytes: try Files.read(Locations.examples + "/helm-like/release.yaml"))
        let result = try render(source, lock: try Files.read(Locations.examples + "/helm-like/contrast.lock"))
        #expect(String(decoding: result.post, as: UTF8.self).contains("contrast-initializer"))
        #expect(isSame(result.post, result.piped))
        #expect(isSame(result.file, result.piped))
    }

    @Test(
        .enabled(if: helm != nil, "CONTRAST_REGO_PYTHON names no Python with Helm"),
        .enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"),
        arguments: TestData.yamlFiles(below: "helm"))
    func releasesComeThroughThePostRenderer(source: SourceFile) throws {
        let result = try render(source, lock: LockFromImages.text(for: source))
        #expect(isSame(result.post, result.piped), "\(source.path)")
        #expect(isSame(result.file, result.piped), "\(source.path)")
    }

    /// Helm 4 comes as a library here, so its post-renderer is played: what it renders goes into standard input.
    @Test(
        .enabled(if: Locations.pythonTool("python") != nil, "CONTRAST_REGO_PYTHON is not set"),
        .enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
    func whatHelm4RendersCompiles() throws {
        let sources = TestData.yamlFiles(below: "helm").enumerated().filter { $0.offset % 6 == 0 }.map(\.element)
        let workspace = try Workspace()
        defer { workspace.remove() }
        let names = sources.indices.map { "chart\($0)" }
        for (name, source) in zip(names, sources) {
            try workspace.write("apiVersion: v2\nname: shop\nversion: 1.0.0\n", to: name + "/Chart.yaml")
            try workspace.write("{{ .Files.Get \"release.yaml\" }}\n", to: name + "/templates/all.yaml")
            try Files.write(source.bytes, to: "\(workspace.path)/\(name)/release.yaml")
            try Files.write(LockFromImages.text(for: source), to: "\(workspace.path)/\(name)/contrast.lock")
        }
        let script = Locations.repository + "/Tests/CorpusTests/render-charts.py"
        try workspace.run(try #require(Locations.pythonTool("python")), [script] + names)
        for (name, source) in zip(names, sources) {
            let rendered = "\(workspace.path)/\(name)/rendered.yaml"
            let options = "\(Self.options) --lock \(name)/contrast.lock"
            let piped = try workspace.contrast("generate \(options) -m piped.json -", input: rendered)
            try workspace.contrast("generate \(options) -m file.json -o file.yaml \(name)/rendered.yaml")
            #expect(isSame(piped.stdout, try Files.read(workspace.path + "/file.yaml")), "\(source.path)")
            #expect(try Files.read(workspace.path + "/piped.json") == Files.read(workspace.path + "/file.json"))
            #expect(piped.stdout.count > source.bytes.count)
        }
    }

    /// Charts that make passwords themselves compile into other policies each time.
    @Test(
        .enabled(if: helm != nil, "CONTRAST_REGO_PYTHON names no Python with Helm"),
        arguments: [true, false])
    func chartsMustRenderTheSameTwice(isStable: Bool) throws {
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: made}
            data:
              password: {{ \(isStable ? "\"c2VjcmV0\"" : "randAlphaNum 24 | b64enc | quote") }}
            """
        let workspace = try Workspace(files: [
            "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
            "chart/templates/all.yaml": "{{ .Files.Get \"release.yaml\" }}\n",
            "chart/templates/secret.yaml": secret,
        ])
        defer { workspace.remove() }
        try Files.copyTree(Locations.examples + "/helm-like", into: workspace.path + "/chart")
        let helm = try #require(Self.helm)
        let result = try Subprocess(
            executable: try Locations.contrast(),
            arguments: [
                "generate", "--locked", "--lock", "chart/contrast.lock", "--reference-values", "metal-qemu-snp",
                "--log-level", "error", "--render-command", "'\(helm)' template shop chart",
            ],
            environment: ["HOME": workspace.path, "PATH": "/usr/bin:/bin"], directory: workspace.path
        ).run()
        #expect(result.status == (isStable ? 0 : 1), "\(result.errorText)")
        #expect(result.errorText.contains("CC0118") != isStable)
        #expect(String(decoding: result.stdout, as: UTF8.self).contains("cc_init_data") == isStable)
    }
}

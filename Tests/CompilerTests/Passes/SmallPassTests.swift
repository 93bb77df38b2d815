// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Runtime class, images and resources.
@Suite struct SmallPassTests {
    private func pod(_ spec: String) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: w\n  annotations: {a: b}\nspec:\n\(spec)"
    }

    @Test(arguments: [
        ("  runtimeClassName: contrast-cc # c\n", "  runtimeClassName: contrast-cc-x # c\n"),
        ("  runtimeClassName: 'kata-cc-isolation'\n", "  runtimeClassName: contrast-cc-x\n"),
        ("  runtimeClassName: \"contrast-cc\"\n", "  runtimeClassName: \"contrast-cc-x\"\n"),
        ("  runtimeClassName: &r contrast-cc\n", "  runtimeClassName: &r contrast-cc-x\n"),
        ("  runtimeClassName: !!str contrast-cc\n", "  runtimeClassName: !!str contrast-cc-x\n"),
        ("  ? runtimeClassName\n  : contrast-cc\n", "  ? runtimeClassName\n  : contrast-cc-x\n"),
        ("  runtimeClassName:\n    contrast-cc\n", "  runtimeClassName:\n    contrast-cc-x\n"),
        ("  runtimeClassName: ~ # c\n", "  runtimeClassName: contrast-cc-x # c\n"),
        ("  runtimeClassName:\n", "  runtimeClassName: contrast-cc-x\n"),
        ("", "  runtimeClassName: contrast-cc-x\n"),
    ])
    func runtimeClass(before: String, after: String) throws {
        let text = pod("  containers: []\n" + before)
        let once = try run([RuntimeClassPass(handler: "contrast-cc-x")], on: text, complete: false)
        #expect(once.text == pod("  containers: []\n" + after))
        let compiled = try run([RuntimeClassPass(handler: "contrast-cc-x")], on: text)
        #expect(try run([RuntimeClassPass(handler: "contrast-cc-x")], on: compiled.text).text == compiled.text)
        #expect(try data(removed(compiled.text)) == data(text))
        let plain = before.replacing("'kata-cc-isolation'", with: "kata-cc-isolation")
        if before == plain { #expect(try removed(compiled.text) == text) }
    }

    @Test func imagesArePinnedInEveryContainer() throws {
        let text = pod(
            "  initContainers:\n  - {name: i, image: x}\n  containers:\n  - name: a\n    image: \"b:1\" # c\n"
                + "  - image: >-\n      d\n    name: e\n")
        let compiled = try run([allPasses[1]], on: text)
        #expect(compiled.findings == [])
        #expect(
            compiled.text.hasSuffix(
                "  initContainers:\n  - {name: i, image: x@sha256:1}\n  containers:\n  - name: a\n"
                    + "    image: \"b:1@sha256:1\" # c\n  - image: d@sha256:1\n    name: e\n"))
        #expect(try data(removed(compiled.text)) == data(text))
    }

    @Test(arguments: ["", "    image:\n", "    image: ''\n", "    image: [a]\n", "    image: {}\n"])
    func missingImages(line: String) throws {
        let run = try run([allPasses[1]], on: pod("  containers:\n  - name: a\n\(line)"))
        #expect(run.findings.map { $0.prefix(9) } == ["8:5 CC020"] || run.findings.count == 1, "\(run.findings)")
    }

    @Test(arguments: [
        ("{limits: {memory: 1Gi}, requests: {memory: 1Mi}}", "{limits: {memory: 1Gi}, requests: {memory: 1Gi}}"),
        ("{limits: {memory: 1Gi}, requests: {memory: 1024Mi}}", "{limits: {memory: 1Gi}, requests: {memory: 1024Mi}}"),
        ("{limits: {memory: 1Gi}}", "{limits: {memory: 1Gi}}"),
        // YAML's numbers, as they are read.
        ("{limits: {memory: 0x10}, requests: {memory: 020}}", "{limits: {memory: 0x10}, requests: {memory: 020}}"),
        ("{limits: {memory: 020}, requests: {memory: 20}}", "{limits: {memory: 020}, requests: {memory: \"16\"}}"),
        ("{limits: {memory: '020'}, requests: {memory: 20}}", "{limits: {memory: '020'}, requests: {memory: 20}}"),
        ("{limits: {memory: 1Gi}, requests: {cpu: 1}}", "{limits: {memory: 1Gi}, requests: {cpu: 1}}"),
        ("{requests: {memory: 1Mi}}", "{requests: {memory: 1Mi}}"),
        ("{limits: {memory: x}, requests: {memory: 1Mi}}", "{limits: {memory: x}, requests: {memory: 1Mi}}"),
        ("{limits: [], requests: {memory: 1Mi}}", "{limits: [], requests: {memory: 1Mi}}"),
    ])
    func memory(before: String, after: String) throws {
        let text = pod("  containers:\n  - name: a\n    image: b\n    resources: \(before)\n")
        let run = try run([ResourcesPass()], on: text)
        #expect(run.text.hasSuffix("    resources: \(after)\n"))
        #expect(try removed(run.text) == text)
    }

    @Test func runtimeClassOfAnotherType() throws {
        for value in ["[a]", "{a: b}"] {
            let run = try run(
                [RuntimeClassPass(handler: "h")], on: pod("  containers: []\n  runtimeClassName: \(value)\n"))
            #expect(run.findings == ["8:21 CC0111 'runtimeClassName' is not a string"])
        }
    }
}

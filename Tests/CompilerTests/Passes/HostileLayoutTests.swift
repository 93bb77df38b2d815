// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Layouts that are hard to edit in place: what passes write must parse, must stay as it is in a second run, and must
/// be undone by the removal.
@Suite struct HostileLayoutTests {
    private static let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: w, annotations: {a: b}}\nspec:\n"

    /// Sources, and whether the removal restores each byte; else only what it says.
    static let cases: [(String, exact: Bool)] = [
        (head + "  initContainers: []\n  containers: [{name: a, image: b}]\n  volumes: null\n", true),
        (head + "  containers:\n  -\n    name: a\n    image: b\n", true),
        (head + "  containers:\n  - name: a\n    args:\n    - x\n    image:\tb\n", true),
        (head + "  containers:\n  - # first\n    name: a\n    image: b\n", true),
        (head + "  initContainers: # none yet\n  containers: # all\n  - name: a\n    image: b\n", true),
        (
            head + "  containers:\n  - name: a\n    # between\n    image: b\n\n  # after\n  - name: c\n    image: d\n",
            true
        ),
        (head + "  containers: &c\n  - &x\n    name: a\n    image: b\n  - name: c\n    image: d\n", true),
        (
            head
                + "  containers:\n  - name: a\n    image: b\n    ? tty\n    ? stdin\n# after\n---\n\(head)  containers: []\n",
            true
        ),
        (head + "  containers: [{name: a, image: b, tty }]\n  volumes: [{name: v, emptyDir}]\n", true),
        (head + "  containers: [{name: a, image: b}]\n  volumes: [name: v, name: w ]\n", true),
        (head + "  containers:\n  - {name: a, image: b, volumeMounts: [name: contrast-secrets # c\n    ]}\n", false),
        (head + "  containers: !!seq\n  - !!map\n    name: a\n    image: b\n", true),
        // A comment right after a quote or a bracket.
        (head + "  containers:\n  - name: a\n    image: 'b'#c\n", false),
        (head + "  initContainers: []#c\n  volumes: []#d\n  containers:\n  - {name: \"a\", image: \"b\"}#e\n", false),
        // An anchor that the text follows at once.
        (head + "  containers:\n  - name: a\n    image: &o:1\n", false),
        // A collection with a tag or an anchor whose first key has one too.
        (head + "  containers:\n  - !!map\n    !!str name: a\n    image: b\n", true),
        (head + "  containers:\n  - &x\n    &y name: a\n    image: b\n", true),
        (
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: w}\nspec:\n  template: !\n    ! spec:\n"
                + "      containers:\n      - name: a\n        image: b\n", true
        ),
        (
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: w}\nspec:\n  template: &t !!map\n"
                + "    !!str &s spec:\n      containers:\n      - name: a\n        image: b\n", true
        ),
        (head + "  ? containers\n  :\n    - ? name\n      : a\n      ? image\n      : b\n", true),
        (head + "  containers:\n  - name: a\n    image: b\n    args:\n    - |\n      text\n\n\n", true),
        (head + "  containers:\n  - name: a\n    image: b\n    args:\n    - |+\n      text\n\n...\n", true),
        (head + "  containers:\n  - name: a\n    image: b\n...\n---\n# nothing\n---\n\(head)  containers: []\n", true),
        (head.replacing("\n", with: "\r\n") + "  containers:\r\n  - name: a\r\n    image: b\r\n", true),
        (head + "  containers:\n  - name: a\n    image: b", true),
        (head + "  containers:\n  - {name: a, image: b,}\n", true),
        (head + "  containers: [\n    {name: a, # c\n     image: b},\n    {name: c, image: d} ]\n", true),
        ("\u{FEFF}" + head + "  containers:\n  - name: a # ü\n    image: b\n", true),
        (
            head + "  containers:\n  - name: a\n    image: b\n    volumeMounts: &m\n    - {name: x, mountPath: /x}\n"
                + "  - name: c\n    image: d\n    volumeMounts: *m\n", true
        ),
        (head + "  containers: &c\n  - name: a\n    image: b\n  initContainers: *c\n", false),
        (head + "  containers:\n  - &a\n    name: a\n    image: b\n  - <<: *a\n    name: c\n", false),
        (head + "  containers:\n  - name: a\n    image: &i b\n  - name: c\n    image: *i\n", true),
        (
            head + "  volumes: &e []\n  initContainers: *e\n  containers:\n  - {name: a, image: b, volumeMounts: *e}\n",
            false
        ),
        (
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"w\"},\n"
                + " \"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"b\"}]}}\n", true
        ),
        (
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: w}\nspec:\n  template:\n    spec:\n"
                + "      containers:\n      - name: a\n        image: b\n", true
        ),
        (
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: w}\nspec: {jobTemplate: {spec: {template: {metadata: {},"
                + " spec: {containers: [{name: a, image: b}]}}}}}\n", true
        ),
        (
            "apiVersion: v1\nkind: List\nitems:\n- \(head.replacing("\n", with: "\n  ").dropLast(2))"
                + "    containers:\n    - name: a\n      image: b\n", true
        ),
        (
            head + "  initContainers:\n  - name: contrast-initializer\n    image: mine\n  containers:\n  - name: a\n"
                + "    image: b\n    volumeMounts:\n    - name: contrast-secrets\n      mountPath: /mine\n"
                + "  volumes:\n  - name: contrast-secrets\n    emptyDir: {}\n", false
        ),
        (
            head + "  containers:\n  - name: a\n    image: b\n    volumeMounts:\n    - name: contrast-secrets\n"
                + "      mountPath: /contrast\n  volumes:\n  - name: contrast-secrets # mine\n    emptyDir: {}\n", true
        ),
        (
            head
                + "  containers:\n  - {name: a, image: b}\n  initContainers: &i [&k {name: contrast-initializer, image: &m x}]\n"
                + "  nodeSelector: {a: *m}\n", false
        ),
        (head.replacing("{a: b}", with: "{}") + "  containers:\n  - name: a\n    image: b\n", true),
        (head.replacing("{a: b}", with: "") + "  containers:\n  - name: a\n    image: b\n", true),
        (head.replacing("{a: b}", with: "{ # c\n  }") + "  containers:\n  - name: a\n    image: b\n", false),
    ]

    @Test(arguments: cases.indices) func roundTrip(index: Int) throws {
        let (text, exact) = Self.cases[index]
        let once = try run(allPasses, on: text)
        let errors = once.findings.filter { !$0.contains("is not in memory") && !$0.contains(" CC0311 ") }
        #expect(errors == [])
        let compiled = try data(once.text)
        for document in compiled { #expect(Shape.problems(of: document) == [], "\(once.text)") }
        #expect(try run(allPasses, on: once.text).text == once.text)
        let back = try removed(once.text)
        #expect(try data(back) == data(text), "\(back)")
        if exact { #expect(back == text) }
    }
}

/// What every compiled pod must look like.
enum Shape {
    static func problems(of document: YAMLValue) -> [String] {
        if let items = document["items"]?.items, !items.isEmpty { return items.flatMap(problems) }
        var template = document
        for key in ["spec", "jobTemplate", "spec", "template"] {
            if let inner = template[key], template["spec"]?["containers"] == nil { template = inner }
        }
        guard let spec = template["spec"] else { return ["no spec"] }
        var problems: [String] = []
        let inits = spec["initContainers"]?.items ?? []
        if inits.first?["name"] != "contrast-initializer" { problems.append("the initializer is not first") }
        if inits.filter({ $0["name"] == "contrast-initializer" }).count != 1 { problems.append("not one initializer") }
        let volumes = (spec["volumes"]?.items ?? []).filter { $0["name"] == "contrast-secrets" }
        if volumes.count != 1 { problems.append("\(volumes.count) volumes") }
        for container in inits.dropFirst() + (spec["containers"]?.items ?? []) {
            let mounts = (container["volumeMounts"]?.items ?? []).filter { $0["name"] == "contrast-secrets" }
            if mounts != [["mountPath": "/contrast", "name": "contrast-secrets"]] { problems.append("mounts") }
            if case .scalar(let image, _)? = container["image"], image.hasSuffix("@sha256:1") { continue }
            problems.append("image")
        }
        if spec["runtimeClassName"] != "contrast-cc-x" { problems.append("runtime class") }
        if template["metadata"]?["annotations"]?[ContrastName.initData] != "DATA" { problems.append("policy") }
        if template["metadata"]?["annotations"]?[ContrastName.replaced] == nil { problems.append("record") }
        return problems
    }
}

extension YAMLValue {
    subscript(key: String) -> YAMLValue? {
        guard case .mapping(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var items: [YAMLValue] {
        guard case .sequence(let items) = self else { return [] }
        return items
    }
}

// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Sources after passes ran over their pods, and what the passes found.
struct PassRun {
    var text: String
    var findings: [String]
}

/// All passes in the order of generate, with images pinned to `@sha256:1`.
var allPasses: [any Pass] {
    [
        InitializerPass(image: "init:1", coordinatorNamespace: "default", hasServiceMesh: false),
        ImagePass { image, _ in image.value.contains("@") ? image.value : image.value + "@sha256:1" },
        RuntimeClassPass(handler: "contrast-cc-x"),
        ResourcesPass(),
    ]
}

/// Runs passes over every pod of every document. `complete` writes what marks a pod as compiled.
func run(_ passes: [any Pass], on text: String, path: String = "t.yaml", complete: Bool = true) throws -> PassRun {
    let source = SourceFile(path: path, bytes: Array(text.utf8))
    var diagnostics = Diagnostics()
    var edits: [SourceEdit] = []
    for document in YAMLFrontend.parse(source, into: &diagnostics) {
        let tree = YAMLTree(document)
        for object in KubernetesObject.all(in: tree) {
            guard let pod = PodObject(object) else { continue }
            var context = PassContext(pod)
            for pass in passes { pass.run(&context) }
            if complete {
                context.writeReplaced()
                context.annotate(ContrastName.initData, "DATA")
            }
            diagnostics.add(contentsOf: context.diagnostics)
        }
        edits += YAMLSplicer.edits(of: tree)
    }
    var out: [UInt8] = []
    YAMLSplicer.apply(edits, to: source.bytes, 0..<source.bytes.count, into: &out)
    let findings = diagnostics.all.map { finding in
        let position = finding.range.map { source.position(at: $0.start) }
        return "\(position.map { "\($0.line):\($0.column) " } ?? "")\(finding.code.rawValue) \(finding.message)"
    }
    return PassRun(text: String(decoding: out, as: UTF8.self), findings: findings)
}

func removed(_ text: String, path: String = "t.yaml") throws -> String {
    let run = try run([RemovePass()], on: text, path: path, complete: false)
    #expect(run.findings == [])
    return run.text
}

/// What all documents of a text say, aliases and merge keys expanded.
func data(_ text: String) throws -> [YAMLValue] {
    var diagnostics = Diagnostics()
    let documents = YAMLFrontend.parse(SourceFile(path: "t.yaml", bytes: Array(text.utf8)), into: &diagnostics)
    try #require(diagnostics.all.isEmpty, "\(diagnostics.all.map(\.message)) in:\n\(text)")
    return documents.map { Plain.of(YAMLTree($0).root) }
}

/// Values without the difference between ways of writing them.
enum Plain {
    static func of(_ node: YAMLNode) -> YAMLValue {
        if node.isScalar {
            return switch node.scalar {
            case .string: .string(node.text)
            case .null: .scalar("null", plain: true)
            default: .scalar("\(node.scalar)", plain: true)
            }
        }
        if node.isSequence { return .sequence(node.items.map(of)) }
        let members = node.pairs.map { YAMLValue.Member(key: $0.key.text, value: of($0.value)) }
        return .mapping(members.sorted { $0.key < $1.key })
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// What became of one document.
struct DocumentResult: Sendable {
    var edits: [SourceEdit] = []
    var outcomes: [WorkloadOutcome] = []
    var diagnostics = Diagnostics()

    /// - Parameter onlyCoordinators: compile nothing else.
    static func compile(
        _ document: YAMLDocument, _ context: CompilerContext, onlyCoordinators: Bool, _ worker: inout BackendWorker
    ) -> DocumentResult {
        var result = DocumentResult()
        let tree = YAMLTree(document)
        let objects = KubernetesObject.all(in: tree)
        let listsOthers = context.request.switches.reportsEverything && !onlyCoordinators
        if listsOthers, objects.isEmpty {
            result.outcomes.append(.skipped(.document(tree.root, file: document.source.path)))
        }
        for object in objects {
            guard WorkloadKind(rawValue: object.kind) != nil else {
                if listsOthers { result.outcomes.append(.skipped(.other(object, file: document.source.path))) }
                if !onlyCoordinators, !context.request.switches.remove {
                    context.request.secretLint.check(configMap: object, into: &result.diagnostics)
                }
                continue
            }
            let pod = PodObject(object)
            if onlyCoordinators, pod?.isCoordinator != true { continue }
            var findings = Diagnostics()
            defer { result.diagnostics.add(contentsOf: findings) }
            SchemaCheck.check(object, into: &findings)
            OutdatedVersion.check(object, into: &findings)
            if let pod {
                let compiler = WorkloadCompiler(context: context, pod: pod, file: document.source.path)
                result.outcomes.append(compiler.run(&worker, into: &findings))
            } else {
                if context.request.switches.all, WorkloadKind.of(object) != nil {
                    findings.error(
                        .missingField, "the \(object.kind) has no pod template, so there is nothing to compile",
                        at: object.node["metadata"]?["name"]?.range ?? object.node.range,
                        notes: [.init("compile a patch after it was applied")])
                }
                let reason = "it has no pod template of a version that is known"
                result.outcomes.append(.skipped(.init(object, file: document.source.path, reason: reason)))
            }
        }
        result.edits = CheckedEdits.edits(of: tree, into: &result.diagnostics)
        result.diagnostics.excerpt()
        return result
    }
}

extension CompileReport.Skipped {
    init(_ object: KubernetesObject, file: String, reason: String, bearsPod: Bool = true) {
        let range = object.node["metadata"]?["name"]?.range ?? object.node.range
        self.init(
            kind: object.kind, namespace: object.namespace ?? "", name: object.name ?? object.generateName ?? "",
            file: file, line: range.map { $0.file.position(at: $0.start).line }, reason: reason,
            bearsPod: bearsPod)
    }

    /// An object of a kind that bears no pod.
    fileprivate static func other(_ object: KubernetesObject, file: String) -> CompileReport.Skipped {
        let reason =
            switch (object.group, object.kind) {
            case ("", "ConfigMap"), ("", "Secret"): "it bears no pod; its values are looked up for variables"
            case ("", "LimitRange"), (_, "RuntimeClass"): "it bears no pod; it counts for the sizes of VMs"
            default: "objects of its kind bear no pod that generate knows of"
            }
        return .init(object, file: file, reason: reason, bearsPod: false)
    }

    /// A document that is no object, or a list without any.
    fileprivate static func document(_ root: YAMLNode, file: String) -> CompileReport.Skipped {
        let isList = root["kind"]?.text.hasSuffix("List") == true
        return CompileReport.Skipped(
            kind: isList ? root["kind"]?.text ?? "" : "", namespace: "", name: "", file: file,
            line: root.range.map { $0.file.position(at: $0.start).line },
            reason: isList ? "the list has no objects" : "the document has no 'apiVersion' and 'kind'", bearsPod: false)
    }
}

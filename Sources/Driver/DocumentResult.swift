// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// What became of one document.
struct DocumentResult: Sendable {
    var edits: [SourceEdit] = []
    /// Whether the edits are of the usual sort, see `YAMLSplicer.isOrdinary`.
    var isOrdinary = true
    var outcomes: [WorkloadOutcome] = []
    var diagnostics = Diagnostics()

    /// - Parameter onlyCoordinators: compile nothing else.
    static func compile(
        _ document: YAMLDocument, _ context: CompilerContext, onlyCoordinators: Bool, _ worker: inout BackendWorker
    ) -> DocumentResult {
        var result = DocumentResult()
        let tree = YAMLTree(document)
        for object in KubernetesObject.all(in: tree) {
            guard WorkloadKind(rawValue: object.kind) != nil else { continue }
            let pod = PodObject(object)
            if onlyCoordinators, pod?.isCoordinator != true { continue }
            SchemaCheck.check(object, into: &result.diagnostics)
            OutdatedVersion.check(object, into: &result.diagnostics)
            if let pod {
                let compiler = WorkloadCompiler(context: context, pod: pod, file: document.source.path)
                result.outcomes.append(compiler.run(&worker, into: &result.diagnostics))
            } else {
                if context.request.switches.all, WorkloadKind.of(object) != nil {
                    result.diagnostics.error(
                        .missingField, "the \(object.kind) has no pod template, so there is nothing to compile",
                        at: object.node["metadata"]?["name"]?.range ?? object.node.range,
                        notes: [.init("compile a patch after it was applied")])
                }
                result.outcomes.append(.skipped(withoutPod(object, file: document.source.path)))
            }
        }
        result.edits = YAMLSplicer.edits(of: tree)
        if !result.edits.isEmpty { result.isOrdinary = YAMLSplicer.isOrdinary(result.edits, of: document) }
        result.diagnostics.excerpt()
        return result
    }

    /// An object of a pod-bearing kind that bears no pod, such as a patch.
    private static func withoutPod(_ object: KubernetesObject, file: String) -> CompileReport.Skipped {
        CompileReport.Skipped(
            kind: object.kind, namespace: object.namespace ?? "", name: object.name ?? object.generateName ?? "",
            file: file, reason: "it has no pod template of a version that is known")
    }
}

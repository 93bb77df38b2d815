// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// `contrast generate` as a value: bytes in, bytes out.
///
/// 1. collect: `[InputFile]` → `Deployment`: parses, and gathers what spans documents.
/// 2. compile: `Deployment` → `[DocumentResult]`: Coordinators first, since other workloads measure by what they
///    recognise theirs; then everything else, on several threads.
/// 3. assemble: edits → files, policies → manifest, outcomes → report.
package struct GeneratePipeline {
    private let request: GenerateRequest
    private let toolVersion: String

    package init(_ request: GenerateRequest, toolVersion: String) {
        self.request = request
        self.toolVersion = toolVersion
    }

    package func run() -> GenerateResult {
        var diagnostics = Diagnostics()
        let deployment = Deployment.collect(request.inputs, jobs: request.jobs, into: &diagnostics)
        var manifest = ManifestStage(request, into: &diagnostics)
        let (results, fatal) = compile(deployment, &manifest, &diagnostics)
        for result in results { diagnostics.add(contentsOf: result.diagnostics) }

        var report = CompileReport(
            toolVersion: toolVersion, platform: request.platform?.displayName ?? "", profile: request.profile.rawValue)
        for outcome in results.flatMap(\.outcomes) {
            switch outcome {
            case .compiled(_, let workload, _): report.workloads.append(workload)
            case .skipped(let skipped): report.skipped.append(skipped)
            case .removed, .failed: break
            }
        }
        reportSelection(report, results, &diagnostics)
        var bytes: [UInt8]?
        if !report.workloads.isEmpty, !fatal {
            bytes = manifest.finish(results.flatMap(\.outcomes), into: &diagnostics)
        }
        return GenerateResult(
            files: assemble(deployment, results), manifest: bytes, diagnostics: diagnostics, report: report)
    }

    private func compile(
        _ deployment: Deployment, _ manifest: inout ManifestStage, _ diagnostics: inout Diagnostics
    ) -> ([DocumentResult], fatal: Bool) {
        let ids = deployment.documentIDs
        let resolvers = Resolvers(lock: request.lock, requireProof: request.switches.requireProof)
        var context = CompilerContext(
            request: request, configObjects: deployment.configObjects, overheads: deployment.overheads,
            limitRanges: deployment.limitRanges,
            coordinatorNamespace: deployment.coordinatorNamespace, resolvers: resolvers,
            lowering: PolicyLowering(
                settings: request.settings, profile: request.profile, configObjects: deployment.configObjects),
            coordinator: nil, owners: manifest.owners)
        let first = compile(ids.coordinators, deployment, context)
        context.coordinator = manifest.coordinator(first.flatMap(\.outcomes))
        let others = compile(ids.others, deployment, context)
        let all = (first + others).sorted { ($0.id.file, $0.id.document) < ($1.id.file, $1.id.document) }
        let needsCoordinator = others.flatMap(\.outcomes).contains { outcome in
            if case .compiled = outcome { true } else { false }
        }
        if needsCoordinator, context.coordinator == nil {
            diagnostics.warning(
                .coordinatorNotBound,
                "neither owner keys nor a Coordinator are known, so workloads cannot recognise theirs",
                notes: [.init("add the Coordinator to the inputs, or give owner keys")])
        }
        return (all, diagnostics.hasErrors || all.contains { $0.diagnostics.hasErrors })
    }

    private func compile(
        _ ids: [Deployment.DocumentID], _ deployment: Deployment, _ context: CompilerContext
    ) -> [DocumentResult] {
        Parallel.map(count: ids.count, jobs: request.jobs, worker: { BackendWorker() }) { index, worker in
            let id = ids[index]
            let file = deployment.files[id.file]
            return DocumentResult.compile(
                file.documents[id.document], id, file: file.input.source.path, context, &worker)
        }
    }

    private func reportSelection(
        _ report: CompileReport, _ results: [DocumentResult], _ diagnostics: inout Diagnostics
    ) {
        guard !diagnostics.hasErrors, !request.switches.remove else { return }
        for skipped in report.skipped {
            let name = "\(skipped.kind) \(skipped.namespace.isEmpty ? "default" : skipped.namespace)/\(skipped.name)"
            diagnostics.note(.objectSkipped, "\(name) was not compiled: \(skipped.reason)", path: skipped.file)
        }
        if report.workloads.isEmpty {
            diagnostics.warning(
                .nothingToCompile,
                "no workload has a runtime class that starts with 'contrast-cc', so nothing was compiled",
                notes: [.init("'--all' compiles workloads whatever their runtime class")])
        }
    }

    private func assemble(_ deployment: Deployment, _ results: [DocumentResult]) -> [(input: InputFile, bytes: [UInt8])]
    {
        var edits: [[SourceEdit]] = Array(repeating: [], count: deployment.files.count)
        for result in results { edits[result.id.file] += result.edits }
        return deployment.files.enumerated().map { position, file in
            let source = file.input.source.bytes
            guard !edits[position].isEmpty else { return (file.input, source) }
            var out: [UInt8] = []
            out.reserveCapacity(source.count + edits[position].reduce(0) { $0 + $1.text.count })
            YAMLSplicer.apply(edits[position], to: source, 0..<source.count, into: &out)
            return (file.input, out)
        }
    }
}

/// Objects of a pod-bearing kind that bear no pod, such as patches.
private enum SkippedObject {
    static func withoutPod(_ object: KubernetesObject, file: String) -> CompileReport.Skipped? {
        guard WorkloadKind(rawValue: object.kind) != nil else { return nil }
        return CompileReport.Skipped(
            kind: object.kind, namespace: object.namespace ?? "", name: object.name ?? object.generateName ?? "",
            file: file, reason: "it has no pod template of a version that is known")
    }
}

/// What became of one document.
struct DocumentResult: Sendable {
    var id: Deployment.DocumentID
    var edits: [SourceEdit]
    var outcomes: [WorkloadOutcome]
    var diagnostics: Diagnostics

    static func compile(
        _ document: YAMLDocument, _ id: Deployment.DocumentID, file: String, _ context: CompilerContext,
        _ worker: inout BackendWorker
    ) -> DocumentResult {
        var result = DocumentResult(id: id, edits: [], outcomes: [], diagnostics: Diagnostics())
        let tree = YAMLTree(document)
        for object in KubernetesObject.all(in: tree) {
            SchemaCheck.check(object, into: &result.diagnostics)
            OutdatedVersion.check(object, into: &result.diagnostics)
            guard let pod = PodObject(object) else {
                if let skipped = SkippedObject.withoutPod(object, file: file) {
                    result.outcomes.append(.skipped(skipped))
                }
                continue
            }
            let compiler = WorkloadCompiler(context: context, pod: pod, file: file)
            result.outcomes.append(compiler.run(&worker, into: &result.diagnostics))
        }
        result.edits = YAMLSplicer.edits(of: tree)
        return result
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// `contrast generate` as a value: bytes in, bytes out.
///
/// 1. collect: `[InputFile]` → `Deployment`: what spans documents.
/// 2. coordinators: `Deployment` → `CompilerContext`: other workloads measure by what they recognise their Coordinator.
/// 3. compile: batches of inputs → edits and outcomes; the new bytes of each input go to the caller at once.
/// 4. finish: outcomes → manifest and report.
///
/// A small deployment is read and parsed once; of a larger one, which is read and parsed twice, memory holds a batch at a
/// time.
package struct GeneratePipeline {
    private let request: GenerateRequest
    private let toolVersion: String
    private var diagnostics = Diagnostics()
    private var policies: [CompiledPolicy] = []
    /// Where the workload of each policy stands.
    private var places: [Place?] = []
    private var platforms: Set<Platform> = []
    private var report: CompileReport
    private var workloadCount = 0

    /// Takes the old and the new bytes of an input, in the order of the inputs. What it is given counts only if the run
    /// ends without errors.
    package typealias Sink = (_ input: InputFile, _ old: [UInt8], _ new: [UInt8]) -> Void

    package init(_ request: GenerateRequest, toolVersion: String) {
        self.request = request
        self.toolVersion = toolVersion
        report = CompileReport(
            toolVersion: toolVersion, platform: request.platform?.displayName ?? "", profile: request.profile.rawValue)
    }

    /// Runs with all results in memory.
    package func run() -> GenerateResult {
        var files: [GenerateResult.File] = []
        var result = run { input, old, new in files.append(.init(input: input, old: old, bytes: new)) }
        result.files = files
        return result
    }

    /// Runs with the results of each input handed on as they are made; those of the returned value are empty.
    package func run(into sink: Sink) -> GenerateResult {
        var run = self
        return run.execute(sink)
    }

    private mutating func execute(_ sink: Sink) -> GenerateResult {
        var deployment = Deployment()
        var parsed = collect(&deployment)
        var manifest = ManifestStage(request, into: &diagnostics)
        let context = context(parsed, deployment, manifest)
        compile(&parsed, deployment, context, sink)
        if workloadCount > 0, context.coordinator == nil {
            diagnostics.warning(
                .coordinatorNotBound,
                "neither owner keys nor a Coordinator are known, so workloads cannot recognise theirs",
                notes: [.init("add the Coordinator to the inputs, or give owner keys")])
        }
        reportSelection()
        let policyCount = policies.count
        var bytes: [UInt8]?
        if policyCount > 0, !diagnostics.hasErrors {
            var reloaded = ReloadedInputs()
            bytes = manifest.finish(
                exchange(&policies, with: []), platforms,
                place: { places[$0].flatMap { reloaded.range(of: $0, in: request.inputs) } }, into: &diagnostics)
        }
        return GenerateResult(
            files: [], manifest: bytes, diagnostics: diagnostics, report: report, policyCount: policyCount)
    }

    // MARK: - Passes over the inputs

    /// Bytes of inputs that are kept parsed from one pass to the next; they take four times as much memory.
    private static let keptLimit = 4 << 20

    /// - Returns: all batches, if they are small enough to be kept; else none.
    private mutating func collect(_ deployment: inout Deployment) -> [Batch] {
        var kept: [Batch] = []
        var size = 0
        var next = 0
        while next < request.inputs.count {
            let batch = Batch.load(request.inputs, from: next, jobs: request.jobs)
            var found = Diagnostics()
            deployment.add(batch, request.inputs, into: &found)
            found.excerpt()
            diagnostics.add(contentsOf: found)
            size += batch.size
            // What is all in memory once may as well stay.
            let isOnly = next == 0 && batch.end == request.inputs.count
            kept.append(batch)
            if !isOnly, size > Self.keptLimit {
                deployment.fingerprints += ParsedFile.fingerprints(of: kept.flatMap(\.files), jobs: request.jobs)
                kept = []
            }
            next = batch.end
        }
        deployment.endPass()
        if !deployment.hasObjects, !diagnostics.hasErrors {
            diagnostics.error(.nothingToCompile, "there is no Kubernetes object among the inputs")
        }
        return kept
    }

    private mutating func context(
        _ parsed: [Batch], _ deployment: Deployment, _ manifest: ManifestStage
    ) -> CompilerContext {
        var context = CompilerContext(request, deployment, manifest)
        if context.owners == nil, !request.switches.remove {
            context.coordinator = coordinator(parsed, deployment, context)
        }
        return context
    }

    /// Compiles the Coordinators alone, for their hashes; their findings are made again with all others.
    private mutating func coordinator(
        _ parsed: [Batch], _ deployment: Deployment, _ context: CompilerContext
    ) -> CoordinatorInfo? {
        var hashes: [String] = []
        var worker = BackendWorker()
        // Of its own, since resolvers warn of an image once.
        var context = context
        context.resolvers = Resolvers(lock: request.lock, requireProof: request.switches.requireProof)
        let kept = parsed.flatMap(\.files)
        for index in deployment.coordinatorFiles {
            let file = kept.isEmpty ? ParsedFile.parse(request.inputs[index], index: index) : kept[index]
            checkUnchanged([file], deployment)
            for document in file.documents {
                let result = DocumentResult.compile(document, context, onlyCoordinators: true, &worker)
                for case .compiled(let policy, _, _, _) in result.outcomes { hashes.append(policy.hash) }
            }
        }
        return hashes.isEmpty ? nil : CoordinatorInfo(coordinatorPolicyHashes: hashes)
    }

    private mutating func compile(
        _ parsed: inout [Batch], _ deployment: Deployment, _ context: CompilerContext, _ sink: Sink
    ) {
        let workers = Workers(jobs: request.jobs) { BackendWorker() }
        // Each is freed when it is done.
        parsed.reverse()
        var next = 0
        while next < request.inputs.count {
            let batch = parsed.popLast() ?? Batch.load(request.inputs, from: next, jobs: request.jobs)
            compile(batch, deployment, context, workers, sink)
            next = batch.end
        }
    }

    private mutating func compile(
        _ batch: Batch, _ deployment: Deployment, _ context: CompilerContext, _ workers: Workers<BackendWorker>,
        _ sink: Sink
    ) {
        let documents = batch.files.flatMap(\.documents)
        var results = workers.map(count: documents.count) {
            DocumentResult.compile(documents[$0], context, onlyCoordinators: false, &$1)
        }[...]
        checkUnchanged(batch.files, deployment)
        for file in batch.files {
            guard let source = file.source else { continue }
            var edits: [SourceEdit] = []
            for result in results.prefix(file.documents.count) {
                edits += result.edits
                take(result, file.index)
            }
            results = results.dropFirst(file.documents.count)
            sink(file.input, source.bytes, Self.splice(edits, into: source.bytes))
        }
    }

    /// An input that cannot be read any more has changed, too.
    private mutating func checkUnchanged(_ files: [ParsedFile], _ deployment: Deployment) {
        guard !deployment.fingerprints.isEmpty else { return }
        for (file, fingerprint) in zip(files, ParsedFile.fingerprints(of: files, jobs: request.jobs))
        where fingerprint != deployment.fingerprints[file.index] {
            diagnostics.error(.unreadableInput, "the input changed while it was compiled", path: file.input.path)
        }
    }

    private static func splice(_ edits: [SourceEdit], into source: [UInt8]) -> [UInt8] {
        guard !edits.isEmpty else { return source }
        var out: [UInt8] = []
        out.reserveCapacity(source.count + edits.reduce(0) { $0 + $1.text.count })
        YAMLSplicer.apply(edits, to: source, 0..<source.count, into: &out)
        return out
    }

    // MARK: - Results

    private mutating func take(_ result: DocumentResult, _ file: Int) {
        diagnostics.add(contentsOf: result.diagnostics)
        for outcome in result.outcomes {
            switch outcome {
            case .compiled(let policy, let bytes, let workload, let platform):
                policies.append(policy)
                places.append(bytes.map { Place(file: file, start: $0.lowerBound, end: $0.upperBound) })
                platforms.insert(platform)
                if policy.identity.role != PolicyEntry.coordinatorRole { workloadCount += 1 }
                if let workload { report.workloads.append(workload) }
            case .skipped(let skipped): report.skipped.append(skipped)
            case .removed, .failed: break
            }
        }
    }

    private mutating func reportSelection() {
        guard !diagnostics.hasErrors, !request.switches.remove else { return }
        for skipped in report.skipped where skipped.bearsPod {
            let name = "\(skipped.kind) \(skipped.namespace.isEmpty ? "default" : skipped.namespace)/\(skipped.name)"
            diagnostics.note(.objectSkipped, "\(name) was not compiled: \(skipped.reason)", path: skipped.file)
        }
        if policies.isEmpty {
            diagnostics.warning(
                .nothingToCompile,
                "no workload has a runtime class that starts with 'contrast-cc', so nothing was compiled",
                notes: [.init("'--all' compiles workloads whatever their runtime class")])
        }
    }
}

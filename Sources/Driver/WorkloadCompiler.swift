// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import Digests
internal import IR

/// What all workloads of a run share.
struct CompilerContext: Sendable {
    let request: GenerateRequest
    let configObjects: ConfigObjects
    let overheads: [String: Int64]
    let limitRanges: [LimitRange]
    let coordinatorNamespace: String
    let idBlocks: IDBlocks
    var resolvers: Resolvers
    let lowering: PolicyLowering
    /// By what workloads recognise their Coordinator.
    var coordinator: CoordinatorInfo?
    /// Owner keys, by which a Coordinator recognises who may set its first manifest.
    var owners: CoordinatorInfo?
}

/// What became of one pod-bearing object.
enum WorkloadOutcome: Sendable {
    case compiled(CompiledPolicy, CompileReport.Workload, Platform)
    case removed
    case skipped(CompileReport.Skipped)
    /// There are errors about it.
    case failed
}

/// The backends of one thread. Those for initdata, one per kind of workload, are made when first needed.
struct BackendWorker {
    var rego = RegoBackend()
    private var workload: InitDataBackend?
    private var coordinator: InitDataBackend?

    mutating func initData(_ context: CompilerContext, isCoordinator: Bool) -> InitDataBackend {
        if let made = isCoordinator ? coordinator : workload { return made }
        let made = InitDataBackend(
            coordinator: isCoordinator ? context.owners : context.coordinator,
            policyPrefixes: [RegoBackend.constantPrefix(context.request.profile)])
        if isCoordinator { coordinator = made } else { workload = made }
        return made
    }
}

/// Compiles one pod-bearing object: selects it, runs the passes over it, lowers it and attaches its policy.
struct WorkloadCompiler {
    let context: CompilerContext
    let pod: PodObject
    let file: String

    func run(_ worker: inout BackendWorker, into diagnostics: inout Diagnostics) -> WorkloadOutcome {
        var pass = PassContext(pod)
        defer { diagnostics.add(contentsOf: pass.diagnostics) }
        if context.request.switches.remove {
            guard pass.wasCompiled else { return .skipped(skipped("it was not compiled by generate")) }
            RemovePass().run(&pass)
            return pass.diagnostics.hasErrors ? .failed : .removed
        }
        let runtimeClass: RuntimeClass
        switch select() {
        case .success(let selected): runtimeClass = selected
        case .failure(let reason): return .skipped(skipped(reason.text))
        }
        guard let platform = platform(of: runtimeClass, &pass.diagnostics),
            let bundle = context.request.bundles.bundle(for: platform, into: &pass.diagnostics)
        else { return .failed }
        let images = context.resolvers.resolver(for: bundle, into: &pass.diagnostics)
        let overhead = context.overheads[bundle.handler] ?? pod.runtimeClassName.flatMap { context.overheads[$0.text] }
        runPasses(&pass, bundle, images)
        let size = ResourcesPass.size(of: pod, overhead: overhead, into: &pass.diagnostics)
        SizeChecks.limitRanges(context.limitRanges, of: pod, into: &pass.diagnostics)
        let entries = context.idBlocks.entries(of: bundle)
        SizeChecks.vCPUs(size.vCPUs, of: pod, entries, into: &pass.diagnostics)
        IDBlockPass(annotations: context.idBlocks.annotations(bundle, vCPUs: size.vCPUs)).run(&pass)
        pass.writeReplaced()
        guard !pass.diagnostics.hasErrors else { return .failed }
        return attachPolicy(&pass, &worker, platform, bundle, images, size)
    }

    // MARK: - Selection

    private struct Reason: Error { var text: String }

    private func select() -> Result<RuntimeClass, Reason> {
        let name = pod.runtimeClassName?.text ?? ""
        let runtimeClass = RuntimeClass(name)
        if case .other = runtimeClass {
            if context.request.switches.all { return .success(.generic) }
            return .failure(
                Reason(
                    text: name.isEmpty
                        ? "it has no runtimeClassName" : "its runtimeClassName '\(name)' is none of Contrast"))
        }
        return .success(runtimeClass)
    }

    private func skipped(_ reason: String) -> CompileReport.Skipped {
        CompileReport.Skipped(
            kind: pod.kind.rawValue, namespace: pod.object.namespace ?? "",
            name: pod.object.name ?? pod.object.generateName ?? "", file: file, reason: reason)
    }

    private func platform(of runtimeClass: RuntimeClass, _ diagnostics: inout Diagnostics) -> Platform? {
        let place = pod.runtimeClassName?.range ?? pod.range
        if case .unknown = runtimeClass {
            diagnostics.error(
                .unknownPlatform,
                "the runtime class '\(pod.runtimeClassName?.text ?? "")' names no platform that is known", at: place,
                notes: [.init("platforms are \(Platform.all.map(\.name).joined(separator: ", "))")])
            return nil
        }
        guard let platform = runtimeClass.selectPlatform(default: context.request.platform, requestsGPU: requestsGPU)
        else {
            if let platform = context.request.platform {
                diagnostics.error(
                    .unknownPlatform, "the pod asks for a GPU, but there is no GPU variant of '\(platform.name)'",
                    at: place)
            } else {
                diagnostics.error(
                    .platformMissing,
                    "the runtime class names no platform, and '--reference-values' was not given", at: place)
            }
            return nil
        }
        if platform.isInsecure, !context.request.switches.allowInsecure {
            diagnostics.error(
                .unknownPlatform, "the platform '\(platform.name)' attests nothing and must be allowed explicitly",
                at: place,
                notes: [.init("set CONTRAST_ALLOW_INSECURE_RUNTIMES=1 and give --INSECURE, for development only")])
            return nil
        }
        return platform
    }

    private var requestsGPU: Bool {
        (pod.containers + pod.initContainers).contains { container in
            (container["resources"]?["limits"]?.pairs ?? []).contains {
                $0.key.text.hasPrefix("nvidia.com/") && $0.value.text != "0"
            }
        }
    }

    // MARK: - Passes

    private func runPasses(_ pass: inout PassContext, _ bundle: Bundle, _ images: ImageResolver) {
        let switches = context.request.switches
        let hasMesh =
            !switches.skipServiceMesh && !pod.isCoordinator && ServiceMeshPass.isRequested(by: pod)
        if !switches.skipInitializer, InitializerPass.applies(to: pod) {
            let image = injected(ContrastName.initializerImage, images, &pass.diagnostics)
            InitializerPass(
                image: image, coordinatorNamespace: context.coordinatorNamespace, hasServiceMesh: hasMesh
            ).run(&pass)
        }
        if hasMesh {
            let image = injected(ContrastName.serviceMeshImage, images, &pass.diagnostics)
            ServiceMeshPass(image: image).run(&pass)
        }
        let replacements = context.request.replacements
        ImagePass { image, diagnostics in
            if Self.bundled(image.value) == nil { WorkloadAdvice.check(image: image, into: &diagnostics) }
            let replaced = Located(replacements[image.value] ?? image.value, image.range)
            return images.resolve(replaced, bundled: Self.bundled(image.value), into: &diagnostics)?.pinned
        }.run(&pass)
        RuntimeClassPass(handler: bundle.handler).run(&pass)
        ResourcesPass().run(&pass)
    }

    private func injected(_ name: String, _ images: ImageResolver, _ diagnostics: inout Diagnostics) -> String {
        let image = Located(context.request.replacements[name] ?? name)
        return images.resolve(image, bundled: name, into: &diagnostics)?.pinned ?? image.value
    }

    // MARK: - Policy

    private func attachPolicy(
        _ pass: inout PassContext, _ worker: inout BackendWorker, _ platform: Platform, _ bundle: Bundle,
        _ images: ImageResolver, _ size: PodResources
    ) -> WorkloadOutcome {
        let workload = WorkloadDecoder.decode(pod, into: &pass.diagnostics)
        guard var identity = WorkloadIdentity(workload, diagnostics: &pass.diagnostics) else { return .failed }
        identity.range = pod.range?.excerpt
        WorkloadAdvice.check(workload, into: &pass.diagnostics)
        let pause = context.request.settings.cluster.pauseContainerImage
        let lowered = context.lowering.lower(
            workload,
            image: { image, diagnostics in
                // The pause image is part of the guest; no policy pins it, so its missing digest is no finding.
                if image.value == pause, image.range == nil { return Self.quietly(image, images, &diagnostics) }
                return resolve(image, images, &diagnostics)?.facts
            }, into: &pass.diagnostics)
        guard let policy = lowered, !pass.diagnostics.hasErrors else { return .failed }
        let text = worker.rego.text(policy)
        let annotation: [UInt8]
        let hash: String
        if platform.usesInitData {
            let backend = worker.initData(context, isCoordinator: pod.isCoordinator)
            let document = backend.document(policy: text)
            annotation = backend.annotationValue(document: document)
            hash = Hex.text(InitDataBackend.digest(document))
            pod.template["metadata"]?["annotations"]?.remove(ContrastName.agentPolicy)
            pass.annotate(ContrastName.initData, String(decoding: annotation, as: UTF8.self))
        } else {
            annotation = AgentPolicyBackend.annotationValue(policy: text)
            hash = Hex.text(AgentPolicyBackend.digest(policy: text))
            pod.template["metadata"]?["annotations"]?.remove(ContrastName.initData)
            pass.annotate(ContrastName.agentPolicy, String(decoding: annotation, as: UTF8.self))
            pass.diagnostics.warning(
                .imageNotBound, "on '\(platform.name)' the policy cannot bind the content of images", at: pod.range)
        }
        SizeChecks.annotations(of: pod, policy: annotation.count, into: &pass.diagnostics)
        guard !pass.diagnostics.hasErrors else { return .failed }
        let report = CompileReport.Workload(
            kind: workload.kind.rawValue,
            apiVersion: workload.apiGroup.isEmpty ? workload.apiVersion : "\(workload.apiGroup)/\(workload.apiVersion)",
            namespace: workload.namespace?.value ?? "",
            name: workload.name?.value ?? workload.generateName?.value ?? "",
            file: file, line: pod.range.map { $0.file.position(at: $0.start).line }, policyHash: hash,
            runtimeClass: bundle.handler, vcpus: Int(clamping: size.vCPUs), memory: Int128(size.memoryBytes),
            containers: (workload.spec.initContainers + workload.spec.containers).map(\.name.value),
            images: reported(workload, images), secretVariables: SecretVariables.list(workload),
            policySize: text.count, annotationSize: annotation.count)
        return .compiled(CompiledPolicy(hash: hash, identity: identity), report, platform)
    }

    /// The name under which a bundle lists an image of Contrast: that of the tag, whatever digest was pinned.
    private static func bundled(_ image: String) -> String? {
        guard image.hasPrefix(ContrastName.imagePrefix) else { return nil }
        return image.split(separator: "@", maxSplits: 1).first.map(String.init)
    }

    private func resolve(
        _ image: Located<String>, _ images: ImageResolver, _ diagnostics: inout Diagnostics
    ) -> ResolvedImage? {
        let injected = [ContrastName.initializerImage, ContrastName.serviceMeshImage].first { name in
            guard let replacement = context.request.replacements[name] else { return false }
            return image.value == replacement || image.value.hasPrefix(replacement + "@")
        }
        return images.resolve(image, bundled: injected ?? Self.bundled(image.value), into: &diagnostics)
    }

    private static func quietly(
        _ image: Located<String>, _ images: ImageResolver, _ diagnostics: inout Diagnostics
    ) -> ImageFacts? {
        var found = Diagnostics()
        let facts = images.resolve(image, bundled: image.value, into: &found)?.facts
        for finding in found.all where finding.severity == .error { diagnostics.add(finding) }
        return facts
    }

    private func reported(_ workload: Workload, _ images: ImageResolver) -> [CompileReport.Image] {
        var seen: Set<String> = []
        return (workload.spec.initContainers + workload.spec.containers).compactMap { container in
            guard let image = container.image, seen.insert(image.value).inserted else { return nil }
            var ignored = Diagnostics()
            guard let resolved = resolve(image, images, &ignored) else { return nil }
            return CompileReport.Image(
                reference: image.value, digest: resolved.facts.digest, isProven: resolved.isProven)
        }
    }
}

/// Variables whose value comes from a Secret.
enum SecretVariables {
    static func list(_ workload: Workload) -> [CompileReport.SecretVariable] {
        (workload.spec.initContainers + workload.spec.containers).flatMap { container in
            container.env.compactMap { variable in
                guard case .secretKey(let secret, _, _) = variable.source else { return nil }
                return CompileReport.SecretVariable(
                    container: container.name.value, name: variable.name.value, secret: secret.value, isFree: false)
            }
                + container.envFrom.compactMap { source in
                    guard case .secret(let secret, _) = source.source else { return nil }
                    return CompileReport.SecretVariable(
                        container: container.name.value, name: source.prefix + "*", secret: secret.value, isFree: false)
                }
        }
    }
}

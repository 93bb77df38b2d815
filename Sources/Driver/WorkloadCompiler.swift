// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// What became of one pod-bearing object.
enum WorkloadOutcome: Sendable {
    /// Where it stands in its input, as findings say, and what the report says of it, where that is asked for.
    case compiled(CompiledPolicy, Range<Int>?, CompileReport.Workload?, Platform)
    case removed
    case skipped(CompileReport.Skipped)
    /// There are errors about it.
    case failed
}

/// Compiles one pod-bearing object: selects it, runs the passes over it, lowers it and attaches its policy. A class, since
/// each closure in it would copy all of the context.
final class WorkloadCompiler {
    let context: CompilerContext
    let pod: PodObject
    let file: String

    init(context: CompilerContext, pod: PodObject, file: String) {
        self.context = context
        self.pod = pod
        self.file = file
    }

    func run(_ worker: inout BackendWorker, into diagnostics: inout Diagnostics) -> WorkloadOutcome {
        let switches = context.request.switches
        let injectsInitializer = !switches.skipInitializer && InitializerPass.applies(to: pod)
        var pass = PassContext(pod, adoptsInitializers: injectsInitializer && !switches.remove)
        // The schema was checked before.
        defer { diagnostics.add(contentsOf: pass.diagnostics, unlessKnown: .wrongType) }
        if switches.remove {
            guard pass.wasCompiled else {
                return .skipped(.init(pod.object, file: file, reason: "it was not compiled by generate"))
            }
            RemovePass().run(&pass)
            return pass.diagnostics.hasErrors ? .failed : .removed
        }
        let runtimeClass: RuntimeClass
        switch select() {
        case .success(let selected): runtimeClass = selected
        case .failure(let reason):
            guard pass.wasCompiled else { return .skipped(.init(pod.object, file: file, reason: reason.text)) }
            pass.diagnostics.error(
                .objectSkipped, "\(pod.displayName) has a policy that nothing heeds: \(reason.text)",
                at: pod.runtimeClassName?.range ?? pod.range,
                notes: [.init("give it a runtime class of Contrast, or take the policy away with '--remove'")])
            return .failed
        }
        guard let platform = platform(of: runtimeClass, &pass.diagnostics),
            let bundle = context.request.bundles.bundle(for: platform, into: &pass.diagnostics)
        else { return .failed }
        let images = context.resolvers.resolver(for: bundle, into: &pass.diagnostics)
        let overhead = context.overheads[bundle.handler] ?? pod.runtimeClassName.flatMap { context.overheads[$0.text] }
        if switches.debugShell, !platform.usesInitData {
            pass.diagnostics.error(
                .debugShell, "on '\(platform.name)' there is no initdata, so the guest cannot be told to offer a shell",
                at: pod.range)
        }
        runPasses(&pass, bundle, images, injectsInitializer: injectsInitializer)
        let demand = ResourcesPass.demand(of: pod, overhead: overhead, into: &pass.diagnostics)
        let size = demand.size
        advise(demand, images, &pass.diagnostics)
        SizeChecks.limitRanges(context.limitRanges, of: pod, demand, into: &pass.diagnostics)
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

    private func runPasses(
        _ pass: inout PassContext, _ bundle: Bundle, _ images: ImageResolver, injectsInitializer: Bool
    ) {
        let switches = context.request.switches
        let hasMesh =
            !switches.skipServiceMesh && !pod.isCoordinator && ServiceMeshPass.isRequested(by: pod)
        if switches.injectImageStore {
            ImageStorePass(image: injected(ContrastName.initializerImage, images, &pass.diagnostics)).run(&pass)
        } else {
            ImageStorePass.withdraw(&pass)
        }
        if context.hasDebugShell(isCoordinator: pod.isCoordinator) {
            DebugShellPass(image: injected(ContrastName.debugShellImage, images, &pass.diagnostics)).run(&pass)
        } else {
            DebugShellPass.withdraw(&pass)
        }
        if injectsInitializer {
            let image = injected(ContrastName.initializerImage, images, &pass.diagnostics)
            InitializerPass(
                image: image, coordinatorNamespace: context.coordinatorNamespace, hasServiceMesh: hasMesh
            ).run(&pass)
        } else {
            HandWrittenInitializer.check(&pass)
        }
        if hasMesh {
            let image = injected(ContrastName.serviceMeshImage, images, &pass.diagnostics)
            ServiceMeshPass(image: image).run(&pass)
        }
        let replacements = context.request.replacements
        ImagePass { image, diagnostics in
            if Self.bundled(image.value) == nil { WorkloadAdvice.check(image: image, into: &diagnostics) }
            let replaced = Located(replacements[image.value] ?? image.value, image.range)
            return self.resolve(replaced, images, &diagnostics)?.pinned
        }.run(&pass)
        RuntimeClassPass(handler: bundle.handler).run(&pass)
        ResourcesPass().run(&pass)
        if switches.calculatePodMemory { calculateMemory(&pass, images) }
    }

    private func advise(
        _ demand: ResourcesPass.Demand, _ images: ImageResolver, _ diagnostics: inout Diagnostics
    ) {
        let known = { (image: Located<String>) -> ImageAdvice.Image? in
            var ignored = Diagnostics()
            return self.resolve(image, images, &ignored).map {
                .init(user: $0.facts.user, compressedBytes: $0.compressedBytes)
            }
        }
        if !context.request.switches.calculatePodMemory, !hasImageStore {
            ImageAdvice.memory(of: pod, demand, image: known, into: &diagnostics)
        }
        ImageAdvice.user(of: pod, image: known, into: &diagnostics)
    }

    /// Images on a store of their own take no memory.
    private var hasImageStore: Bool {
        pod.initContainers.contains { $0["name"]?.text == ContrastName.imageStoreHolder }
    }

    private func calculateMemory(_ pass: inout PassContext, _ images: ImageResolver) {
        if hasImageStore { return }
        PodMemoryPass { image in
            var ignored = Diagnostics()
            return self.resolve(image, images, &ignored)?.layerBytes
        }.run(&pass)
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
        guard let identity = WorkloadIdentity(workload, diagnostics: &pass.diagnostics) else { return .failed }
        WorkloadAdvice.check(workload, into: &pass.diagnostics)
        context.request.secretLint.check(workload, of: pod, into: &pass.diagnostics)
        let pause = context.request.settings.cluster.pauseContainerImage
        let lowered = context.lowering(isCoordinator: pod.isCoordinator).lower(
            workload,
            image: { image, diagnostics in
                // The pause image is part of the guest; no policy pins it, so its missing digest is no finding.
                if image.value == pause, image.range == nil { return Self.quietly(image, images, &diagnostics) }
                return resolve(image, images, &diagnostics)?.facts
            }, into: &pass.diagnostics)
        guard var policy = lowered, !pass.diagnostics.hasErrors else { return .failed }
        if context.hasDebugShell(isCoordinator: pod.isCoordinator) { DebugShellPass.open(&policy) }
        checkImagesAreBound(&policy, platform, &pass.diagnostics)
        let (rego, initData) = worker.backends(context, policy, isCoordinator: pod.isCoordinator)
        let text = rego.rest(of: policy)
        let annotation: [UInt8]
        let hash: String
        if platform.usesInitData {
            let encoded = initData.encode(policyRest: text)
            annotation = encoded.annotationValue
            hash = Hex.text(encoded.digest)
            pod.template["metadata"]?["annotations"]?.remove(ContrastName.agentPolicy)
            pass.annotate(ContrastName.initData, String(decoding: annotation, as: UTF8.self))
        } else {
            annotation = AgentPolicyBackend.annotationValue(policy: rego.prefix + text)
            hash = Hex.text(AgentPolicyBackend.digest(policy: rego.prefix + text))
            pod.template["metadata"]?["annotations"]?.remove(ContrastName.initData)
            pass.annotate(ContrastName.agentPolicy, String(decoding: annotation, as: UTF8.self))
        }
        SizeChecks.annotations(of: pod, policy, rego, annotation.count, into: &pass.diagnostics)
        guard !pass.diagnostics.hasErrors else { return .failed }
        let emitted = EmittedPolicy(
            hash: hash, size: rego.prefix.count + text.count, annotationSize: annotation.count,
            parts: context.request.switches.reportsEverything ? rego.sizes(of: policy) : nil)
        return .compiled(
            CompiledPolicy(hash: hash, identity: identity), pod.range.map { $0.start..<$0.end },
            listed(workload, emitted, bundle, images, size), platform)
    }

    /// What the report says of a policy.
    private struct EmittedPolicy {
        var hash: String
        var size: Int
        var annotationSize: Int
        var parts: PolicySizes?
    }

    private func listed(
        _ workload: Workload, _ policy: EmittedPolicy, _ bundle: Bundle, _ images: ImageResolver, _ size: PodResources
    ) -> CompileReport.Workload? {
        guard context.request.switches.listsWorkloads else { return nil }
        return CompileReport.Workload(
            kind: workload.kind.rawValue,
            apiVersion: workload.apiGroup.isEmpty ? workload.apiVersion : "\(workload.apiGroup)/\(workload.apiVersion)",
            namespace: workload.namespace?.value ?? "",
            name: workload.name?.value ?? workload.generateName?.value ?? "",
            file: file, line: pod.range.map { $0.file.position(at: $0.start).line }, policyHash: policy.hash,
            runtimeClass: bundle.handler, vcpus: Int(clamping: size.vCPUs), memory: Int128(size.memoryBytes),
            containers: (workload.spec.initContainers + workload.spec.containers).map(\.name.value),
            images: reported(workload, images),
            secretVariables: SecretVariables.list(workload, areFree: context.request.secretValues == .free),
            untrustedVolumes: context.request.switches.reportsEverything ? untrustedVolumes(workload, images) : [],
            policySize: policy.size, annotationSize: policy.annotationSize, policyParts: policy.parts)
    }

    /// The guest pulls images by the reference that the policy names, unless the settings say that the host pulls them, or
    /// the platform knows of nothing else.
    private func checkImagesAreBound(
        _ policy: inout SandboxPolicy, _ platform: Platform, _ diagnostics: inout Diagnostics
    ) {
        let reason: String
        if !platform.usesInitData {
            reason = "on '\(platform.name)' the policy cannot bind the content of images"
        } else if !context.request.settings.cluster.guestPull, context.request.profile == .strict {
            reason = "where the host pulls images ('guest_pull' is false) the policy cannot bind their content"
        } else {
            return
        }
        for index in policy.containers.indices { policy.containers[index].image = nil }
        if context.request.profile == .strict, !context.request.switches.allowUnboundImages {
            diagnostics.error(
                .imageNotBound, reason, at: pod.range,
                notes: [.init("'--allow-unbound-images' makes a strict policy that leaves that to the host")])
        } else {
            diagnostics.warning(.imageNotBound, reason, at: pod.range)
        }
    }

    /// The name under which a bundle lists an image of Contrast: that of the tag, whatever digest was pinned.
    static func bundled(_ image: String) -> String? {
        guard image.hasPrefix(ContrastName.imagePrefix) else { return nil }
        return String(image.utf8.prefix { $0 != UInt8(ascii: "@") }) ?? image
    }

    private func resolve(
        _ image: Located<String>, _ images: ImageResolver, _ diagnostics: inout Diagnostics
    ) -> ResolvedImage? {
        let injected = ContrastName.images.first { name in
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

    private func untrustedVolumes(_ workload: Workload, _ images: ImageResolver) -> [CompileReport.UntrustedVolume] {
        let type = context.request.settings.cluster.emptyDirType
        return HostControlledVolumes(workload, emptyDirType: type).uses { container in
            var ignored = Diagnostics()
            return container.image.flatMap { resolve($0, images, &ignored) }?.facts.volumes ?? []
        }
        .map { .init(container: $0.container, path: $0.path, volume: $0.volume, source: $0.source) }
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
    static func list(_ workload: Workload, areFree: Bool) -> [CompileReport.SecretVariable] {
        (workload.spec.initContainers + workload.spec.containers).flatMap { container in
            container.env.compactMap { variable in
                guard case .secretKey(let secret, _, _) = variable.source else { return nil }
                return CompileReport.SecretVariable(
                    container: container.name.value, name: variable.name.value, secret: secret.value, isFree: areFree)
            }
                + container.envFrom.compactMap { source in
                    guard case .secret(let secret, _) = source.source else { return nil }
                    return CompileReport.SecretVariable(
                        container: container.name.value, name: source.prefix + "*", secret: secret.value,
                        isFree: areFree)
                }
        }
    }
}

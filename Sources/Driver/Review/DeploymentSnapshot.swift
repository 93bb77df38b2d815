// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
package import IR
internal import InitDataFormat

/// What the files of a compiled deployment say about trust.
package struct DeploymentSnapshot: Sendable {
    package struct Workload: Sendable {
        /// `Kind namespace/name`.
        package var name: String
        package var range: SourceRange?
        /// `nil` when nothing protects the workload: it has no policy, or a runtime class that heeds none.
        package var policy: Policy?
        /// Empty for none.
        var runtimeClass = ""
        /// By container.
        var variables: [String: Variables] = [:]
    }

    /// What the YAML says of a container's variables.
    struct Variables: Sendable {
        /// Values as the YAML itself has them, so that they are no Secret's.
        var literals: [String: String] = [:]
        /// Names of those whose values it has not, or not whole.
        var fromElsewhere: Set<String> = []
        /// Whether there may be others, out of a ConfigMap or Secret.
        var hasUnnamed = false
    }

    package struct Policy: Sendable {
        /// By what a manifest lists the workload.
        package var hash: String
        /// `nil` for a text that this version has not written.
        var data: PolicyData?
        /// The other members of the initdata.
        var initData: [String: String]
    }

    package private(set) var workloads: [Workload] = []
    /// With the file that it is from.
    package private(set) var manifest: (content: Manifest, source: SourceFile)?

    /// Reads the files of one deployment. JSON files that are neither objects of Kubernetes nor a manifest are skipped.
    package init(files: [SourceFile], into diagnostics: inout Diagnostics) {
        for file in files {
            if Self.isManifest(file) {
                if let manifest {
                    diagnostics.error(
                        .malformedManifest,
                        "there is another manifest, '\(manifest.source.path)'; compare one deployment at a time",
                        path: file.path)
                } else if let content = Manifest.read(file, diagnostics: &diagnostics) {
                    manifest = (content, file)
                }
            } else {
                addWorkloads(of: file, &diagnostics)
            }
        }
        checkListed(&diagnostics)
    }

    private static func isManifest(_ file: SourceFile) -> Bool {
        guard file.path.hasSuffix(".json"), let object = (try? JSONParser.parse(file.bytes))?.object else {
            return false
        }
        return ["Policies", "ReferenceValues"].contains { object[$0] != nil }
    }

    private mutating func addWorkloads(of file: SourceFile, _ diagnostics: inout Diagnostics) {
        for document in YAMLFrontend.parse(file, into: &diagnostics) {
            for object in KubernetesObject.all(in: YAMLTree(document)) {
                guard let pod = PodObject(object) else { continue }
                var workload = Workload(name: pod.displayName, range: pod.range?.excerpt)
                workload.runtimeClass = pod.runtimeClassName?.text ?? ""
                if RuntimeClass(workload.runtimeClass) != .other,
                    let attached = PolicyAnnotations.policies(of: pod, into: &diagnostics).first
                {
                    workload.policy = Policy(attached.content)
                    workload.addVariables(of: pod)
                }
                workloads.append(workload)
            }
        }
    }

    /// A manifest that was not made for these workloads says nothing about them.
    private func checkListed(_ diagnostics: inout Diagnostics) {
        guard let (manifest, source) = manifest else { return }
        for workload in workloads {
            guard let hash = workload.policy?.hash, manifest.policies[hash] == nil else { continue }
            diagnostics.warning(
                .policiesMismatch, "the manifest '\(source.path)' does not list the policy of \(workload.name)",
                at: workload.range, notes: [.init("'contrast generate' brings both together")])
        }
    }

    /// The workload of a policy, if one is among the files.
    func workload(withPolicy hash: String) -> String? { workloads.first { $0.policy?.hash == hash }?.name }
}

extension DeploymentSnapshot.Policy {
    init(_ content: AnnotationContent) {
        hash = content.policyHash
        data = content.policy.flatMap { try? PolicyReader.read(Array($0.utf8)) }
        initData = [:]
        if case .initData(_, let document) = content {
            initData = document.data.filter { $0.key != InitData.policyKey }
        }
    }

    /// By what the workload recognises its Coordinator.
    var coordinator: CoordinatorInfo? {
        initData[CoordinatorInfo.initDataKey].flatMap { CoordinatorInfo(json: Array($0.utf8)) }
    }
}

extension DeploymentSnapshot.Workload {
    fileprivate mutating func addVariables(of pod: PodObject) {
        for container in pod.initContainers + pod.containers {
            guard let name = container["name"]?.text else { continue }
            var found = DeploymentSnapshot.Variables()
            found.hasUnnamed = container["envFrom"]?.items.isEmpty == false
            for entry in container["env"]?.items ?? [] {
                guard let variable = entry["name"]?.text else { continue }
                // A text with references may be filled in with what is a Secret's, but is none itself.
                let value = entry["value"].flatMap { $0.isScalar && entry["valueFrom"] == nil ? $0.text : nil }
                found.literals[variable] = value
                if value?.contains("$(") ?? true { found.fromElsewhere.insert(variable) }
            }
            variables[name] = found
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import IR

/// The manifest's way through a run: read and given its owner keys before workloads are compiled, which measure them;
/// given policies and reference values after.
struct ManifestStage {
    private let request: GenerateRequest
    private var manifest: Manifest

    init(_ request: GenerateRequest, into diagnostics: inout Diagnostics) {
        self.request = request
        manifest = Manifest()
        if let source = request.manifest, let read = Manifest.read(source, diagnostics: &diagnostics) {
            manifest = read
            // Values still to be filled in are reported once, for the manifest that is written.
            Manifest.report(
                (read.problems + read.keyProblems).filter { $0.kind == .malformed }, in: source,
                diagnostics: &diagnostics)
        }
        if request.switches.disableUpdates {
            manifest.disableUpdates()
            manifest.addKeys(workloadOwners: [], seedshareOwners: request.seedshareOwners)
        } else {
            manifest.addKeys(workloadOwners: request.workloadOwners, seedshareOwners: request.seedshareOwners)
        }
    }

    /// The owner keys, for Coordinators to measure; `nil` without any.
    var owners: CoordinatorInfo? {
        let keys = manifest.workloadOwnerPubKeys ?? []
        return keys.isEmpty ? nil : CoordinatorInfo(workloadOwnerPubKeys: keys)
    }

    /// By what workloads recognise the Coordinators of this run.
    func coordinator(_ outcomes: [WorkloadOutcome]) -> CoordinatorInfo? {
        if let owners { return owners }
        let hashes = outcomes.compactMap { outcome -> String? in
            guard case .compiled(let policy, _, _) = outcome, policy.identity.role == PolicyEntry.coordinatorRole else {
                return nil
            }
            return policy.hash
        }
        return hashes.isEmpty ? nil : CoordinatorInfo(coordinatorPolicyHashes: hashes)
    }

    /// The bytes of the manifest with the policies of the run; `nil` after an error.
    mutating func finish(_ outcomes: [WorkloadOutcome], into diagnostics: inout Diagnostics) -> [UInt8]? {
        var policies: [CompiledPolicy] = []
        var platforms: Set<Platform> = []
        for outcome in outcomes {
            guard case .compiled(let policy, _, let platform) = outcome else { continue }
            policies.append(policy)
            platforms.insert(platform)
        }
        let bundles = platforms.sorted { $0.name < $1.name }
            .compactMap { request.bundles.bundle(for: $0, into: &diagnostics) }
        if Set(platforms.map(\.isInsecure)).count > 1 {
            diagnostics.error(
                .malformedManifest, "workloads of secure and of insecure platforms cannot share a manifest")
        }
        manifest.mergeReferenceValues(
            from: bundles, refresh: request.switches.refresh, source: request.manifest, diagnostics: &diagnostics)
        manifest.replacePolicies(by: policies, source: request.manifest, diagnostics: &diagnostics)
        let bytes = ManifestBackend.bytes(manifest)
        let written = SourceFile(path: request.manifestPath, bytes: bytes)
        Manifest.report(manifest.problems, in: written, diagnostics: &diagnostics)
        manifest.reportMissingCoordinator(path: written.path, diagnostics: &diagnostics)
        return diagnostics.hasErrors ? nil : bytes
    }
}

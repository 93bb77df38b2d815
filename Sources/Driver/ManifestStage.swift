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

    /// What the manifest will have for AMD processors of the bundle's platform.
    func snpEntries(of bundle: Bundle) -> [SNPReferenceValues] {
        var merged = manifest
        var ignored = Diagnostics()
        merged.mergeReferenceValues(from: [bundle], refresh: request.switches.refresh, diagnostics: &ignored)
        return merged.referenceValues.snp.filter {
            $0.platform.isEmpty || Platform(name: $0.platform) == bundle.platform
        }
    }

    /// The bytes of the manifest with the policies of the run; `nil` after an error.
    ///
    /// - Parameters:
    ///   - policies: freed before the bytes are made.
    ///   - place: where the workload of the policy at an index stands.
    mutating func finish(
        _ policies: consuming [CompiledPolicy], _ platforms: Set<Platform>, place: (Int) -> SourceRange?,
        into diagnostics: inout Diagnostics
    ) -> [UInt8]? {
        let bundles = platforms.sorted { $0.name < $1.name }
            .compactMap { request.bundles.bundle(for: $0, into: &diagnostics) }
        if Set(platforms.map(\.isInsecure)).count > 1 {
            diagnostics.error(
                .malformedManifest, "workloads of secure and of insecure platforms cannot share a manifest")
        }
        for bundle in bundles { checkExpiry(of: bundle, into: &diagnostics) }
        manifest.mergeReferenceValues(
            from: bundles, refresh: request.switches.refresh, source: request.manifest, diagnostics: &diagnostics)
        for bundle in bundles { checkIDBlock(bundle, into: &diagnostics) }
        manifest.replacePolicies(
            by: consume policies, source: request.manifest, place: place, diagnostics: &diagnostics)
        let bytes = ManifestBackend.bytes(manifest)
        let written = SourceFile(path: request.manifestPath, bytes: bytes)
        Manifest.report(manifest.problems, in: written, diagnostics: &diagnostics)
        manifest.reportMissingCoordinator(path: written.path, diagnostics: &diagnostics)
        return diagnostics.hasErrors ? nil : bytes
    }

    private func checkExpiry(of bundle: Bundle, into diagnostics: inout Diagnostics) {
        guard let expires = bundle.expires, let today = request.today, expires <= today else { return }
        diagnostics.warning(
            .bundleExpired, "the bundle of '\(bundle.platform.name)' expired on \(expires)", path: bundle.source.path,
            notes: [.init("use a newer one, or measure again")])
    }

    private func checkIDBlock(_ bundle: Bundle, into diagnostics: inout Diagnostics) {
        guard bundle.platform.usesIDBlock, snpEntries(of: bundle).allSatisfy(\.trustedMeasurement.isEmpty) else {
            return
        }
        diagnostics.warning(
            .idBlockMissing,
            "pods on '\(bundle.platform.name)' get no ID block, since no reference value has a launch digest",
            path: request.manifestPath,
            notes: [.init("measure one with 'contrast reference-values measure', then generate again")])
    }
}

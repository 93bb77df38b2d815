// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR

/// What all workloads of a run share.
struct CompilerContext: Sendable {
    let request: GenerateRequest
    let overheads: [String: Int64]
    let limitRanges: [LimitRange]
    let coordinatorNamespace: String
    let idBlocks: IDBlocks
    var resolvers: Resolvers
    private let lowering: PolicyLowering
    /// For pods with a debug shell; `nil` when none gets one.
    private let openLowering: PolicyLowering?
    /// By what workloads recognise their Coordinator.
    var coordinator: CoordinatorInfo?
    /// Owner keys, by which a Coordinator recognises who may set its first manifest.
    var owners: CoordinatorInfo?

    /// A Coordinator holds the secrets of all workloads, so it never gets one.
    func hasDebugShell(isCoordinator: Bool) -> Bool { openLowering != nil && !isCoordinator }

    func lowering(isCoordinator: Bool) -> PolicyLowering { isCoordinator ? lowering : openLowering ?? lowering }

    init(_ request: GenerateRequest, _ deployment: Deployment, _ manifest: ManifestStage) {
        self.request = request
        overheads = deployment.overheads
        limitRanges = deployment.limitRanges
        coordinatorNamespace = deployment.coordinatorNamespace
        resolvers = Resolvers(lock: request.lock, requireProof: request.switches.requireProof)
        lowering = PolicyLowering(
            settings: request.settings, profile: request.profile, configObjects: deployment.configObjects,
            secretValues: request.secretValues)
        if request.switches.debugShell {
            var settings = request.settings
            DebugShellPass.open(&settings)
            openLowering = PolicyLowering(
                settings: settings, profile: request.profile, configObjects: deployment.configObjects,
                secretValues: request.secretValues)
        } else {
            openLowering = nil
        }
        idBlocks = IDBlocks(entries: manifest.snpEntries)
        owners = manifest.owners
        coordinator = owners
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// The backends of one thread, each made when first needed: there is one for each set of features that policies have.
struct BackendWorker {
    /// Sets of features, of which deployments have a few; beyond that backends are made again.
    private static let limit = 32

    private struct Key: Hashable {
        /// Of what policies share: there is one object for each of the settings of a run.
        var defaults: ObjectIdentifier
        var features: PolicyFeatures
        var isCoordinator: Bool
    }

    private let blocks = BlockPool()
    /// Of the settings that the last backend was made for.
    private var macros: PolicyMacros?
    private var backends: [Key: (rego: RegoBackend, initData: InitDataBackend)] = [:]
    /// Those that the keys name, which therefore stay the objects that they were.
    private var defaults: [PolicyDefaults] = []

    mutating func backends(
        _ context: CompilerContext, _ policy: SandboxPolicy, isCoordinator: Bool
    ) -> (rego: RegoBackend, initData: InitDataBackend) {
        let key = Key(
            defaults: ObjectIdentifier(policy.defaults), features: policy.features, isCoordinator: isCoordinator)
        if let made = backends[key] { return made }
        if macros?.common != policy.defaults.common { macros = PolicyMacros(policy.defaults.common) }
        let rego = RegoBackend(policy.defaults, key.features, context.request.policyLayout, macros)
        let initData = InitDataBackend(
            coordinator: isCoordinator ? context.owners : context.coordinator,
            settings: context.hasDebugShell(isCoordinator: isCoordinator) ? DebugShellPass.initData : [:],
            policyPrefix: rego.prefix, blocks: blocks)
        if backends.count >= Self.limit { (backends, defaults) = ([:], []) }
        backends[key] = (rego, initData)
        if !defaults.contains(where: { $0 === policy.defaults }) { defaults.append(policy.defaults) }
        return (rego, initData)
    }
}

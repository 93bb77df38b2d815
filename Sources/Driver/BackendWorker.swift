// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// The backends of one thread, each made when first needed: there is one for each set of features that policies have.
struct BackendWorker {
    /// Each takes some 200 KB, and as long to make as two workloads to compile.
    private static let limit = 64

    private struct Key: Hashable {
        /// Of what policies share: there is one object for each of the settings of a run.
        var defaults: ObjectIdentifier
        var features: PolicyFeatures
        var isCoordinator: Bool
    }

    private struct Backend {
        /// What the key names, which therefore stays the object that it was.
        var defaults: PolicyDefaults
        var rego: RegoBackend
        var initData: InitDataBackend
    }

    private let blocks = BlockPool()
    /// Of each of the settings of a run.
    private var macros: [PolicyMacros] = []
    private var backends = RecentlyUsed<Key, Backend>(limit: limit)

    mutating func backends(
        _ context: CompilerContext, _ policy: SandboxPolicy, isCoordinator: Bool
    ) -> (rego: RegoBackend, initData: InitDataBackend) {
        let key = Key(
            defaults: ObjectIdentifier(policy.defaults), features: policy.features, isCoordinator: isCoordinator)
        if let made = backends.value(of: key) { return (made.rego, made.initData) }
        let rego = RegoBackend(
            policy.defaults, key.features, context.request.policyLayout, macros(of: policy.defaults.common))
        let initData = InitDataBackend(
            coordinator: isCoordinator ? context.owners : context.coordinator,
            settings: context.hasDebugShell(isCoordinator: isCoordinator) ? DebugShellPass.initData : [:],
            policyPrefix: rego.prefix, blocks: blocks)
        backends.keep(Backend(defaults: policy.defaults, rego: rego, initData: initData), as: key)
        return (rego, initData)
    }

    private mutating func macros(of common: CommonSettings) -> PolicyMacros {
        if let made = macros.first(where: { $0.common == common }) { return made }
        let made = PolicyMacros(common)
        macros.append(made)
        return made
    }
}

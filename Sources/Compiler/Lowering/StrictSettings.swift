// SPDX-License-Identifier: Apache-2.0

import IR

extension PolicySettings {
    /// The settings as a profile heeds them. What settings allow any pod because some pods have it, strict policies allow
    /// just those: they expect variables of a terminal, of the host's name and of a numbered Job where a pod has them.
    /// Azure's workload identity is for nodes whose pods they do not describe.
    func heeded(by profile: PolicyProfile) -> PolicySettings {
        guard profile == .strict else { return self }
        var settings = self
        var ofSome =
            RequestDefaults.azureRegex + [RequestDefaults.hostNameRegex, RequestDefaults.completionIndexRegex]
        // Whoever may run commands in a container may do it from a terminal.
        let requests = settings.requestDefaults
        if requests.execAllowedCommands.isEmpty, requests.execRegex.isEmpty {
            ofSome.append(RequestDefaults.terminalRegex)
        }
        settings.requestDefaults.allowEnvRegex.removeAll { ofSome.contains($0) }
        settings.mountDestinations.removeAll { $0 == ContainerMount.azureTokens }
        return settings
    }

    /// For pods that are told of no service but the API server's, which the kubelet calls so.
    var withoutServiceLinks: PolicySettings {
        var settings = self
        settings.common.serviceNameDownwardEnv = "KUBERNETES"
        return settings
    }
}

/// Mounts that Kubernetes or its webhooks add to containers.
enum ContainerMount {
    static let serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount"
    static let azureTokens = "/var/run/secrets/azure/tokens"
}

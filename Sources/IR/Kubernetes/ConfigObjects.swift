// SPDX-License-Identifier: Apache-2.0

/// A ConfigMap or a Secret among the inputs, looked up by environment variables.
package struct ConfigObject: Sendable {
    package var name: String
    /// `nil` when the object does not say.
    package var namespace: String?
    /// Values by key: text as the process sees it; for a Secret, decoded from base64.
    package var data: [String: String]
    /// Keys whose value is not UTF-8 (`binaryData`, or such a Secret): they cannot become variables.
    package var binaryKeys: Set<String>

    package init(name: String, namespace: String?, data: [String: String], binaryKeys: Set<String> = []) {
        self.name = name
        self.namespace = namespace
        self.data = data
        self.binaryKeys = binaryKeys
    }
}

/// All ConfigMaps and Secrets of a run. The first of a name wins within a namespace.
package struct ConfigObjects: Sendable {
    package var configMaps: [String: [ConfigObject]] = [:]
    package var secrets: [String: [ConfigObject]] = [:]

    package init() {}

    /// The ConfigMap that a pod of `namespace` would see.
    package func configMap(_ name: String, namespace: String?) -> ConfigObject? {
        Self.pick(configMaps[name], namespace)
    }

    /// The Secret that a pod of `namespace` would see.
    package func secret(_ name: String, namespace: String?) -> ConfigObject? {
        Self.pick(secrets[name], namespace)
    }

    /// An object of the same namespace; else one that names none, or any when the pod names none, since a namespace
    /// may be given only when the objects are applied.
    private static func pick(_ candidates: [ConfigObject]?, _ namespace: String?) -> ConfigObject? {
        guard let candidates else { return nil }
        return candidates.first { $0.namespace == namespace }
            ?? candidates.first { $0.namespace == nil || namespace == nil }
    }
}

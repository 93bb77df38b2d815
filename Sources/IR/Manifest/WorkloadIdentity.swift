// SPDX-License-Identifier: Apache-2.0

/// By what a manifest knows a workload, whatever its policy is.
package struct WorkloadIdentity: Sendable, Equatable {
    /// Annotation that names the role.
    package static let roleAnnotation = "contrast.edgeless.systems/pod-role"
    /// Annotation that replaces the default workload secret ID.
    package static let secretIDAnnotation = "contrast.edgeless.systems/workload-secret-id"

    package var sans: [String]
    package var workloadSecretID: String
    package var role: String
    /// For messages.
    package var displayName: WorkloadDisplayName

    package init(sans: [String], workloadSecretID: String, role: String = "", displayName: WorkloadDisplayName) {
        self.sans = sans
        self.workloadSecretID = workloadSecretID
        self.role = role
        self.displayName = displayName
    }

    /// The identity of a workload: SANs are the controller's name and `*`; a `generateName` stands in for a name, less
    /// its trailing hyphens. `nil`, with an error, when there is neither or the role is unknown.
    package init?(_ workload: Workload, diagnostics: inout Diagnostics) {
        guard let name = Self.name(of: workload) else {
            diagnostics.error(
                .missingField, "\(workload.displayName) has neither 'metadata.name' nor 'metadata.generateName'",
                at: workload.range)
            return nil
        }
        let role = workload.podAnnotations.first { $0.key == Self.roleAnnotation }
        if let role, !role.value.isEmpty, role.value != PolicyEntry.coordinatorRole {
            diagnostics.error(
                .unknownRole, "unknown role '\(role.value)' of \(workload.displayName), expected 'coordinator'",
                at: role.range ?? workload.range)
            return nil
        }
        let secretID = workload.podAnnotations.first { $0.key == Self.secretIDAnnotation }?.value
        self.init(
            sans: [name, "*"], workloadSecretID: secretID ?? Self.defaultSecretID(of: workload, name: name),
            role: role?.value ?? "", displayName: workload.displayName)
    }

    private static func name(of workload: Workload) -> String? {
        if let name = workload.name?.value, !name.isEmpty { return name }
        guard var prefix = workload.generateName?.value else { return nil }
        while prefix.hasSuffix("-") { prefix.removeLast() }
        return prefix.isEmpty ? nil : prefix
    }

    /// `<group or core>/<version>/<Kind>/<namespace or default>/<name>`.
    private static func defaultSecretID(of workload: Workload, name: String) -> String {
        let group = workload.apiGroup.isEmpty ? "core" : workload.apiGroup
        let version = workload.apiVersion.split(separator: "/").last.map(String.init) ?? workload.apiVersion
        let namespace = workload.namespace?.value ?? ""
        return "\(group)/\(version)/\(workload.kind.rawValue)/\(namespace.isEmpty ? "default" : namespace)/\(name)"
    }
}

// SPDX-License-Identifier: Apache-2.0

/// What a change of trust is about; reviewers accept changes by these names.
package enum TrustKind: String, Sendable, CaseIterable {
    // What policies allow
    case workload, policy, container, order, image, arguments, environment, mount, device, exec, user, privilege
    case annotation, request, coordinator
    // What only the manifest says
    case san
    case secretID = "secret-id"
    case role
    case referenceValue = "reference-value"
    case ownerKey = "owner-key"
    case apiVersion = "api-version"

    /// One line for people.
    package var meaning: String {
        switch self {
        case .workload: "which workloads there are"
        case .policy: "policies as a whole: their profile, or texts that cannot be compared"
        case .container: "which containers a pod may have"
        case .order: "when containers start"
        case .image: "images"
        case .arguments: "command lines and working directories"
        case .environment: "variables"
        case .mount: "mounts and storages"
        case .device: "devices"
        case .exec: "commands that may be run in a container"
        case .user: "users and groups"
        case .privilege: "capabilities, namespaces, write protection, terminals, sysctls"
        case .annotation: "annotations of pods"
        case .request: "what else the host may ask of the agent"
        case .coordinator: "by what a workload recognises its Coordinator"
        case .san: "names in mesh certificates"
        case .secretID: "which workload secret a workload gets"
        case .role: "who is a Coordinator"
        case .referenceValue: "reference values of platforms"
        case .ownerKey: "keys that may change the manifest or recover the Coordinator"
        case .apiVersion: "the lowest version of the HTTP API"
        }
    }

    /// Of a member of a policy's data.
    init(member name: String) {
        self =
            switch name {
            case "args", "cwd": .arguments
            case "image": .image
            case "exec_commands", "exec_patterns": .exec
            case "mounts", "storages", "sandbox_storages": .mount
            case "devices", "linux_devices", "vfio", "vfio_path": .device
            case "uid", "gid", "gids": .user
            case "annotations", "runtime_annotations": .annotation
            case "stage": .order
            case "allow", "copy_patterns", "shared_files", "updated", "interface", "routes", "neighbors": .request
            case _ where name == "env" || name.hasPrefix("env_"): .environment
            default: .privilege
            }
    }
}

/// In which direction trust changed.
package enum TrustChange: String, Sendable, CaseIterable {
    case newlyAllowed = "newly allowed"
    case newlyDenied = "newly denied"
    case changed
}

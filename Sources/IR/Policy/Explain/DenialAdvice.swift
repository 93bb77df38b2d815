// SPDX-License-Identifier: Apache-2.0

extension Denial {
    /// The change to make, if the request is one that should be allowed.
    package var advice: String {
        let container = container.map { PolicyWords.container($0.name) } ?? "the container"
        let name = detail.map { "'\($0)' " } ?? ""
        switch aspect {
        case "env" where expected == nil:
            return
                "if the variable is meant, add \(name)to 'env' of \(container), or the ConfigMap it comes from to the "
                + "inputs, and run generate again; else see what adds it in the cluster, such as an admission webhook"
        case "env":
            return
                "apply the YAML that generate wrote; to change \(name)edit 'env' of \(container) and run generate again"
        case "args": return "edit 'command' or 'args' of \(container) and run generate again, or apply what it wrote"
        case "cwd": return "set 'workingDir' of \(container) and run generate again"
        case "uid", "gid", "gids":
            return
                "set 'runAsUser', 'runAsGroup' and 'supplementalGroups' in 'securityContext' to what the image uses, "
                + "and run generate again"
        case "image": return "update the lock, run generate again and apply what it wrote"
        case "mounts": return "edit 'volumeMounts' of \(container) and run generate again; else see what adds the mount"
        case "storages": return "edit 'volumes' of the pod and run generate again"
        case "annotations":
            return "set the annotation on the pod template and run generate again; else see what adds or changes it"
        case "capabilities": return "edit 'securityContext.capabilities' of \(container) and run generate again"
        case "exec_commands":
            return
                "only commands of probes and lifecycle hooks may be run; add one of those, or allow the command in the "
                + "settings, and run generate again"
        case "name": return "add the container to the YAML and run generate again; else see what adds it"
        case "stage": return "requests must come in the order of the pod's life: record them from its beginning"
        case "message":
            return "start the agent with log level debug and give its request log, or give a recorded request"
        case "readonly", "no_new_privileges", "terminal", "pidns", "sysctls", "devices":
            return "edit the 'securityContext' or the devices of \(container) and run generate again"
        default:
            if origin?.root == .settings {
                return "change the settings that generate reads with '-s', if the host is meant to do that"
            }
            return "this comes from the host: no YAML allows it"
        }
    }
}

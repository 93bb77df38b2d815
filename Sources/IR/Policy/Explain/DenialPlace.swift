// SPDX-License-Identifier: Apache-2.0

extension DenialWriter {
    /// Where the expectation stands: in the data of the container, or in the settings that stand behind it.
    func place(_ denial: inout Denial) {
        if denial.aspect == nil, let origin = denial.origin, origin.containerIndex != nil, origin.path.count > 2 {
            denial.aspect = origin.path[2]
            if origin.path.count > 3 { denial.detail = origin.path[3] }
        }
        if denial.origin?.path.first == "allow" {
            denial.summary = "the settings do not allow \(finder.kind)"
        }
        guard let index = denial.container?.index, let aspect = denial.aspect else { return }
        let own = finder.data.pod["containers"]?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
        let kind = own?["kind"]?.string ?? ""
        let rest = denial.origin?.containerIndex == nil ? [] : Array(denial.origin?.path.dropFirst(3) ?? [])
        if own?[aspect] != nil {
            denial.origin = ValueOrigin(root: .policy, path: ["containers", String(index), aspect] + rest)
        } else if finder.data.settings["kinds"]?[kind]?[aspect] != nil {
            denial.origin = ValueOrigin(root: .settings, path: ["kinds", kind, aspect])
        } else if finder.data.settings["base"]?[aspect] != nil {
            denial.origin = ValueOrigin(root: .settings, path: ["base", aspect])
        }
    }
}

/// What fields of requests are called.
enum DenialWords {
    private static let names: [(suffix: [String], name: String)] = [
        (["Process", "Cwd"], "the working directory"), (["process", "Cwd"], "the working directory"),
        (["User", "UID"], "the user"), (["User", "GID"], "the group"),
        (["User", "AdditionalGids"], "the list of further groups"), (["User", "Username"], "the user's name"),
        (["Process", "Terminal"], "the terminal"), (["NoNewPrivileges"], "the bar on new privileges"),
        (["Root", "Readonly"], "the write protection of the root"), (["Root", "Path"], "the root's path"),
        (["OCI", "Version"], "the version of the OCI specification"), (["Process", "Args"], "the command line"),
        (["MaskedPaths"], "the list of masked paths"), (["ReadonlyPaths"], "the list of read-only paths"),
        (["Namespaces"], "the list of namespaces"), (["sandbox_pidns"], "the sharing of the process namespace"),
        (["io.kubernetes.cri.sandbox-namespace"], "the pod's namespace"),
        (["io.kubernetes.cri.sandbox-name"], "the pod's name"), (["Hooks"], "the list of hooks"),
        (["Seccomp"], "the seccomp profile"), (["exec_id"], "the process id of the request"),
        (["container_id"], "the container's id"), (["path"], "the path of the file"),
        (["symlink_target"], "the target of the link"), (["file_mode"], "the mode of the file"),
        (["guest_hook_path"], "the path of guest hooks"), (["kernel_modules"], "the list of kernel modules"),
        (["hwAddr"], "the interface's hardware address"), (["raw_flags"], "the interface's set of flags"),
        (["SelinuxLabel"], "the SELinux label"), (["shared_mounts"], "the list of shared mounts"),
        (["string_user"], "the user as text"), (["UIDMappings"], "the list of user mappings"),
        (["GIDMappings"], "the list of group mappings"), (["Resources", "Devices"], "the list of device rules"),
        (["storages"], "the list of storages"), (["file_type"], "the type of the file"),
        (["Rlimits"], "the list of limits"), (["CgroupsPath"], "the cgroup path"), (["devices"], "the list of devices"),
        (["stdin_port"], "the host's port for input"), (["stdout_port"], "the host's port for output"),
        (["stderr_port"], "the host's port for errors"),
    ]

    static func field(_ denial: Denial) -> String? {
        if let match = names.first(where: { denial.field.suffix($0.suffix.count).elementsEqual($0.suffix) }) {
            return match.name
        }
        guard let last = denial.field.last else { return nil }
        let parent = denial.field.dropLast().last
        switch parent {
        case "Args": return "argument \(last)"
        case "MaskedPaths": return "a masked path"
        case "ReadonlyPaths": return "a read-only path"
        case "Capabilities": return "the \(last.lowercased()) set of capabilities"
        case "Sysctl": return "the sysctl '\(last)'"
        case "Annotations": return "annotation '\(last)'"
        default: break
        }
        if denial.field.contains("Sysctl") { return "a sysctl" }
        if denial.field.first == "storages" { return Int(last) == nil ? "the \(last) of a storage" : "a storage" }
        if denial.field.contains("Routes") { return "the \(last == "dest" ? "destination" : last) of a route" }
        if denial.field.contains("IPAddresses") { return "an address of the interface" }
        if denial.field.contains("ARPNeighbors") {
            return "the \(last == "flags" ? "set of flags" : last) of a neighbor"
        }
        if denial.field.first == "interface" { return "the interface's \(last)" }
        if denial.field.contains("Devices") { return "a device node" }
        return nil
    }
}

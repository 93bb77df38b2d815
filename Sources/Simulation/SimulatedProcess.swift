// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The process of a container, as containerd writes it from what the kubelet says.
struct SimulatedProcess {
    let pod: SimulatedPod
    /// `nil` for the pause container.
    let container: Container?
    let image: ImageFacts

    /// `OCI.Process`.
    var specification: JSONValue {
        [
            "Terminal": .bool(container?.tty ?? false), "User": user, "Args": .strings(args),
            "Env": .strings(env), "Cwd": .string(cwd), "Capabilities": capabilities,
            "NoNewPrivileges": .bool(noNewPrivileges), "OOMScoreAdj": container == nil ? -998 : 1000,
        ]
    }

    /// What runs a command in the container: its process without terminal, the capabilities being the guest's business.
    func command(_ arguments: [String]) -> JSONValue {
        [
            "Terminal": false, "User": user, "Args": .strings(arguments), "Env": .strings(env),
            "Cwd": .string(cwd), "NoNewPrivileges": .bool(noNewPrivileges),
        ]
    }

    private var env: [String] {
        container.map { SimulatedEnvironment(pod, $0).entries(image) } ?? image.env ?? []
    }

    private var args: [String] {
        guard let container else { return (image.entrypoint ?? []) + (image.cmd ?? []) }
        let values = SimulatedEnvironment(pod, container).variables
        var command = (container.command ?? []).map { VariableReferences.expand($0.value, values) }
        var args = (container.args ?? []).map { VariableReferences.expand($0.value, values) }
        if command.isEmpty {
            if args.isEmpty { args = image.cmd ?? [] }
            command = image.entrypoint ?? []
        }
        return command + args
    }

    private var cwd: String {
        if let given = container?.workingDir?.value, !given.isEmpty { return given }
        return image.workingDir.flatMap { $0.isEmpty ? nil : $0 } ?? "/"
    }

    /// Images are unpacked in the guest, so that the host knows users from the YAML alone; but for the pause image, which
    /// states numbers.
    private var user: JSONValue {
        let context = pod.spec.securityContext
        var groups = context.supplementalGroups.map(\.value)
        if let group = context.fsGroup { groups.append(group.value) }
        let uid: UInt32
        let gid: UInt32
        if let container {
            uid = (container.securityContext.runAsUser ?? context.runAsUser)?.value ?? 0
            gid = (container.securityContext.runAsGroup ?? context.runAsGroup)?.value ?? 0
            groups.append(gid)
        } else {
            let stated = (image.user ?? "").split(separator: ":").map { UInt32($0) ?? 0 }
            uid = context.runAsUser?.value ?? stated.first ?? 0
            gid = context.runAsGroup?.value ?? (context.runAsUser == nil && stated.count > 1 ? stated[1] : 0)
            groups = [gid]
        }
        var seen: Set<UInt32> = []
        let unique = groups.filter { seen.insert($0).inserted }
        return [
            "UID": .integer(Int128(uid)), "GID": .integer(Int128(gid)),
            "AdditionalGids": .array(unique.map { .integer(Int128($0)) }), "Username": "",
        ]
    }

    private var noNewPrivileges: Bool {
        guard let container else { return true }
        return container.securityContext.allowPrivilegeEscalation == false
    }

    private var capabilities: JSONValue {
        let names = capabilityNames.map { pod.host.shim == .rust ? $0 : "CAP_" + $0 }
        let list = JSONValue.strings(names)
        return ["Bounding": list, "Effective": list, "Permitted": list, "Inheritable": [], "Ambient": []]
    }

    private var capabilityNames: [String] {
        guard let context = container?.securityContext else { return Self.usualCapabilities }
        func names(_ list: [String]) -> [String] {
            list.map { $0.uppercased() }.map { $0.hasPrefix("CAP_") ? String($0.dropFirst(4)) : $0 }
        }
        let (added, dropped) = (names(context.capabilitiesAdd), names(context.capabilitiesDrop))
        var set = context.privileged || added.contains("ALL") ? Self.allCapabilities : Self.usualCapabilities
        if dropped.contains("ALL") { set = [] }
        for name in added where name != "ALL" && !set.contains(name) { set.append(name) }
        return set.filter { !dropped.contains($0) }
    }

    private static let usualCapabilities = [
        "CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
        "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE",
    ]
    /// In the order of their numbers.
    private static let allCapabilities = [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
        "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
        "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
        "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ]
}

extension JSONValue {
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

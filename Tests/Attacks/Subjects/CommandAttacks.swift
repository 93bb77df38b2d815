// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    /// Changes the request to run the command of a probe or hook.
    private static func probe(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Attack {
        changing("ExecProcessRequest", name, severity, summary, reason: reason) { request, _ in change(&request) }
    }

    /// Runs a command in a container that has just been started.
    private static func command(
        _ name: String, _ severity: Severity, _ summary: String, _ arguments: [String], terminal: Bool = false
    ) -> Attack {
        Attack(name, severity, summary) { scene in
            guard scene.next.kind == "StartContainerRequest", let id = scene.next.id,
                var process = scene.creation(of: id)?.request.value(at: "OCI/Process")
            else { return nil }
            process.set("Args", .array(arguments.map { .string($0) }))
            process.set("Capabilities", nil)
            process.set("ApparmorProfile", "")
            process.set("Terminal", .bool(terminal))
            let request: JSONValue = ["container_id": .string(id), "exec_id": "attacker", "process": process]
            return Attempt("ExecProcessRequest", request, after: [scene.next])
        }
    }

    static let commands: [Attack] = [
        command("exec-shell", .critical, "a shell runs in a container", ["/bin/sh"], terminal: true),
        command(
            "exec-read", .critical, "a program reads the container's keys", ["cat", "/contrast/tls-config/key.pem"]),
        command("exec-none", .high, "a command without words", []),
        .changing("StartContainerRequest", "exec-as-start", .high, "the start of a container names another") {
            request, _ in
            request.set("container_id", .string(Scene.strangeID))
        },
        probe("exec-other", .critical, "another program runs than that of the probe") {
            $0.set("process/Args", ["/bin/sh", "-c", "id"])
        },
        probe("exec-argument", .critical, "a probe has an argument more") { $0.append("process/Args", "--output=/x") },
        probe("exec-argument-less", .high, "a probe has an argument less") { $0.removeLast("process/Args") },
        probe("exec-argument-line", .high, "an argument of a probe has a second line") {
            $0.editText("process/Args/-") { $0 + "\nid" }
        },
        probe("exec-user", .critical, "a probe runs as another user") { $0.set("process/User/UID", 4321) },
        probe("exec-group", .high, "a probe runs in another group") { $0.set("process/User/GID", 4321) },
        probe("exec-groups", .high, "a probe has a group more") { $0.append("process/User/AdditionalGids", 4321) },
        probe("exec-user-name", .high, "a probe's user is named, and looked up in the container") {
            $0.set("process/User/Username", "root")
        },
        probe("exec-user-text", .critical, "a probe's user is given as text") { $0.set("string_user", ["uid": "0"]) },
        probe("exec-capabilities", .critical, "a probe has capabilities") {
            $0.set("process/Capabilities", ["Effective": ["CAP_SYS_ADMIN"], "Permitted": ["CAP_SYS_ADMIN"]])
        },
        probe("exec-terminal", .high, "a probe has a terminal") { $0.flip("process/Terminal") },
        probe("exec-privileges", .high, "whether a probe may gain privileges is otherwise") {
            $0.flip("process/NoNewPrivileges")
        },
        probe("exec-variable", .critical, "a variable makes a probe load a library") {
            $0.append("process/Env", "LD_PRELOAD=/x")
        },
        probe("exec-variable-twice", .critical, "a variable of a probe is there again") {
            $0.append("process/Env", "PATH=/run/attacker")
        },
        probe("exec-variable-less", .medium, "a variable of a probe is missing") { $0.removeFirst("process/Env") },
        probe("exec-directory", .high, "a probe runs in another directory") { $0.set("process/Cwd", "/proc/1/root") },
        probe("exec-label", .high, "a probe has a label of SELinux") {
            $0.set("process/SelinuxLabel", "unconfined_u:unconfined_r:unconfined_t")
        },
        probe("exec-profile", .high, "a probe has a profile of AppArmor") {
            $0.set("process/ApparmorProfile", "unconfined")
        },
        probe("exec-limits", .medium, "a probe may open no files") {
            $0.append("process/Rlimits", ["Type": "RLIMIT_NOFILE", "Hard": 0, "Soft": 0])
        },
        probe("exec-input", .high, "a probe reads from a port of the host") { $0.set("stdin_port", 1024) },
        probe("exec-output", .high, "a probe writes to a port of the host") { $0.set("stdout_port", 1024) },
        probe("exec-errors", .high, "a probe writes errors to a port of the host") { $0.set("stderr_port", 1024) },
        probe("exec-unknown", .high, "a probe runs in a container that there is not") {
            $0.set("container_id", .string(Scene.strangeID))
        },
        .changing("ExecProcessRequest", "exec-elsewhere", .critical, "a probe runs in the pause container") {
            request, scene in
            guard let pause = scene.past.first(where: \.isOfPause)?.id else { return false }
            return request.set("container_id", .string(pause))
        },
        Attack("exec-before-start", .high, "a probe runs in a container that has not been started") { scene in
            guard scene.next.kind == "StartContainerRequest" else { return nil }
            return scene.future.first { $0.kind == "ExecProcessRequest" && $0.id == scene.next.id }.map { Attempt($0) }
        },
        Attack("exec-after-end", .high, "a probe runs in a container that has ended") { scene in
            guard scene.next.kind == "RemoveContainerRequest" else { return nil }
            return scene.past.last { $0.kind == "ExecProcessRequest" && $0.id == scene.next.id }
                .map { Attempt($0, after: [scene.next]) }
        },
        probe(
            "exec-again", .low, "a probe runs more often than the YAML says",
            reason: "A policy knows no time; probes must be harmless."
        ) { $0.set("exec_id", "again") },
    ]
}

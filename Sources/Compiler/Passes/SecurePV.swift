// SPDX-License-Identifier: Apache-2.0

internal import IR

/// An encrypted persistent volume that the initializer opens: the annotation `secure-pv` names a block device volume and
/// the volume at which the workload finds the file system, as `device:mount`.
struct SecurePV {
    var device: String
    var mount: String

    static let statePath = "/state"
    static let devicePath = "/dev/csi0"

    /// `nil` without the annotation, or after an error about it.
    init?(_ pod: PodObject, _ diagnostics: inout Diagnostics) {
        guard let node = pod.annotation(ContrastName.securePV) else { return nil }
        let parts = node.text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts.contains(where: \.isEmpty), parts[0] != parts[1] else {
            diagnostics.error(
                .malformedSecurePV, "'\(node.text)' is not of the form <device volume>:<mount volume>", at: node.range)
            return nil
        }
        device = String(parts[0])
        mount = String(parts[1])
        guard isBlockDevice(pod) else {
            let exists = pod.spec["volumes"]?.items.contains { $0["name"]?.text == String(parts[0]) } ?? false
            diagnostics.error(
                .malformedSecurePV,
                exists
                    ? "the volume '\(device)' must be a persistent volume claim or an iSCSI device"
                    : "there is no volume or volumeClaimTemplate '\(device)'",
                at: node.range)
            return nil
        }
    }

    /// Name of the mount volume that the annotation asks for, whether or not it is right.
    static func mountName(of pod: PodObject) -> String? {
        pod.annotation(ContrastName.securePV)?.text.split(separator: ":").last.map(String.init)
    }

    private func isBlockDevice(_ pod: PodObject) -> Bool {
        let claims = pod.kind == .statefulSet ? pod.object.node["spec"]?["volumeClaimTemplates"]?.items ?? [] : []
        if claims.contains(where: { $0["metadata"]?["name"]?.text == device }) { return true }
        guard let volume = pod.spec["volumes"]?.items.first(where: { $0["name"]?.text == device }) else { return false }
        return ["persistentVolumeClaim", "ephemeral", "iscsi"].contains { volume[$0] != nil }
    }

    /// What the initializer needs beyond its usual self: it opens the device and stays to keep it mounted.
    func extend(_ members: inout [YAMLValue.Member], mounts: [YAMLValue]) {
        func put(_ key: String, _ value: YAMLValue) {
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].value = value
            } else {
                members.append(.init(key: key, value: value))
            }
        }
        put("restartPolicy", "Always")
        put("resources", ["limits": ["memory": "100Mi"], "requests": ["memory": "100Mi"]])
        put("securityContext", ["privileged": true, "capabilities": ["add": ["NET_ADMIN"]]])
        put(
            "startupProbe",
            ["exec": ["command": ["/bin/test", "-f", "/done"]], "failureThreshold": 20, "periodSeconds": 5])
        put("volumeDevices", [["name": .string(device), "devicePath": .string(Self.devicePath)]])
        let state: YAMLValue = [
            "name": .string(mount), "mountPath": .string(Self.statePath), "mountPropagation": "Bidirectional",
        ]
        put("volumeMounts", .sequence(mounts + [state]))
    }
}

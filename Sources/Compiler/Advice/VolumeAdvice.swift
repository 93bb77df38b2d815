// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What becomes of volumes whose files stay outside of the VM.
enum VolumeAdvice {
    static func check(_ spec: PodSpec, into diagnostics: inout Diagnostics) {
        let containers = spec.initContainers + spec.containers
        let mounted = Set(containers.flatMap(\.volumeMounts).map(\.name.value))
        for volume in spec.volumes where volume.range != nil && mounted.contains(volume.name.value) {
            guard let fate = fate(of: volume.source) else { continue }
            diagnostics.warning(
                .unsupportedVolume, "the volume '\(volume.name.value)' \(fate.what)", at: volume.name.range,
                notes: fate.notes.map { .init($0) })
        }
    }

    /// `nil` for the kinds that work as they do elsewhere.
    private static func fate(of source: Volume.Source) -> (what: String, notes: [String])? {
        let temporary = "what is written to it is gone with the pod"
        switch source {
        case .configMap, .downwardAPI, .emptyDir, .projected, .secret, .ephemeral: return nil
        case .hostPath(let path, _):
            if isDevice(path.value) { return nil }
            return (
                "is a hostPath: its files are copied into the VM when the pod starts and never written back",
                ["UNIX domain sockets do not work; \(temporary)", "the host decides what is copied"]
            )
        case .persistentVolumeClaim:
            return (
                "is mounted as a file system: the pod gets a temporary mount that lives as long as the pod",
                ["use the claim as a block device ('volumeMode: Block' and 'volumeDevices') to keep data", temporary]
            )
        case .azureFile: return share("azureFile", temporary)
        case .other(let kind): return share(kind.value, temporary)
        }
    }

    private static func share(_ kind: String, _ temporary: String) -> (what: String, notes: [String]) {
        (
            "is of the kind '\(kind)', which is not supported: the pod gets a temporary mount that lives as long as the pod",
            [temporary, "the host decides what is in it when the pod starts"]
        )
    }

    /// Whether a hostPath means a device or a system file of the guest rather than a file of the host.
    static func isDevice(_ path: String) -> Bool {
        path == "/dev" || path.hasPrefix("/dev/") || path == "/sys" || path.hasPrefix("/sys/")
    }
}

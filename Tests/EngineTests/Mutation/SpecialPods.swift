// SPDX-License-Identifier: Apache-2.0

import Compiler
import Driver
import IR

/// Pods with what no example has: GPUs, and what only other settings than the default ones allow.
enum SpecialPods {
    /// Two GPUs, a disk at a path that looks like one, annotations that look like those of GPUs; no storages.
    static func gpu() throws -> CompiledPod {
        try compile(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: gpu
              namespace: shop
              annotations: {"7": note, cdi.k8s.io/vfio-1: note, cdi.k8s.io/vfio1-x: note}
            spec:
              runtimeClassName: contrast-cc
              volumes: [{name: block, persistentVolumeClaim: {claimName: block}}]
              containers:
              - name: main
                image: registry.example/main:1
                resources: {limits: {memory: 1Gi, nvidia.com/pgpu: "2"}}
                volumeDevices: [{name: block, devicePath: /mnt/dev/vfio/devices/vfio}]
              - {name: other, image: "registry.example/other:1"}
            """, .defaults, isInitialized: false)
    }

    /// Commands, streams, directories of the host and a device node by the settings; mounts that look like others;
    /// annotations for the hypervisor.
    static func permissive() throws -> CompiledPod {
        var settings = PolicySettings.defaults
        settings.requestDefaults.execAllowedCommands = [["/bin/sh", "-c", "date"]]
        settings.requestDefaults.execRegex = ["^/bin/ls [a-z]+$"]
        settings.requestDefaults.closeStdin = true
        settings.requestDefaults.getDiagnosticData = true
        settings.requestDefaults.writeStream = true
        settings.enableConfigMapSecretStorages = true
        settings.volumes.configMap.mountPoint = "^$(cpath)/$(bundle-id)-"
        settings.cluster.emptyDirType = .blockPlain
        settings.volumes.emptyDirPlain = settings.volumes.emptyDir
        settings.other.linuxDevices = [LinuxDevicePolicy(path: "/dev/usual")]
        return try compile(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: permissive
              namespace: shop
              annotations:
                cdi.k8s.io/vfio3: note
                example.org/note: kept
                io.katacontainers.config.hypervisor.snp_id_block: block
                x.io.katacontainers.config.hypervisor.snp_x: kept
            spec:
              runtimeClassName: contrast-cc
              volumes:
              - {name: plain, emptyDir: {}}
              - {name: memory, emptyDir: {medium: Memory}}
              - {name: settings, configMap: {name: settings}}
              - {name: block, persistentVolumeClaim: {claimName: block}}
              - {name: second, persistentVolumeClaim: {claimName: second}}
              - {name: info, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
              - {name: node, hostPath: {path: /dev/node}}
              - {name: odd, hostPath: {path: "/dev/(^|)odd"}}
              containers:
              - name: main
                image: registry.example/main:1
                livenessProbe: {exec: {command: [/bin/alive]}}
                volumeMounts:
                - {name: memory, mountPath: /a/plain/inner}
                - {name: plain, mountPath: /plain}
                - {name: memory, mountPath: /cache}
                - {name: settings, mountPath: /etc/settings}
                - {name: node, mountPath: /node}
                - {name: odd, mountPath: /odd}
                volumeDevices: [{name: block, devicePath: /dev/block}, {name: second, devicePath: /dev/second}]
              - name: other
                image: registry.example/other:1
                securityContext: {privileged: true}
                volumeMounts: [{name: info, mountPath: /etc/info}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop}
            data: {level: info}
            """, settings)
    }

    /// The other streams; a namespace that the host chooses; two storages of the sandbox; storages of forms that no rule has.
    static func strange() throws -> CompiledPod {
        var settings = PolicySettings.defaults
        settings.requestDefaults.readStream = true
        settings.requestDefaults.updateEphemeralMounts = true
        settings.sandboxStorages.append(settings.sandboxStorages[0])
        settings.sandboxStorages[1].mountPoint += "2"
        settings.enableConfigMapSecretStorages = true
        settings.volumes.configMap.mountPoint = "^$(cpath)/$(bundle-id)-"
        settings.cluster.emptyDirType = .blockPlain
        settings.volumes.emptyDirPlain.driver = "local"
        settings.volumes.emptyDirPlain.source = "local"
        settings.volumes.emptyDirPlain.mountSource = "^/run/plain"
        settings.volumes.emptyDirPlain.mountPoint = strangePlace
        settings.volumes.emptyDirMemory.driver = "overlayfs"
        return try compile(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: strange}
            spec:
              runtimeClassName: contrast-cc
              volumes:
              - {name: plain, emptyDir: {}}
              - {name: memory, emptyDir: {medium: Memory}}
              - {name: settings, configMap: {name: settings}}
              containers:
              - name: main
                image: registry.example/main:1
                livenessProbe: {exec: {command: [/bin/alive]}}
              - name: overlay
                image: registry.example/main:1
                volumeMounts: [{name: memory, mountPath: /cache}]
              - name: literal
                image: registry.example/main:1
                volumeMounts: [{name: plain, mountPath: /plain}]
              - name: files
                image: registry.example/main:1
                volumeMounts: [{name: settings, mountPath: /etc/settings}, {name: settings, mountPath: /srv/settings}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {level: info}
            """, settings, isInitialized: false)
    }

    /// A mount point that is its own text as well as a pattern that matches it.
    static let strangePlace = "^?/run/plain"

    private static func compile(
        _ yaml: String, _ settings: PolicySettings, isInitialized: Bool = true
    ) throws -> CompiledPod {
        let source = SourceFile(path: "pod.yaml", bytes: Array(yaml.utf8))
        var switches = GenerateRequest.Switches()
        switches.skipInitializer = !isInitialized
        let pods = try CompiledPod.compile(
            [source], lock: FullPod.lock(), settings: settings, profile: .strict, switches: switches)
        return pods[0]
    }
}

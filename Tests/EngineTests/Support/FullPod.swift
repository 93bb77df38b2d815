// SPDX-License-Identifier: Apache-2.0

import Attacks
import Compiler
import IR
import Simulation

/// A pod with most of what a pod can have: two init containers and a sidecar, disks, devices, nested volumes, probes; and a
/// numbered one without a token.
enum FullPod {
    static func lives(on host: HostProfile) throws -> [SimulatedLife] {
        let source = SourceFile(path: "full.yaml", bytes: Array(yaml.utf8))
        return try SimulatedLife.of([source], lock: lock(), on: host)
    }

    static func lock() throws -> LockFile {
        try LockFile.read(SourceFile(path: "contrast.lock", bytes: Array(lockText.utf8)))
    }

    private static let yaml = """
        apiVersion: v1
        kind: Pod
        metadata: {name: full, namespace: shop, labels: {app: full}}
        spec:
          runtimeClassName: contrast-cc
          securityContext:
            fsGroup: 2000
            supplementalGroups: [3000]
            sysctls: [{name: net.core.somaxconn, value: "1024"}]
          volumes:
          - {name: disk-a, emptyDir: {}}
          - {name: disk-b, emptyDir: {}}
          - {name: memory, emptyDir: {medium: Memory}}
          - {name: settings, configMap: {name: settings}}
          - {name: claim, persistentVolumeClaim: {claimName: claim}}
          - {name: block, persistentVolumeClaim: {claimName: block}}
          initContainers:
          - {name: first, image: "registry.example/tool:1", command: [/bin/prepare, --all]}
          - {name: second, image: "registry.example/tool:1", args: [migrate]}
          - name: side
            image: registry.example/side:1
            restartPolicy: Always
            startupProbe: {exec: {command: [/bin/ready, "$(MODE)"]}}
            env: [{name: MODE, value: slow}]
          containers:
          - name: main
            image: registry.example/main:1
            command: [/bin/main]
            args: ["--name=$(NAME)", "--node=$(NODE)", plain]
            workingDir: /srv
            tty: true
            env:
            - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            - {name: LEVEL, valueFrom: {configMapKeyRef: {name: settings, key: level}}}
            securityContext:
              runAsUser: 1000
              runAsGroup: 1000
              allowPrivilegeEscalation: false
              readOnlyRootFilesystem: true
              capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
            lifecycle:
              postStart: {exec: {command: [/bin/hello]}}
              preStop: {exec: {command: [/bin/bye, now]}}
            livenessProbe: {exec: {command: [/bin/alive]}}
            volumeMounts:
            - {name: disk-a, mountPath: /data}
            - {name: disk-b, mountPath: /data/inner}
            - {name: memory, mountPath: /cache}
            - {name: settings, mountPath: /etc/settings, readOnly: true}
            - {name: claim, mountPath: /claim}
            volumeDevices: [{name: block, devicePath: /dev/block}]
          - name: other
            image: registry.example/other:1
            env: [{name: TOKEN, value: "a=b"}]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {level: info, file: content}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: numbered, namespace: shop}
        spec:
          completionMode: Indexed
          completions: 3
          template:
            spec:
              runtimeClassName: contrast-cc
              restartPolicy: Never
              automountServiceAccountToken: false
              containers:
              - name: main
                image: registry.example/main:1
                args: ["--shard=$(JOB_COMPLETION_INDEX)"]
                env: [{name: ADDRESSES, valueFrom: {fieldRef: {fieldPath: status.podIPs}}}]
        """

    private static let lockText = """
        {"version": 1, "images": {\(["tool", "side", "main", "other"].enumerated().map(entry).joined(separator: ","))}}
        """

    private static func entry(_ number: Int, _ name: String) -> String {
        """
        "registry.example/\(name):1": {
          "digest": "sha256:\(String(repeating: String(number + 1), count: 64))", "platform": "linux/amd64",
          "config": {"Env": ["PATH=/usr/bin:/bin", "HOME=/\(name)"], "Entrypoint": ["/\(name)"], "WorkingDir": "/"},
          "passwd": "", "group": ""}
        """
    }
}

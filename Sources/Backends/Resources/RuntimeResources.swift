// SPDX-License-Identifier: Apache-2.0

package import IR

/// The Kubernetes objects that bring the runtime of one platform to the nodes: the RuntimeClass, and the DaemonSet that
/// installs what it names.
package struct RuntimeResources: Sendable {
    package var platform: Platform
    /// Name and handler of the RuntimeClass.
    package var handler: String
    /// A valid name of a namespace, where the installer runs.
    package var namespace: String
    /// Valid image references: of the installer, and of what stands still when it is done.
    package var installerImage: String
    package var pauseImage: String

    package init(
        platform: Platform, handler: String, namespace: String, installerImage: String, pauseImage: String
    ) {
        self.platform = platform
        self.handler = handler
        self.namespace = namespace
        self.installerImage = installerImage
        self.pauseImage = pauseImage
    }

    /// MiB that a VM of a pod takes beside the limits of its containers: what its guest is given for itself, and what
    /// shim and hypervisor use outside of it.
    package var overheadMiB: Int {
        let guest = platform.hasGPU ? 1024 : 512
        let shim = 70
        let hypervisor = 100
        return guest + shim + hypervisor
    }

    /// YAML documents, the RuntimeClass first.
    package var yaml: String { runtimeClass + "\n---\n" + daemonSet + "\n" }

    private var runtimeClass: String {
        """
        apiVersion: node.k8s.io/v1
        kind: RuntimeClass
        metadata:
          name: \(handler)
          labels:
            addonmanager.kubernetes.io/mode: Reconcile
        handler: \(handler)
        overhead:
          podFixed:
            memory: \(overheadMiB)Mi
        """
    }

    private var daemonSet: String {
        """
        # Puts shim, hypervisor, kernel, firmware and root file system on every node, and makes them known to containerd,
        # which it restarts. It is part of the host, which no confidential workload trusts.
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: \(handler)-nodeinstaller
          namespace: \(namespace.yamlScalar)
        spec:
          selector:
            matchLabels:
              app.kubernetes.io/name: \(handler)-nodeinstaller
          template:
            metadata:
              labels:
                app.kubernetes.io/name: \(handler)-nodeinstaller
              annotations:
                \(ContrastName.podRole): contrast-node-installer
                \(ContrastName.annotationPrefix)platform: \(platform.name)
            spec:
              hostPID: true
              initContainers:
                - name: installer
                  image: \(installerImage.yamlScalar)
                  args: [\(platform.name)]
                  securityContext:
                    privileged: true
                  volumeMounts:
                    - {name: host-mount, mountPath: /host}
                    - {name: target-config, mountPath: /target-config}
                    - {name: imagepuller-config, mountPath: /imagepuller-config}
                  resources:
                    limits:
                      memory: 700Mi
                    requests:
                      memory: 700Mi
              containers:
                - name: pause
                  image: \(pauseImage.yamlScalar)
                  resources:
                    limits:
                      memory: 10Mi
                    requests:
                      memory: 10Mi
              volumes:
                - name: host-mount
                  hostPath: {path: /, type: Directory}
                - name: target-config
                  configMap: {name: contrast-node-installer-target-config, optional: true}
                - name: imagepuller-config
                  secret: {secretName: contrast-node-installer-imagepuller-config, optional: true}
        """
    }
}

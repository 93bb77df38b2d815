// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A pod outside of the confidential ones that passes TCP connections on to a Service, because `kubectl port-forward`
/// cannot reach into their VMs.
package struct PortForwarderResources: Sendable {
    /// A valid name of a Service.
    package var service: String
    package var ports: [UInt16]
    /// A valid name of a namespace.
    package var namespace: String
    /// A valid image reference.
    package var image: String

    package init(service: String, ports: [UInt16], namespace: String, image: String) {
        self.service = service
        self.ports = ports
        self.namespace = namespace
        self.image = image
    }

    /// One YAML document.
    package var yaml: String {
        let exposed = ports.map { "        - {containerPort: \($0)}" }.joined(separator: "\n")
        return """
            # Sees what passes through, and is not confidential: clients attest what they talk to.
            apiVersion: v1
            kind: Pod
            metadata:
              name: port-forwarder-\(service)
              namespace: \(namespace.yamlScalar)
              labels:
                app.kubernetes.io/name: port-forwarder-\(service)
            spec:
              containers:
                - name: port-forwarder
                  image: \(image.yamlScalar)
                  env:
                    - {name: FORWARD_HOST, value: \(service.yamlScalar)}
                    - {name: LISTEN_PORTS, value: "\(ports.map(String.init).joined(separator: " "))"}
                  ports:
            \(exposed)
                  resources:
                    limits:
                      memory: 50Mi
                    requests:
                      memory: 50Mi

            """
    }
}

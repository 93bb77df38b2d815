// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct ServiceMeshPassTests {
    private func pod(_ annotations: String) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: w\n  annotations: {\(annotations)}\nspec:\n"
            + "  initContainers:\n  - name: i\n    image: b\n  containers:\n  - name: a\n    image: b\n"
    }

    @Test func standsLastWithItsConfiguration() throws {
        let prefix = "contrast.edgeless.systems/servicemesh-"
        let text = pod(
            "\(prefix)ingress: 'w#80#true', \(prefix)egress: 'b#127.0.0.1:80#b:80', "
                + "\(prefix)admin-interface-port: '9901'")
        let run = try run([ServiceMeshPass(image: "mesh:1")], on: text, complete: false)
        #expect(run.findings == [])
        let mesh = """
              - name: i
                image: b
              - name: contrast-service-mesh
                image: mesh:1
                restartPolicy: Always
                args:
                - '-l'
                - debug
                env:
                - name: CONTRAST_INGRESS_PROXY_CONFIG
                  value: w#80#true
                - name: CONTRAST_EGRESS_PROXY_CONFIG
                  value: b#127.0.0.1:80#b:80
                - name: CONTRAST_ADMIN_PORT
                  value: '9901'
                ports:
                - name: contrast-admin
                  containerPort: 9901
                securityContext:
                  privileged: true
                  capabilities:
                    add:
                    - NET_ADMIN
                startupProbe:
                  exec:
                    command:
                    - test
                    - '-f'
                    - /ready
                  initialDelaySeconds: 1
                  periodSeconds: 5
                  failureThreshold: 5
                volumeMounts:
                - name: contrast-secrets
                  mountPath: /contrast
              containers:

            """
        #expect(run.text.contains(mesh), "\(run.text)")
        #expect(run.text.hasSuffix("  volumes:\n  - name: contrast-secrets\n    emptyDir:\n      medium: Memory\n"))
    }

    @Test func anEmptyAnnotationAsksForIt() throws {
        let text = pod("contrast.edgeless.systems/servicemesh-ingress: ''")
        let run = try run([ServiceMeshPass(image: "mesh:1")], on: text)
        #expect(run.text.components(of: "name: contrast-service-mesh") == 1)
        #expect(!run.text.contains("CONTRAST_INGRESS"))
    }

    @Test func aHandWrittenOneIsReplacedAndComesBack() throws {
        let text = pod("contrast.edgeless.systems/servicemesh-ingress: ''")
            .replacing("- name: i\n", with: "- name: contrast-service-mesh\n")
        let run = try run([ServiceMeshPass(image: "mesh:1")], on: text)
        #expect(run.text.components(of: "name: contrast-service-mesh") == 1)
        #expect(run.text.contains("image: mesh:1"))
        #expect(try data(removed(run.text)) == data(text))
    }
}

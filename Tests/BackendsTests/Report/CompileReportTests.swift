// SPDX-License-Identifier: Apache-2.0

import Backends
import Testing

@Suite struct CompileReportTests {
    @Test func printsEverythingInOneForm() {
        let report = CompileReport(
            toolVersion: "1.0", platform: "metal-qemu-snp", profile: "strict",
            workloads: [
                CompileReport.Workload(
                    kind: "Pod", apiVersion: "v1", namespace: "default", name: "web", file: "web.yaml", line: 3,
                    policyHash: "ab", runtimeClass: "contrast-cc-x", vcpus: 2, memory: 448 << 20,
                    containers: ["init", "web"],
                    images: [
                        CompileReport.Image(reference: "nginx@sha256:1", digest: "sha256:1", isProven: true),
                        CompileReport.Image(reference: "own:latest", digest: "", isProven: false),
                    ],
                    secretVariables: [
                        CompileReport.SecretVariable(container: "web", name: "PASSWORD", secret: "db", isFree: true)
                    ],
                    untrustedVolumes: [
                        .init(container: "web", path: "/etc/web", volume: "config", source: "configMap")
                    ], policySize: 11_000, annotationSize: 4_000)
            ],
            skipped: [
                CompileReport.Skipped(
                    kind: "Pod", namespace: "default", name: "plain", file: "plain.yaml", line: 9,
                    reason: "runtime class kata")
            ])
        let expected = """
            {
              "platform": "metal-qemu-snp",
              "policyProfile": "strict",
              "skipped": [
                {
                  "file": "plain.yaml",
                  "kind": "Pod",
                  "line": 9,
                  "name": "plain",
                  "namespace": "default",
                  "reason": "runtime class kata"
                }
              ],
              "toolVersion": "1.0",
              "version": 1,
              "workloads": [
                {
                  "annotationBytes": 4000,
                  "apiVersion": "v1",
                  "containers": [
                    "init",
                    "web"
                  ],
                  "file": "web.yaml",
                  "images": [
                    {
                      "digest": "sha256:1",
                      "facts": "proven",
                      "reference": "nginx@sha256:1"
                    },
                    {
                      "digest": null,
                      "facts": "asserted",
                      "reference": "own:latest"
                    }
                  ],
                  "kind": "Pod",
                  "line": 3,
                  "memoryBytes": 469762048,
                  "name": "web",
                  "namespace": "default",
                  "policyBytes": 11000,
                  "policyHash": "ab",
                  "runtimeClass": "contrast-cc-x",
                  "secretVariables": [
                    {
                      "container": "web",
                      "name": "PASSWORD",
                      "secret": "db",
                      "value": "free"
                    }
                  ],
                  "untrustedVolumes": [
                    {
                      "container": "web",
                      "path": "/etc/web",
                      "source": "configMap",
                      "volume": "config"
                    }
                  ],
                  "vcpus": 2
                }
              ]
            }

            """
        #expect(String(decoding: report.text(), as: UTF8.self) == expected)
    }

    @Test func anEmptyRun() {
        let text = CompileReport(toolVersion: "", platform: "", profile: "compat").text()
        #expect(String(decoding: text, as: UTF8.self).contains("\"workloads\": []"))
    }
}

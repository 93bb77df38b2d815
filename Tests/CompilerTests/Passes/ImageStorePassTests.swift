// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct ImageStorePassTests {
    private let pass = ImageStorePass(image: "init:1")

    private func workload(_ kind: WorkloadKind, _ annotations: String = "") -> String {
        let spec = "spec: {containers: [{name: a, image: b}]}"
        let pod = "metadata: {name: w\(annotations)}, \(spec)"
        return switch kind {
        case .pod: "{apiVersion: v1, kind: Pod, \(pod)}\n"
        case .replicationController: "{apiVersion: v1, kind: \(kind.rawValue), spec: {template: {\(pod)}}}\n"
        case .job: "{apiVersion: batch/v1, kind: Job, spec: {template: {\(pod)}}}\n"
        case .cronJob: "{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {\(pod)}}}}}\n"
        default: "{apiVersion: apps/v1, kind: \(kind.rawValue), spec: {template: {\(pod)}}}\n"
        }
    }

    @Test(arguments: WorkloadKind.allCases) func everyKindGetsAHolder(_ kind: WorkloadKind) throws {
        let text = workload(kind)
        let once = try run([pass], on: text)
        #expect(once.findings == [])
        #expect(once.text.components(of: "name: pvc-holder") == 1)
        #expect(once.text.contains("storage: 10Gi"))
        #expect(try run([pass], on: once.text).text == once.text)
        #expect(try removed(once.text) == text)
    }

    @Test(arguments: [("20Gi", "20Gi"), ("'1.5Ti'", "1.5Ti"), ("'0'", nil), ("0Gi", nil), ("'0.0'", nil)])
    func size(value: String, expected: String?) throws {
        let annotations = ", annotations: {contrast.edgeless.systems/image-store-size: \(value)}"
        let once = try run([pass], on: workload(.pod, annotations))
        #expect(once.findings == [])
        #expect(once.text.contains("pvc-holder") == (expected != nil))
        if let expected { #expect(once.text.contains("storage: \(expected)")) }
    }

    /// Another size, and none, take the place of what an earlier run made.
    @Test func followsTheAnnotation() throws {
        func text(_ size: String) -> String {
            workload(.pod, ", annotations: {contrast.edgeless.systems/image-store-size: \(size)}")
        }
        let once = try run([pass], on: text("20Gi")).text
        let larger = try run([pass], on: once.replacing("size: 20Gi", with: "size: 30Gi")).text
        #expect(larger.components(of: "storage: 30Gi") == 1 && !larger.contains("storage: 20Gi"))
        let none = try run([pass], on: once.replacing("size: 20Gi", with: "size: '0'")).text
        #expect(!none.contains("pvc-holder") && !none.contains("name: image-store"))
    }

    @Test func coordinatorsGetNone() throws {
        let annotations = ", annotations: {contrast.edgeless.systems/pod-role: coordinator}"
        #expect(try !run([pass], on: workload(.statefulSet, annotations)).text.contains("pvc-holder"))
    }

    @Test(arguments: [
        "emptyDir: {}", "ephemeral: {volumeClaimTemplate: {spec: {volumeMode: Filesystem}}}", "hostPath: {path: /x}",
    ])
    func refusesAnotherVolumeType(source: String) throws {
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  containers: [{name: a, image: b}]\n  volumes:\n"
            + "  - name: image-store\n    \(source)\n"
        let run = try run([pass], on: text)
        #expect(run.findings.map { $0.prefix(10) } == ["7:5 CC0304"])
    }
}

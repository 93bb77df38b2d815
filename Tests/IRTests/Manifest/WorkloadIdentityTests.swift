// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct WorkloadIdentityTests {
    private func workload(
        name: String?, generateName: String? = nil, annotations: [KeyValue] = [], namespace: String? = nil
    ) -> Workload {
        Workload(
            kind: .deployment, apiGroup: "apps", apiVersion: "v1", name: name.map { Located($0) },
            generateName: generateName.map { Located($0) }, namespace: namespace.map { Located($0) },
            podAnnotations: annotations, spec: PodSpec())
    }

    private func identity(_ workload: Workload) -> (identity: WorkloadIdentity?, codes: [DiagnosticCode]) {
        var diagnostics = Diagnostics()
        let identity = WorkloadIdentity(workload, diagnostics: &diagnostics)
        return (identity, diagnostics.all.map(\.code))
    }

    @Test func defaults() {
        let (made, codes) = identity(workload(name: "web"))
        #expect(made?.sans == ["web", "*"])
        #expect(made?.workloadSecretID == "apps/v1/Deployment/default/web")
        #expect(made?.role == "")
        #expect(codes.isEmpty)
        #expect(
            identity(workload(name: "web", namespace: "shop")).identity?.workloadSecretID.contains("/shop/") == true)
    }

    @Test func coreGroupAndWholeAPIVersion() {
        let pod = Workload(kind: .pod, apiGroup: "", apiVersion: "v1", name: Located("p"), spec: PodSpec())
        #expect(identity(pod).identity?.workloadSecretID == "core/v1/Pod/default/p")
        let job = Workload(kind: .job, apiGroup: "batch", apiVersion: "batch/v1", name: Located("j"), spec: PodSpec())
        #expect(identity(job).identity?.workloadSecretID == "batch/v1/Job/default/j")
    }

    @Test func generatedNames() {
        #expect(identity(workload(name: nil, generateName: "job--")).identity?.sans == ["job", "*"])
        #expect(identity(workload(name: nil, generateName: "--")).codes == [.missingField])
        #expect(identity(workload(name: nil)).codes == [.missingField])
    }

    @Test func annotations() {
        let annotated = workload(
            name: "c",
            annotations: [
                KeyValue("contrast.edgeless.systems/pod-role", "coordinator"),
                KeyValue("contrast.edgeless.systems/workload-secret-id", "mine"),
            ])
        #expect(identity(annotated).identity?.role == "coordinator")
        #expect(identity(annotated).identity?.workloadSecretID == "mine")
        let odd = workload(name: "c", annotations: [KeyValue("contrast.edgeless.systems/pod-role", "boss")])
        #expect(identity(odd).identity == nil)
        #expect(identity(odd).codes == [.unknownRole])
    }

    @Test func coordinatorInfoRoundTrips() throws {
        let manifest = Manifest(
            policies: ["bb": PolicyEntry(sans: nil, role: "coordinator"), "aa": PolicyEntry(sans: nil)])
        let byPolicy = try #require(CoordinatorInfo(manifest))
        #expect(String(decoding: byPolicy.json, as: UTF8.self) == #"{"CoordinatorPolicyHashes":["bb"]}"#)
        var owned = manifest
        owned.workloadOwnerPubKeys = ["30", "0F"]
        let byKey = try #require(CoordinatorInfo(owned))
        #expect(String(decoding: byKey.json, as: UTF8.self) == #"{"WorkloadOwnerPubKeys":["0f","30"]}"#)
        #expect(CoordinatorInfo(json: byKey.json)?.json == byKey.json)
        #expect(CoordinatorInfo(Manifest()) == nil)
        for text in [
            "", "[]", "{}", #"{"other":["00"]}"#, #"{"WorkloadOwnerPubKeys":[]}"#, #"{"WorkloadOwnerPubKeys":["x"]}"#,
        ] {
            #expect(CoordinatorInfo(json: Array(text.utf8)) == nil)
        }
    }
}

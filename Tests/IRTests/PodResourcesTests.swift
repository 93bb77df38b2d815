// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct PodResourcesTests {
    private func container(
        _ role: ContainerResources.Role = .regular, _ name: String = "c", cpu: String? = nil, memory: String? = nil,
        memoryRequest: String? = nil
    ) -> ContainerResources {
        ContainerResources(
            name: Located(name), role: role, cpuLimit: cpu.flatMap { Quantity($0) },
            memoryLimit: memory.flatMap { Quantity($0) }, memoryRequest: memoryRequest.flatMap { Quantity($0) })
    }

    @Test(arguments: [("1", 2), ("1.25", 3), ("0", 1), (nil, 1), ("1m", 2), ("2000m", 3)] as [(String?, Int64)])
    func vCPUsAreTheLimitRoundedUpAndOneForTheGuest(_ limit: String?, _ expected: Int64) {
        #expect(PodResources(of: [container(cpu: limit)]).vCPUs == expected)
    }

    @Test func memoryIsTheSumOfRunningContainersAndTheGuest() {
        let resources = PodResources(of: [container(memory: "128Mi"), container(.sidecar, memory: "64Mi")])
        #expect(Quantity.memoryText(bytes: resources.memoryBytes) == "448Mi")
        #expect(resources.findings.isEmpty)
        #expect(PodResources(of: [container(memory: "1Mi")], overheadBytes: 0).memoryBytes == 1 << 20)
    }

    @Test func cpusOfPodAndOfInitContainersAreMaxima() {
        let sidecar = container(.sidecar, cpu: "1")
        let initial = container(.initial, cpu: "3")
        let regular = container(cpu: "500m")
        #expect(PodResources(of: [initial, sidecar, regular]).vCPUs == 4)
        #expect(PodResources(of: [sidecar, initial, regular]).vCPUs == 5)
        #expect(PodResources(of: [sidecar, regular]).vCPUs == 3)
        #expect(PodResources(of: [regular], podCPULimit: Quantity("7")).vCPUs == 8)
    }

    @Test func anInitContainerThatNeedsMoreIsFound() {
        let resources = PodResources(
            of: [container(.sidecar, memory: "1Mi"), container(.initial, "i", memory: "4Mi"), container(memory: "3Mi")])
        #expect(resources.memoryBytes == 260 << 20)
        #expect(
            resources.findings == [
                .initContainerNeedsMore(container: Located("i"), needs: 5 << 20, available: 4 << 20)
            ])
    }

    @Test func aRequestWithoutALimitCountsAndIsFound() {
        let resources = PodResources(of: [container(memoryRequest: "1Mi")])
        #expect(resources.memoryBytes == 257 << 20)
        #expect(resources.findings == [.requestWithoutLimit(container: Located("c"))])
    }

    @Test func sumsStopAtTheLargestNumber() {
        let large = container(cpu: "9223372036854775807", memory: "9223372036854775807")
        let resources = PodResources(of: [large, large])
        #expect(resources.memoryBytes == .max)
        #expect(resources.vCPUs == Int64.max / 1000 + 2)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// What one container asks of the virtual machine.
package struct ContainerResources: Sendable {
    package var name: Located<String>
    package var role: Role
    package var cpuLimit: Quantity?
    package var memoryLimit: Quantity?
    package var memoryRequest: Quantity?

    /// When a container runs.
    package enum Role: Sendable {
        case regular
        /// Runs to its end before the regular ones start.
        case initial
        /// An init container that keeps running: `restartPolicy: Always`.
        case sidecar
    }

    package init(
        name: Located<String>, role: Role, cpuLimit: Quantity? = nil,
        memoryLimit: Quantity? = nil, memoryRequest: Quantity? = nil
    ) {
        self.name = name
        self.role = role
        self.cpuLimit = cpuLimit
        self.memoryLimit = memoryLimit
        self.memoryRequest = memoryRequest
    }
}

/// The size of the virtual machine that runs a pod.
package struct PodResources: Sendable, Equatable {
    package var vCPUs: Int64
    package var memoryBytes: Int64
    package var findings: [Finding]

    /// Memory of the guest itself, when no RuntimeClass says otherwise.
    package static let defaultOverheadBytes: Int64 = 256 << 20

    /// Something about the sizes that a user should know.
    package enum Finding: Sendable, Equatable {
        /// A memory request without a limit was counted as if it were the limit. CPUs are counted by limits only,
        /// as the runtime does.
        case requestWithoutLimit(container: Located<String>)
        /// An init container that needs more memory than the containers that are counted; bytes.
        case initContainerNeedsMore(container: Located<String>, needs: Int64, available: Int64)
    }

    /// - Parameters:
    ///   - containers: Init containers and sidecars in their order; where the regular ones stand does not matter.
    ///   - podCPULimit: The limit of the pod as a whole, if it has one.
    ///   - podMemoryLimit: The same for memory; it counts in place of the containers' limits.
    ///   - overheadBytes: Memory of the guest itself: `overhead.podFixed.memory` of the RuntimeClass.
    package init(
        of containers: [ContainerResources], podCPULimit: Quantity? = nil, podMemoryLimit: Quantity? = nil,
        overheadBytes: Int64 = PodResources.defaultOverheadBytes
    ) {
        findings = []
        var running = Amounts()
        var sidecars = Amounts()
        var peakMilliCPUs: Int64 = 0
        var needs: [(Located<String>, Int64)] = []
        for container in containers {
            let amounts = Amounts(
                milliCPUs: container.cpuLimit, bytes: container.memoryLimit ?? container.memoryRequest)
            if container.memoryLimit == nil, container.memoryRequest != nil {
                findings.append(.requestWithoutLimit(container: container.name))
            }
            switch container.role {
            case .regular: running.add(amounts)
            case .sidecar:
                running.add(amounts)
                sidecars.add(amounts)
            case .initial:
                var together = sidecars
                together.add(amounts)
                peakMilliCPUs = max(peakMilliCPUs, together.milliCPUs)
                needs.append((container.name, together.bytes))
            }
        }
        if let podMemoryLimit { running.bytes = podMemoryLimit.unitsRoundedUp }
        for (name, bytes) in needs where bytes > running.bytes {
            findings.append(.initContainerNeedsMore(container: name, needs: bytes, available: running.bytes))
        }
        let milliCPUs = max(podCPULimit?.milliRoundedUp ?? 0, running.milliCPUs, peakMilliCPUs)
        vCPUs = milliCPUs / 1000 + (milliCPUs % 1000 == 0 ? 0 : 1) + 1
        running.add(Amounts(bytes: overheadBytes))
        memoryBytes = running.bytes
    }

    /// Sums that stop at `Int64.max`.
    private struct Amounts {
        var milliCPUs: Int64 = 0
        var bytes: Int64 = 0

        init(bytes: Int64 = 0) { self.bytes = bytes }

        init(milliCPUs: Quantity?, bytes: Quantity?) {
            self.milliCPUs = milliCPUs?.milliRoundedUp ?? 0
            self.bytes = bytes?.unitsRoundedUp ?? 0
        }

        mutating func add(_ other: Amounts) {
            milliCPUs = Self.sum(milliCPUs, other.milliCPUs)
            bytes = Self.sum(bytes, other.bytes)
        }

        private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow ? .max : sum
        }
    }
}

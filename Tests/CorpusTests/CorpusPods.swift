// SPDX-License-Identifier: Apache-2.0

import Attacks
import Compiler
import Driver
import IR
import Simulation

/// Pods of the deployments that were not written for this program.
enum CorpusPods {
    /// Workloads that cannot run as they stand, with the reason.
    private static let excluded = [
        "pod.default.gpu-test-pod": "GPUs are not part of the model"
    ]

    /// Whether the API server would take the name of a workload, as it would not those of templates, and it can run.
    static func isRunnable(_ name: String) -> Bool {
        guard excluded[name] == nil else { return false }
        return name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// The pods of a file under strict policies; none where it does not compile.
    static func strictLives(_ number: Int, _ source: SourceFile, _ bundles: Bundles) -> [SimulatedLife] {
        var switches = GenerateRequest.Switches()
        switches.all = true
        switches.injectImageStore = number % 5 == 0
        let hosts = HostProfile.all
        let lives = try? SimulatedLife.of(
            [source], lock: LockFromImages.make(for: source), bundles: bundles, switches: switches,
            on: hosts[number % hosts.count])
        return (lives ?? []).filter { isRunnable($0.name) }
    }
}

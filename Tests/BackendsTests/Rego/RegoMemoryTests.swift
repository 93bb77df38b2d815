// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

/// A backend that has written other policies writes the same bytes as a new one.
struct RegoMemoryTests {
    private static let changes: [@Sendable (inout SandboxPolicy) -> Void] = [
        { $0.containers[1].mounts[3].destination = "/caf\u{E9}" },
        // The same to a reader, and to Swift's strings, but other bytes.
        { $0.containers[1].mounts[3].destination = "/cafe\u{301}" },
        { $0.containers[1].mounts[3].source = "$(sfprefix)caf\u{E9}$" },
        { $0.containers[1].mounts[3].source = "$(sfprefix)cafe\u{301}$" },
        { $0.containers[1].mounts[3].type = "other" },
        { $0.containers[1].mounts[3].options.append("ro") },
        { $0.containers[1].mounts.removeAll() },
        { $0.containers[1].mounts.removeFirst() },
        { $0.containers[1].maskedPaths.removeLast() },
        { $0.containers[1].readonlyPaths.removeLast() },
        { $0.containers[1].namespaces.removeLast() },
        { $0.containers[1].namespaces[0].path = "/proc/1/ns/ipc" },
        { $0.containers[1].process.noNewPrivileges.toggle() },
        { $0.containers[1].ociVersion = "1.2.0" },
        { $0.containers[1].sandboxPidns.toggle() },
        { $0.containers[1].rootReadonly.toggle() },
        { $0.containers[1].rootPath = "/elsewhere" },
        { $0.containers[1].runtimeAnnotationPatterns.removeLast() },
        { $0.containers[1].runtimeAnnotationPatterns[0].value = "^other$" },
        { $0.containers[1].sysctls[0].value = "1" },
        { $0.containers[1].sysctls.removeAll() },
        { $0.containers[1].process.capabilities.ambient = ["CAP_KILL"] },
        { $0.containers[1].process.capabilities.bounding = ["CAP_KILL"] },
        { $0.containers[1].process.capabilities.effective = ["CAP_KILL"] },
        { $0.containers[1].process.capabilities.inheritable = ["CAP_KILL"] },
        { $0.containers[1].process.capabilities.permitted = ["CAP_KILL"] },
        { $0.containers.removeLast($0.containers.count - 1) },
        { $0.common.sfprefix = "^/other/" },
        { $0.common.rootPath = "/other/$(bundle-id)" },
        { $0.requestDefaults.readStream.toggle() },
        { $0.requestDefaults.execRegex = ["^other$"] },
        { $0.sandboxStorages.removeAll() },
        { $0.vfioDevicePath = "/dev/other" },
        { $0.cgroupMountExtrasAllowed = [] },
    ]

    @Test(arguments: changes.indices)
    func memoryLeavesNoTrace(index: Int) {
        var changed = TestPod().policy
        Self.changes[index](&changed)
        var backend = RegoBackend()
        for policy in [TestPod().policy, changed, WidePod.policy, changed, TestPod().policy] {
            #expect(backend.text(policy) == RegoBackend.emit(policy))
        }
    }

    @Test func memoryIsLimited() {
        var backend = RegoBackend()
        for number in 0..<100 {
            var policy = TestPod().policy
            policy.containers[1].mounts = (0..<number).map {
                MountPolicy(destination: "/\(number)/\($0)", source: "$(sfprefix)\($0)$", type: "bind", options: [])
            }
            #expect(backend.text(policy) == RegoBackend.emit(policy))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import IR
import Testing

/// Recorded requests with the decision expected, and a policy for the pod of each folder.
enum SharedCases {
    static let directory = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"].map { $0 + "/kata-policy" }

    static func text(_ folder: String) throws -> [UInt8] {
        let directory = try #require(Self.directory)
        return Array(try Data(contentsOf: URL(filePath: "\(directory)/\(folder)/testcases.json")))
    }

    static let pods: [(folder: String, pod: TestPod)] = [
        ("addarpneighbors", TestPod()),
        ("copyfile", TestPod()),
        ("createcontainer/cgroup_mount_extras", gid()),
        ("createcontainer/env_vars", gid(env: ["TEST_VAR1=test-value1"])),
        ("createcontainer/ignored_fields", TestPod(name: "policy-ignored-fields", containers: [pause("redis")])),
        ("createcontainer/network_namespace", TestPod()),
        ("createcontainer/security_context/runas", redis),
        ("createcontainer/volumes/config_map", configMap),
        ("createcontainer/volumes/emptydir", emptyDirs),
        ("createsandbox", TestPod()),
        (
            "state/createcontainer",
            TestPod(name: "policy-redis-deployment-6674f9448-xjrzf", containers: [pause("redis")])
        ),
        ("state/execprocess", busybox),
        ("updateinterface", TestPod()),
        ("updateroutes", TestPod()),
    ]

    private static func pause(_ name: String) -> TestContainer { TestContainer(name: name) }

    private static func gid(env: [String] = []) -> TestPod {
        TestPod(
            name: "gid-experiment",
            containers: [
                TestContainer(name: "gid", user: TestUser(2, 1, [1]), args: ["/entrypoint.sh"], env: env)
            ])
    }

    private static let redis = TestPod(
        pauseUser: TestUser(65534, 65534, [65534]),
        containers: [
            TestContainer(
                user: TestUser(65534, 65534, [65534]), args: ["/usr/bin/entrypoint.sh"], env: ["REDIS_PORT=6379"],
                cwd: "/data", mounts: [TestContainer.bind("/data"), TestContainer.bind("/node-conf")])
        ])

    private static let configMap = TestPod(containers: [
        TestContainer(mounts: [TestContainer.bind("/config", "ro")])
    ])

    private static let emptyDirs: TestPod = {
        let storage = StoragePolicy(
            driver: "", driverOptions: ["encryption_key=ephemeral", "create_filesystem"], source: "", fstype: "ext4",
            options: [], mountPoint: "$(spath)/$(b64_device_id)", fsGroup: nil, shared: true)
        return TestPod(containers: [
            TestContainer(
                mounts: [
                    TestContainer.bind("/mnt/test", "rw", ""), TestContainer.bind("/mnt/test2", "rw", ""),
                    TestContainer.bind("/mnt/test3", "ro", ""), TestContainer.bind("/mnt/test4", "rw", ""),
                ],
                storages: Array(repeating: storage, count: 4))
        ])
    }()

    private static let busybox: TestPod = {
        let containers = [("first-test-container", "test1"), ("second-test-container", "test2")].map { name, probe in
            TestContainer(
                name: name, user: TestUser(0, 0, [0, 10]), args: ["sleep", "3600"], env: ["CONTAINER_NAME=\(name)"],
                exec: [[probe]])
        }
        return TestPod(name: "busybox", pauseUser: TestUser(0, 0, [0]), containers: containers)
    }()
}

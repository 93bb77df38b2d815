// SPDX-License-Identifier: Apache-2.0

extension Attack {
    /// All, by subject.
    package static let subjects: [(title: String, attacks: [Attack])] = [
        ("Image", images), ("Root file system", roots), ("Ids", ids), ("Identity of pod and container", identities),
        ("Annotations", annotations), ("Command line", arguments), ("Environment", variables),
        ("User and privileges", privileges), ("Process", processes), ("Mounts", mounts), ("Storages", storages),
        ("Devices", devices), ("Namespaces and kernel", kernels), ("Commands in containers", commands),
        ("Files", files), ("Interfaces", interfaces), ("Routes", routes), ("Neighbours", neighbors),
        ("Sandbox", sandboxes), ("Life of containers", lives), ("Requests that are never legal", forbidden),
    ]

    package static let catalogue: [Attack] = subjects.flatMap(\.attacks)
}

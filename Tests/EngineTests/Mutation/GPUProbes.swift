// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR

extension ProbedPod {
    /// Two GPUs, plugged in one by one as the honest request has it, or there from the start.
    static let gpus: [Probe] = plugged + present + options + others

    private static func announce(_ numbers: [Int], in request: inout JSONValue) -> Bool {
        for number in 0..<9 { request.removeMember("OCI/Annotations", "cdi.k8s.io/vfio\(number)") }
        return numbers.allSatisfy { request.set("OCI/Annotations/cdi.k8s.io~1vfio\($0)", "nvidia.com/gpu=0") }
    }

    /// Replaces the GPUs of a request.
    private static func plug(_ numbers: [Int], in request: inout JSONValue) -> Bool {
        guard let gpus = request["devices"]?.array?.filter({ $0["type_"] == "vfio-pci-gk" }), let gpu = gpus.first
        else {
            return false
        }
        return request.editItems("devices") { devices in
            devices.removeAll { $0["type_"] == "vfio-pci-gk" }
            devices += numbers.map { number in
                var copy = gpu
                copy.set("id", .string("vfio\(number)"))
                copy.set("container_path", .string("/dev/vfio/devices/vfio\(number)"))
                return copy
            }
        }
    }

    private static let plugged: [Probe] = [
        ([0, 1], [0, 1], true), ([3, 4], [3, 4], true), ([0], [0], false), ([0, 1, 2], [0, 1, 2], false),
        ([0, 0], [0], false), ([0, 1], [0, 5], false), ([0, 1], [0, 1, 2], false), ([0], [0, 1], false),
    ].map { devices, numbers, isAllowed in
        .create("main", "GPUs \(devices), announced \(numbers)", isAllowed: isAllowed) {
            plug(devices, in: &$0) && announce(numbers, in: &$0)
        }
    }

    private static let present: [Probe] = [([0, 1], true), ([], false), ([0], false), ([0, 1, 2], false)].map {
        numbers, isAllowed in
        .create("main", "no GPU is plugged in, announced \(numbers)", isAllowed: isAllowed) {
            plug([], in: &$0) && announce(numbers, in: &$0)
        }
    }

    private static let good = "0000:02:00.0=00/02"

    private static let options: [Probe] = [
        (["0000:01:00.0=00/01", good], true), ([], false), ([good, "x"], false), (["x" + good], false),
        ([good + "x"], false),
    ].map { options, isAllowed in
        .create("main", "a GPU has options \(options)", isAllowed: isAllowed) {
            $0.editItem("devices", where: { $0["type_"] == "vfio-pci-gk" }) {
                $0.set("options", .array(options.map { .string($0) }))
            }
        }
    }

    private static let others: [Probe] =
        [("id", "vfio7"), ("type_", "vfio-pci"), ("vm_path", "/dev/sda")].map { key, value in
            .create("main", "a GPU has \(key) '\(value)'") {
                $0.editItem("devices", where: { $0["type_"] == "vfio-pci-gk" }) { $0.set(key, .string(value)) }
            }
        }
        + ["7", "x/dev/vfio/devices/vfio7", "/dev/vfio/devices/vfio7x", "/dev/vfio/devices/vfiox7"].map { path in
            .create("main", "a GPU more at '\(path)'") { request in
                guard var gpu = request["devices"]?.array?.first(where: { $0["type_"] == "vfio-pci-gk" }) else {
                    return false
                }
                gpu.set("container_path", .string(path))
                gpu.set("id", .string("vfio" + path.replacing("/dev/vfio/devices/vfio", with: "")))
                return request.append("devices", gpu)
            }
        }
        + [
            .create("main", "a storage, where there are none") {
                $0.append("storages", ["driver": "ephemeral", "source": "tmpfs", "mount_point": "/run/a"])
            },
            .create("main", "a device of another kind more") {
                $0.append("devices", ["container_path": "/dev/sda", "type_": "nvdimm"])
            },
            .create("main", "a node of a GPU") {
                $0.append("OCI/Linux/Devices", ["Path": "/dev/vfio/devices/vfio0", "Type": "c"])
            },
            .create("main", "an annotation with the value of a GPU's") {
                $0.set("OCI/Annotations/example.org~1note", "nvidia.com/gpu=0")
            },
            .create("main", "the annotation of a GPU with another value") {
                $0.set("OCI/Annotations/cdi.k8s.io~1vfio0", "other")
            },
            .create("other", "a GPU that is not asked for") {
                $0.append(
                    "devices",
                    [
                        "id": "vfio0", "container_path": "/dev/vfio/devices/vfio0", "type_": "vfio-pci-gk",
                        "options": [.string(good)],
                    ])
            },
        ]
}

// SPDX-License-Identifier: Apache-2.0

import IR

/// A container of a policy, and the parts of the request for it.
struct ContainerTemplates {
    let data: JSONValue
    private let pod: HonestRequests
    private let id: String

    init(_ pod: HonestRequests, _ index: Int) {
        self.pod = pod
        data = pod.containers[index]
        id = HonestRequests.id(index)
    }

    func list(_ name: String) -> [String] { data[name]?.strings ?? [] }

    private static let values = [
        ("$(pod-ip)", "10.0.0.7"), ("$(host-ip)", "192.168.3.4"), ("$(node-name)", "node-1"),
        ("$(host-name)", "somewhere"), ("$(pod-uid)", "7a0a2b7e-6a0c-4d0f-9d55-0a9f4c9b4f11"),
        ("$(resource-field)", "2"), ("$(todo-annotation)", "noted"),
    ]

    private func filled(_ template: String) -> String {
        let macros =
            [
                ("$(bundle-id)", id), ("$(sandbox-id)", HonestRequests.sandboxID),
                ("$(sandbox-name)", pod.sandboxName), ("$(sandbox-namespace)", pod.namespace),
            ] + Self.values
        var text = template
        for (name, value) in macros { text = text.replacing(name, with: value) }
        return text
    }

    /// Of a pattern, which in strict policies starts with `^`.
    private func sample(_ template: String) -> String {
        isStrict && !template.hasPrefix("^") ? filled(template) : PatternSample.text(filled(template))
    }

    private var root: String { filled((isStrict ? data["root"] : pod.settings["guest_pull_root"])?.string ?? "") }

    var specification: JSONValue {
        [
            "Version": data["oci_version"] ?? "1.1.0", "Process": .object(process),
            "Root": ["Path": .string(root), "Readonly": data["readonly"] ?? nil], "Mounts": .array(mounts),
            "Annotations": .object(annotations),
            "Linux": [
                "Sysctl": data["sysctls"] ?? [:], "Resources": [:], "CgroupsPath": .string("/kubepods/\(id)"),
                "Namespaces": .array(namespaces), "MaskedPaths": data["masked_paths"] ?? nil,
                "Devices": .array(attachedNodes.map { ["Path": .string($0), "Type": "b"] }),
                "ReadonlyPaths": data["readonly_paths"] ?? nil,
            ],
        ]
    }

    var process: JSONObject {
        JSONObject([
            ("Terminal", data["terminal"] ?? nil),
            (
                "User",
                ["UID": data["uid"] ?? nil, "GID": data["gid"] ?? nil, "AdditionalGids": data["gids"] ?? nil]
            ),
            ("Args", .array((data["args"]?.array ?? []).map { .string(argument($0)) })),
            ("Env", .array((environment + services).map { .string($0) })),
            ("Cwd", data["cwd"] ?? nil), ("Capabilities", capabilities),
            ("NoNewPrivileges", data["no_new_privileges"] ?? nil),
        ])
    }

    /// Strict policies tell text, templates and patterns apart; to others all are templates.
    private func argument(_ expected: JSONValue) -> String {
        if let template = expected["template"]?.string { return filled(template) }
        if let pattern = expected["pattern"]?.string { return PatternSample.text(pattern) }
        return isStrict ? expected.string ?? "" : filled(expected.string ?? "")
    }

    private var isStrict: Bool { data["stage"] != nil }

    private var environment: [String] {
        list("env").map { isStrict ? $0 : filled($0) } + list("env_templates").map(filled)
            + list("env_patterns").map(PatternSample.text)
    }

    /// Variables that the kubelet adds for a service.
    private var services: [String] {
        [
            "KUBERNETES_SERVICE_HOST=10.96.0.1", "KUBERNETES_SERVICE_PORT=443",
            "KUBERNETES_PORT_443_TCP=tcp://10.96.0.1:443",
        ]
    }

    private var capabilities: JSONValue {
        let names = data["capabilities"]?.strings ?? []
        let alias = names.first.flatMap { pod.settings["caps"]?[$0]?.strings }
        let list = JSONValue.array((alias ?? names).map { .string("CAP_" + $0) })
        return ["Bounding": list, "Effective": list, "Permitted": list, "Ambient": [], "Inheritable": []]
    }

    private var namespaces: [JSONValue] {
        (data["namespaces"]?.array ?? []).map { namespace in
            if let text = namespace.string {
                let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                return ["Type": .string(parts[0] == "mnt" ? "mount" : parts[0]), "Path": .string(parts[1])]
            }
            let type = namespace["Type"]?.string ?? ""
            return ["Type": .string(type == "mnt" ? "mount" : type), "Path": namespace["Path"] ?? nil]
        }
    }

    private var annotations: JSONObject {
        var result = JSONObject()
        for (key, template) in data["annotations"]?.object?.members ?? [] {
            let template = template.string ?? ""
            result[key] = .string(template.hasPrefix("^") ? sample(template) : filled(template))
        }
        result[HonestRequests.nameKey] = .string(pod.sandboxName)
        result["io.kubernetes.cri.sandbox-id"] = .string(HonestRequests.sandboxID)
        result[HonestRequests.namespaceKey] = .string(pod.namespace)
        if isStrict { addRuntimeAnnotations(to: &result) }
        for pattern in data["runtime_annotations"]?.array ?? [] {
            let pair = pattern.strings ?? []
            let key = PatternSample.text(pair.first ?? "")
            result[key] = .string(PatternSample.text(pair.last ?? ""))
            // One for each GPU; the sample of the pattern is the first's.
            guard key.hasPrefix("cdi.") else { continue }
            for index in gpus.indices.dropFirst() { result["\(key.dropLast())\(index)"] = result[key] }
        }
        return result
    }

    /// Those that strict policies compare with the rest of the request.
    private func addRuntimeAnnotations(to result: inout JSONObject) {
        let isSandbox = data["stage"] == "sandbox"
        result["io.kubernetes.cri.container-type"] = isSandbox ? "sandbox" : "container"
        result["io.katacontainers.pkg.oci.container_type"] = isSandbox ? "pod_sandbox" : "pod_container"
        if isSandbox { return }
        result["io.kubernetes.cri.container-name"] = data["name"]
        result["io.kubernetes.cri.image-name"] = data["image"]
    }

    private var mounts: [JSONValue] {
        (data["mounts"]?.array ?? []).map { mount in
            let source = mount["source"]?.string ?? ""
            return [
                "destination": mount["destination"] ?? nil, "type_": mount["type_"] ?? nil,
                "options": mount["options"] ?? nil,
                "source": .string(source.isEmpty ? blockMountPoint(0) : sample(source)),
            ]
        }
    }

    /// The storages of the policy, with devices that the host has chosen, and the pulled image.
    var storages: [JSONValue] {
        let known = (data["storages"]?.array ?? []).enumerated().map { index, storage in
            var result = storage.object ?? JSONObject()
            result["source"] = .string(sample(storage["source"]?.string ?? ""))
            result["mount_point"] = .string(sample(storage["mount_point"]?.string ?? ""))
            if storage["driver"]?.string == "" {
                result["driver"] = "blk"
                result["source"] = .string(blockDevice(blockIndex(index)))
                result["mount_point"] = .string(blockMountPoint(blockIndex(index)))
            }
            return JSONValue.object(result)
        }
        let image = annotations["io.kubernetes.cri.image-name"] ?? "pause"
        let type = annotations["io.kubernetes.cri.container-type"]?.string ?? ""
        let metadata = "{\"metadata\":{\"io.kubernetes.cri.container-type\":\"\(type)\"}}"
        let pulled: JSONValue = [
            "driver": "image_guest_pull", "driver_options": [.string("image_guest_pull=" + metadata)], "source": image,
            "fstype": "overlay", "mount_point": .string(root),
        ]
        return known + [pulled]
    }

    /// Nodes of devices that the agent attaches. Others that a policy has are denied.
    private var attachedNodes: [String] { list("linux_devices").filter(list("devices").contains) }

    /// GPUs that are plugged in while the sandbox runs.
    var gpus: [JSONValue] {
        (data["vfio"]?.array ?? []).enumerated().map { index, gpu in
            [
                "id": .string("vfio\(index)"), "type_": gpu["type_"] ?? nil, "vm_path": gpu["vm_path"] ?? nil,
                "container_path": .string("\(pod.settings["vfio_path"]?.string ?? "")\(index)"),
                "options": [.string("0000:0\(index):00.0=00/0\(index)")],
            ]
        }
    }

    /// How many block devices there are before a storage.
    private func blockIndex(_ index: Int) -> Int {
        (data["storages"]?.array ?? []).prefix(index).filter { $0["driver"]?.string == "" }.count
    }

    private func blockDevice(_ index: Int) -> String { "0\(index)/0\(index)" }

    private func blockMountPoint(_ index: Int) -> String {
        let template = (data["storages"]?.array ?? []).lazy.compactMap { $0["mount_point"]?.string }
            .first { $0.contains("$(b64_device_id)") }
        let id = Base64.text(Array(blockDevice(index).utf8)).replacing("+", with: "-").replacing("/", with: "_")
        return (template ?? "").replacing("$(b64_device_id)", with: id)
    }
}

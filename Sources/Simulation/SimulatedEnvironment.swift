// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The variables of a container: the kubelet's, over those of the image, over containerd's own.
struct SimulatedEnvironment {
    private let pod: SimulatedPod
    private let container: Container
    /// What the kubelet hands to containerd.
    private(set) var variables: [String: String] = [:]
    private var order: [String] = []

    init(_ pod: SimulatedPod, _ container: Container) {
        self.pod = pod
        self.container = container
        for source in container.envFrom { add(source) }
        let services = self.services
        let known = Dictionary(services, uniquingKeysWith: { $1 })
        for variable in container.env {
            guard let value = value(variable, known) else { continue }
            set(variable.name.value, value)
        }
        if pod.workload.isIndexed { set("JOB_COMPLETION_INDEX", "0") }
        for (name, value) in services where variables[name] == nil { set(name, value) }
    }

    private mutating func set(_ name: String, _ value: String) {
        if variables.updateValue(value, forKey: name) == nil { order.append(name) }
    }

    /// `NAME=value` entries of the process.
    func entries(_ image: ImageFacts) -> [String] {
        var merged: [(name: String, value: String)] = []
        func put(_ name: String, _ value: String) {
            if let index = merged.firstIndex(where: { $0.name == name }) {
                merged[index].value = value
            } else {
                merged.append((name, value))
            }
        }
        put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        if container.tty == true { put("TERM", "xterm") }
        put("HOSTNAME", pod.hostName)
        for entry in image.env ?? [] {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            put(String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
        for name in order { put(name, variables[name] ?? "") }
        return merged.map { "\($0.name)=\($0.value)" }
    }

    /// Of the API server, and of a service that happens to be in the namespace.
    private var services: [(String, String)] {
        Self.service("KUBERNETES", "10.96.0.1", 443, portName: "HTTPS")
            + (pod.spec.hasServiceLinks ? Self.service("NEXT_DOOR", "10.96.7.12", 8080, portName: "WEB_UI") : [])
    }

    private static func service(_ name: String, _ address: String, _ port: Int, portName: String) -> [(String, String)]
    {
        let url = "tcp://\(address):\(port)"
        let prefix = "\(name)_PORT_\(port)_TCP"
        return [
            ("\(name)_SERVICE_HOST", address), ("\(name)_SERVICE_PORT", "\(port)"),
            ("\(name)_SERVICE_PORT_\(portName)", "\(port)"), ("\(name)_PORT", url), (prefix, url),
            ("\(prefix)_PROTO", "tcp"), ("\(prefix)_PORT", "\(port)"), ("\(prefix)_ADDR", address),
        ]
    }

    private mutating func add(_ source: EnvFrom) {
        let object =
            switch source.source {
            case .configMap(let name, _):
                pod.configObjects.configMap(name.value, namespace: pod.workload.namespace?.value)
            case .secret(let name, _): pod.configObjects.secret(name.value, namespace: pod.workload.namespace?.value)
            case .unsupported: nil as ConfigObject?
            }
        for (key, value) in (object?.data ?? [:]).sorted(by: { $0.key < $1.key }) {
            let name = source.prefix + key
            let isName = !name.isEmpty && name.utf8.allSatisfy { 0x20...0x7E ~= $0 && $0 != UInt8(ascii: "=") }
            if isName { set(name, value) }
        }
    }

    /// `nil` where an optional source is missing, and where one is missing that the inputs should have had.
    private func value(_ variable: EnvVar, _ services: [String: String]) -> String? {
        let namespace = pod.workload.namespace?.value
        switch variable.source {
        case .value(let text):
            return VariableReferences.expand(text.value, services.merging(variables) { $1 })
        case .configMapKey(let name, let key, _):
            return pod.configObjects.configMap(name.value, namespace: namespace)?.data[key]
        case .secretKey(let name, let key, _):
            return pod.configObjects.secret(name.value, namespace: namespace)?.data[key]
        case .field(let path): return field(path.value)
        case .resource(let name): return name.value.hasSuffix("memory") ? "268435456" : "2"
        case .unsupported: return nil
        }
    }

    private func field(_ path: String) -> String? {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "spec.nodeName": return SimulatedPod.nodeName
        case "spec.serviceAccountName": return pod.spec.serviceAccountName?.value ?? "default"
        case "status.podIP", "status.podIPs": return SimulatedPod.ip
        case "status.hostIP", "status.hostIPs": return SimulatedPod.hostIP
        default: break
        }
        for (prefix, entries) in [
            ("metadata.labels['", pod.workload.podLabels), ("metadata.annotations['", pod.workload.podAnnotations),
        ] where path.hasPrefix(prefix) && path.hasSuffix("']") {
            let key = path.dropFirst(prefix.count).dropLast(2)
            if let entry = entries.last(where: { $0.key == key }) { return entry.value }
            // Set by a controller; the API server gives no other that is missing.
            return key.hasSuffix("hash") ? SimulatedPod.hash : ""
        }
        return nil
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// One pod of a workload on one host: its spec, and what cluster and host decide about it.
package struct SimulatedPod: Sendable {
    package let workload: Workload
    package let host: HostProfile
    /// By reference as the YAML has it.
    package let images: [String: ImageFacts]
    package let pauseImage: ImageFacts
    package let configObjects: ConfigObjects

    package init(
        _ workload: Workload, host: HostProfile, images: [String: ImageFacts], pauseImage: ImageFacts,
        configObjects: ConfigObjects
    ) {
        self.workload = workload
        self.host = host
        self.images = images
        self.pauseImage = pauseImage
        self.configObjects = configObjects
    }

    static let ip = "10.244.1.7"
    static let hostIP = "192.168.3.4"
    static let nodeName = "node-1.example"
    static let hash = "6d4cf56db6"
    static let suffix = "x7k2p"
    /// Bytes of a generated name before its random suffix.
    private static let generatedBaseLimit = 58
    private static let hostNameLimit = 63

    var spec: PodSpec { workload.spec }

    var namespace: String { workload.namespace.map(\.value).flatMap { $0.isEmpty ? nil : $0 } ?? "default" }

    /// As the controller of the workload names it.
    var name: String {
        let base = workload.name?.value ?? generated(workload.generateName?.value ?? "pod-")
        switch workload.kind {
        case .pod: return base
        case .statefulSet: return "\(base)-0"
        case .deployment: return generated("\(base)-\(Self.hash)-")
        case .replicaSet, .replicationController, .daemonSet: return generated("\(base)-")
        case .job: return generated(workload.isIndexed ? "\(base)-0-" : "\(base)-")
        case .cronJob:
            let job = "\(base)-29012345"
            return generated(workload.isIndexed ? "\(job)-0-" : "\(job)-")
        }
    }

    private func generated(_ prefix: String) -> String {
        String(decoding: prefix.utf8.prefix(Self.generatedBaseLimit), as: UTF8.self) + Self.suffix
    }

    var hostName: String {
        if spec.hostNetwork { return Self.nodeName }
        // These controllers name the hosts of their pods themselves.
        let given = workload.kind == .statefulSet || workload.isIndexed ? nil : spec.hostname?.value
        var cut = Array((given ?? name).utf8.prefix(Self.hostNameLimit))
        while let last = cut.last, last == UInt8(ascii: "-") || last == UInt8(ascii: ".") { cut.removeLast() }
        return String(decoding: cut, as: UTF8.self) + (spec.hasOtherHostname ? ".other.example" : "")
    }

    var uid: String { uuid("pod") }
    var sandboxID: String { id("") }

    /// The id of an instance of a container.
    func id(_ container: String, instance: Int = 0) -> String { digest("container/\(container)/\(instance)") }

    func uuid(_ what: String) -> String {
        let hex = Array(digest("uuid/\(what)").utf8.prefix(32))
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return parts.map { String(decoding: hex[$0], as: UTF8.self) }.joined(separator: "-")
    }

    /// 64 hexadecimal digits that depend on the pod and on what they are for.
    func digest(_ what: String) -> String {
        Hex.text(SHA256.digest(Array("\(workload.displayName)\n\(what)".utf8)))
    }
}

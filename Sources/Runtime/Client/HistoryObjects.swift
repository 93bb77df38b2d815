// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import History
internal import IR

/// The history as the ConfigMaps in which Coordinators with such a store keep it, so that it can be put back after they
/// were lost.
enum HistoryObjects {
    /// YAML documents; `nil` when the Coordinator did not tell its signature of the latest transition.
    static func yaml(of history: DeploymentHistory) -> [UInt8]? {
        guard let latest = history.latest else { return nil }
        var objects: [(key: String, value: [UInt8])] = []
        for document in history.policies { objects.append(("policies/" + hash(document), document)) }
        var previous = Transition.none
        for manifest in history.manifests {
            let transition = Transition(manifest: manifest, previousHash: previous)
            previous = transition.hash
            objects.append(("manifests/" + hash(manifest), manifest))
            objects.append(("transitions/" + Hex.text(transition.hash), transition.bytes))
        }
        objects.append(("transitions/latest", latest.bytes))
        var seen: Set<String> = []
        let unique = objects.filter { seen.insert($0.key).inserted }
        return Array(unique.map(configMap).joined(separator: "---\n").utf8)
    }

    private static func hash(_ bytes: [UInt8]) -> String { Hex.text(SHA256.digest(bytes)) }

    private static func configMap(_ key: String, _ value: [UInt8]) -> String {
        let parts = key.split(separator: "/")
        return """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: contrast-store-\(parts.joined(separator: "-"))
              labels:
                app.kubernetes.io/component: coordinator
                app.kubernetes.io/managed-by: contrast.edgeless.systems
            binaryData:
              \(String(parts.last ?? "").yamlScalar): \(Base64.text(value))

            """
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR
internal import InitDataFormat

/// The files that `contrast verify` leaves for a data owner to look at, and for later commands.
package enum VerifiedFiles {
    package struct File: Sendable, Equatable {
        package var name: String
        package var bytes: [UInt8]
    }

    /// The directory below the workspace.
    package static let directory = "verify"
    package static let rootCA = "coordinator-root-ca.pem"
    package static let meshCA = "mesh-ca.pem"
    /// Hash of the latest transition in hexadecimal; what `set --atomic` and `sign` start from.
    package static let latestTransition = "latest-transition"
    package static let history = "history.yml"

    /// All files, by their names in the directory.
    package static func all(of history: DeploymentHistory) -> [File] {
        var files = [
            File(name: rootCA, bytes: history.rootCA), File(name: meshCA, bytes: history.meshCA),
            File(name: latestTransition, bytes: Array(Hex.text(history.transitionHash).utf8)),
        ]
        for (number, manifest) in history.manifests.enumerated() {
            files.append(File(name: "manifest.\(number).json", bytes: manifest))
        }
        for document in history.policies {
            let hash = Hex.text(SHA256.digest(document))
            files.append(
                File(
                    name: MeasuredDocument.isPolicy(document) ? "policy.\(hash).rego" : "initdata.\(hash).toml",
                    bytes: document))
        }
        if let objects = HistoryObjects.yaml(of: history) {
            files.append(File(name: Self.history, bytes: objects))
        }
        return files
    }

    /// Whether a name is one that `all` may give: what an earlier run left and this one does not write is stale.
    package static func isOurs(_ name: String) -> Bool {
        if [rootCA, meshCA, latestTransition, history].contains(name) { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return false }
        switch (parts[0], parts[2]) {
        case ("manifest", "json"): return !parts[1].isEmpty && parts[1].utf8.allSatisfy { 0x30...0x39 ~= $0 }
        case ("policy", "rego"), ("initdata", "toml"): return Hex.decode(String(parts[1]))?.count == 32
        default: return false
        }
    }
}

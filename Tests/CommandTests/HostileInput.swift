// SPDX-License-Identifier: Apache-2.0

import Testing
import TestSupport

/// One thing that is wrong with a deployment that compiles without it, and what is to be said of it.
struct HostileInput: CustomTestStringConvertible, Sendable {
    let name: String
    /// Files beside those of the good deployment, or in place of them.
    var files: [String: [UInt8]] = [:]
    var options = ""
    /// How the finding must start, and the code that it must have.
    var place: String
    var code: String

    var testDescription: String { name }

    init(_ name: String, _ file: String, _ bytes: [UInt8], _ place: String, _ code: String, options: String = "") {
        self.name = name
        files[file] = bytes
        self.options = options
        self.place = place
        self.code = code
    }

    init(_ name: String, _ file: String, _ text: String, _ place: String, _ code: String, options: String = "") {
        self.init(name, file, Array(text.utf8), place, code, options: options)
    }

    // MARK: - The good deployment

    static let digest = "sha256:" + String(repeating: "1a", count: 32)

    static let lock = """
        {"version": 1, "images": {
          "registry.example/app:1": {"config": {"Entrypoint": ["/app"]}, "digest": "\(digest)", "group": "",
            "passwd": "", "platform": "linux/amd64"}}}

        """

    /// A pod with further lines at three places: annotations (4 spaces), container (4) and spec (2).
    static func pod(annotations: String = "", container: String = "", spec: String = "", image: String? = nil) -> String
    {
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: app
          annotations:
            team: shop
        \(annotations)spec:
          containers:
          - name: app
            image: \(image ?? "registry.example/app:1")
        \(container)\(spec)
        """
    }

    static let deployment = [
        "contrast.lock": lock, "good.yaml": pod().replacing("name: app", with: "name: good"),
    ]
}

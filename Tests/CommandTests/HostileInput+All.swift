// SPDX-License-Identifier: Apache-2.0

extension HostileInput {
    static let all = encodings + structures + limits + values + annotations + manifests + others

    private static let encodings: [HostileInput] = [
        .init("not UTF-8", "bad.yaml", Array("a: ".utf8) + [0xFF, 0x0A], "bad.yaml:1:4: error:", "CC0104"),
        .init(
            "overlong UTF-8", "bad.yaml", Array("a: 1\nb: \"".utf8) + [0xC0, 0xAF, 0x22], "bad.yaml:2:5: error:",
            "CC0104"),
        .init("UTF-16LE with mark", "bad.yaml", utf16("\u{FEFF}" + pod()), "bad.yaml: error:", "CC0104"),
        .init("UTF-16LE", "bad.yaml", utf16(pod()), "bad.yaml: error:", "CC0104"),
        .init("UTF-16BE", "bad.yaml", utf16(pod(), big: true), "bad.yaml: error:", "CC0104"),
        .init(
            "UTF-32LE", "bad.yaml", pod().unicodeScalars.flatMap { [UInt8(truncatingIfNeeded: $0.value), 0, 0, 0] },
            "bad.yaml: error:", "CC0104"),
        .init("NUL", "bad.yaml", Array(pod().utf8) + [0x23, 0x00, 0x0A], "bad.yaml:11:2: error:", "CC0104"),
        .init("control character", "bad.yaml", "a: \u{7}\n", "bad.yaml:1:4: error:", "CC0104"),
    ]

    private static let structures: [HostileInput] = [
        .init(
            "tab indentation", "bad.yaml", "apiVersion: v1\nmetadata:\n\tname: a\n", "bad.yaml:3:1: error:", "CC0102"),
        .init("unclosed flow", "bad.yaml", "apiVersion: v1\nmetadata: {name: a\n", "bad.yaml:3:1: error:", "CC0102"),
        .init("duplicate key", "bad.yaml", pod(spec: "  containers: []\n"), "bad.yaml:11:3: error:", "CC0103"),
        .init(
            "duplicate key in JSON", "bad.json", #"{"kind": "Pod", "kind": "Pod"}"#, "bad.json:1:17: error:", "CC0103"),
        .init("unknown anchor", "bad.yaml", pod(spec: "  volumes: *none\n"), "bad.yaml:11:12: error:", "CC0106"),
        .init("alias inside its anchor", "bad.yaml", "a: &a\n  b: *a\n", "bad.yaml:2:6: error:", "CC0106"),
        .init("alias bomb", "bad.yaml", aliasBomb("[", "]"), "bad.yaml:8:20: error:", "CC0105"),
        .init("alias bomb of mappings", "bad.yaml", mappingBomb, "bad.yaml:13:15: error:", "CC0105"),
        .init("alias bomb of text", "bad.yaml", textBomb, "bad.yaml:11:5: error:", "CC0105"),
        .init("merge bomb", "bad.yaml", mergeBomb, "bad.yaml:12:29: error:", "CC0105"),
    ]

    private static let depth = 10_000

    private static let limits: [HostileInput] = [
        .init(
            "deep block sequences", "bad.yaml", String(repeating: "- ", count: depth), "bad.yaml:1:401: error:",
            "CC0105"),
        .init("deep block mappings", "bad.yaml", deepMapping, "bad.yaml:200:200: error:", "CC0105"),
        .init(
            "deep explicit keys", "bad.yaml", String(repeating: "? ", count: depth), "bad.yaml:1:401: error:", "CC0105"),
        .init("deep flow", "bad.yaml", String(repeating: "[", count: depth), "bad.yaml:1:201: error:", "CC0105"),
        .init("deep flow mappings", "bad.yaml", String(repeating: "{a: ", count: depth), "bad.yaml:1:", "CC0105"),
        .init(
            "deep JSON", "bad.json",
            String(repeating: #"{"a":["#, count: depth / 2) + String(repeating: "]}", count: depth / 2),
            "bad.json:1:601: error:", "CC0105"),
        .init("a scalar of 200 MB", "bad.yaml", longScalar(200 << 20), "bad.yaml: error:", "CC0105"),
        .init("a scalar of 20 MB", "bad.yaml", longScalar(20 << 20), "bad.yaml:1:4: error:", "CC0105"),
        .init(
            "a literal of 20 MB", "bad.yaml", Array("a: |\n  ".utf8) + longScalar(20 << 20), "bad.yaml:1:4: error:",
            "CC0105"),
    ]

    private static let values: [HostileInput] =
        ["1.5.3Gi", "-1", "1e400", "1 Gi", "1gi", "0x10", "+", ".", "1Gi2", "NaN", "٣Gi"].flatMap {
            quantity in
            ["memory", "cpu"].map { resource in
                .init(
                    "\(resource): \(quantity)", "bad.yaml",
                    pod(container: "    resources: {limits: {\(resource): '\(quantity)'}}\n"),
                    "bad.yaml:11:\(28 + resource.count): error:", "CC0201")
            }
        } + [
            .init(
                "a quantity that is a number", "bad.yaml", pod(container: "    resources: {limits: {memory: -1}}\n"),
                "bad.yaml:11:34: error:", "CC0201"),
            .init(
                "a request", "bad.yaml", pod(container: "    resources: {requests: {memory: 1x}}\n"),
                "bad.yaml:11:36: error:", "CC0201"),
            .init(
                "an image without lock entry", "bad.yaml", pod(image: "registry.example/other:1"),
                "bad.yaml:10:12: error:", "CC0401"),
            .init(
                "a digest without lock entry", "bad.yaml",
                pod(image: "registry.example/app@sha256:" + String(repeating: "2", count: 64)),
                "bad.yaml:10:12: error:", "CC0401"),
            .init(
                "a short digest", "bad.yaml", pod(image: "registry.example/app@sha256:1234"), "bad.yaml:10:12: error:",
                "CC0402"),
            .init(
                "a long digest", "bad.yaml", pod(image: "registry.example/app@\(digest)00"), "bad.yaml:10:12: error:",
                "CC0402"),
            .init(
                "a digest that is not the lock's", "bad.yaml",
                pod(image: "registry.example/app:1@sha256:" + String(repeating: "2", count: 64)),
                "bad.yaml:10:12: error:", "CC0404"),
            .init(
                "a short digest in the lock", "contrast.lock", lock.replacing(digest, with: "sha256:1234"),
                "contrast.lock:2:66: error:", "CC0403"),
            .init(
                "a field that does not exist", "bad.yaml", pod(spec: "  volums: []\n"), "bad.yaml:11:3: error:",
                "CC0112"),
            .init(
                "a volume of the wrong type under our name", "bad.yaml",
                pod(spec: "  volumes:\n  - name: contrast-secrets\n    configMap: {name: c}\n"),
                "bad.yaml:12:5: error:", "CC0304"),
            .init(
                "a volume on disk under our name", "bad.yaml",
                pod(spec: "  volumes: [{name: contrast-secrets, hostPath: {path: /}}]\n"), "bad.yaml:11:13: error:",
                "CC0304"),
        ]

    private static let annotations: [HostileInput] =
        [
            ("servicemesh-ingress", "a", "CC0301"), ("servicemesh-ingress", "a#0#true", "CC0301"),
            ("servicemesh-ingress", "a#1#maybe", "CC0301"), ("servicemesh-ingress", "a#1#true##a#2#true", "CC0301"),
            ("servicemesh-egress", "", "CC0302"), ("servicemesh-egress", "a#10.0.0.1:80#b:1", "CC0302"),
            ("servicemesh-egress", "a#127.0.0.1:80#b", "CC0302"),
            ("servicemesh-egress", "a#127.0.0.1:99999#b:1", "CC0302"),
            ("servicemesh-admin-interface-port", "0", "CC0303"), ("servicemesh-admin-interface-port", "1.5", "CC0303"),
            ("pod-role", "king", "CC0305"), ("secure-pv", "a", "CC0310"), ("secure-pv", "a:b:c", "CC0310"),
            ("replaced", "{", "CC0309"),
        ].map { key, value, code in
            .init(
                "\(key): \(value)", "bad.yaml", pod(annotations: "    contrast.edgeless.systems/\(key): '\(value)'\n"),
                "bad.yaml:7:\(33 + key.count): error:", code)
        }

    private static let manifests: [HostileInput] = [
        .init(
            "a manifest that is no JSON", "manifest.json", "{\"Policies\": {", "manifest.json:1:15: error:", "CC0601"),
        .init("an empty manifest", "manifest.json", "", "manifest.json:1:1: error:", "CC0601"),
        .init(
            "a manifest with a short hash", "manifest.json",
            manifest(policies: #""12": {"SANs": [], "WorkloadSecretID": "x"}"#), "manifest.json:2:22: error:", "CC0601"),
        .init(
            "a manifest with an unknown role", "manifest.json",
            manifest(
                policies:
                    #""\#(String(repeating: "1", count: 64))": {"SANs": [], "WorkloadSecretID": "x", "Role": "king"}"#),
            "manifest.json:2:", "CC0601"),
        .init(
            "a manifest with a bad key", "manifest.json", manifest(keys: #""12zz""#), "manifest.json:4:28: error:",
            "CC0601"),
        .init("a deep manifest", "manifest.json", String(repeating: "[", count: depth), "manifest.json:1:", "CC0601"),
    ]

    private static let others: [HostileInput] = [
        .init(
            "settings with an unknown key", "settings.json", "{\"sytem\": {}}", "settings.json:1:2: error:", "CC0507",
            options: "-s settings.json"),
        .init(
            "settings that are no JSON", "settings.json", "{", "settings.json:1:2: error:", "CC0507",
            options: "-s settings.json"),
        .init(
            "an unknown platform", "unused", "", "error: there is no platform 'metal'", "CC0306",
            options: "--reference-values metal"),
        .init(
            "a bundle that is no JSON", "b.json", "[", "./b.json:1:2: error:", "CC0610",
            options: "--reference-values ./b.json"),
        .init(
            "an unknown platform in the class", "bad.yaml",
            pod(spec: "  runtimeClassName: contrast-cc-metal-qemu-sxp\n"), "bad.yaml:11:21: error:", "CC0306"),
        .init("a key file that is none", "owner.pem", "secret", "owner.pem: error:", "CC0605", options: "-w owner.pem"),
        .init("a file that is not there", "unused", "", "absent.yaml: error:", "CC0101", options: "absent.yaml"),
    ]

    // MARK: - Content

    private static func utf16(_ text: String, big: Bool = false) -> [UInt8] {
        text.utf16.flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
            return big ? bytes.reversed() : bytes
        }
    }

    private static func aliasBomb(_ open: String, _ close: String) -> String {
        var text = "a0: &a0 [[]]\n"
        for level in 1...40 {
            let uses = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) \(open)\(uses)\(close)\n"
        }
        return text
    }

    private static let mappingBomb: String = {
        var text = "a0: &a0 {k: v}\n"
        for level in 1...40 {
            text += "a\(level): &a\(level) {x: *a\(level - 1), y: *a\(level - 1), z: *a\(level - 1)}\n"
        }
        return text
    }()

    private static let textBomb: String =
        "a: &a \(String(repeating: "x", count: 1_000_000))\n" + (0..<140).map { "k\($0): *a\n" }.joined()

    private static let mergeBomb: String = {
        var text = "a0: &a0 {k: v}\n"
        for level in 1...40 {
            text += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1), *a\(level - 1)], k\(level): v}\n"
        }
        return text
    }()

    private static let deepMapping: String = {
        (0..<depth).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    }()

    private static func longScalar(_ size: Int) -> [UInt8] {
        Array("a: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: size) + [0x0A]
    }

    private static func manifest(policies: String = "", keys: String = "") -> String {
        """
        {
          "Policies": {\(policies)},
          "ReferenceValues": {},
          "WorkloadOwnerPubKeys": [\(keys)]
        }

        """
    }
}

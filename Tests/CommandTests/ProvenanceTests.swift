// SPDX-License-Identifier: Apache-2.0

import Backends
import Digests
import IR
import TestSupport
import Testing

/// `contrast generate --provenance` and `contrast verify-build`.
@Suite struct ProvenanceTests {
    /// A deployment, its statement, and the sources in the directory `sources`.
    private static func build(_ options: String = "", example: String = "client-server") throws -> Workspace {
        let workspace = try Workspace(example: example)
        try Files.copyTree(Locations.examples + "/" + example, into: workspace.path + "/sources")
        try Files.write(Array(try keys().private), to: workspace.path + "/release.pem")
        try Files.write(Array(try keys().public), to: workspace.path + "/release.pub.pem")
        try workspace.contrast(generate, options, files)
        return workspace
    }

    private static let files = "client.yaml coordinator.yaml server.yaml"
    private static let generate =
        "generate --reference-values metal-qemu-snp --log-level error --provenance build.json"
        + " --provenance-key release.pem --disable-updates"
    private static let verify = "verify-build --key release.pub.pem --directory sources build.json"

    private static func keys() throws -> (private: [UInt8], public: [UInt8]) {
        var scalar = [UInt8](repeating: 7, count: 32)
        let key = try ECDSAPrivateKey(scalar: SecretBytes(zeroing: &scalar), .p256)
        let pem = "-----BEGIN PUBLIC KEY-----\n\(Base64.text(key.spki))\n-----END PUBLIC KEY-----\n"
        return (try key.sec1PEM().withBytes { Array($0) }, Array(pem.utf8))
    }

    private static func envelope(_ workspace: Workspace) throws -> SignedEnvelope {
        let json = try JSONParser.parse(try Files.read(workspace.path + "/build.json"))
        return try #require(try SignedEnvelope(json))
    }

    @Test func aBuildIsRepeated() throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        let before = try workspace.tree()
        let result = try workspace.contrast(Self.verify)
        #expect(String(decoding: result.stdout, as: UTF8.self) == "repeated: all is the same (files: 4, policies: 3)\n")
        #expect(result.errorText.isEmpty)
        #expect(try workspace.tree() == before)
        let text = String(decoding: try Self.envelope(workspace).payload, as: UTF8.self)
        for name in ["client.yaml", "manifest.json", "contrast.lock", "metal-qemu-snp", "slsa.dev/provenance/v1"] {
            #expect(text.contains(name), "\(name)")
        }
        #expect(!text.contains(workspace.path))
        // What is compiled already is no source.
        try workspace.contrast("verify-build --key release.pub.pem build.json", status: 2)
    }

    /// The same run makes the same bytes, whatever the time and the directory.
    @Test func statementsAreReproducible() throws {
        let statements = try (0..<2).map { _ in
            let workspace = try Self.build()
            defer { workspace.remove() }
            return try Files.read(workspace.path + "/build.json")
        }
        #expect(statements[0] == statements[1])
    }

    @Test(arguments: [
        "--policy-profile compat", "-o all.yaml", "--settings settings", "--skip-initializer",
        "--image-replacements images", "--secret-values free --allow-unbound-images", "--create-keys",
    ])
    func optionsAreRepeated(_ options: String) throws {
        let workspace = try Workspace(example: "client-server")
        defer { workspace.remove() }
        try Files.write(try Self.keys().private, to: workspace.path + "/release.pem")
        try Files.write(try Self.keys().public, to: workspace.path + "/release.pub.pem")
        try Files.copyTree(
            Locations.goldenCases + "/report-untrusted-plain-disks/input/settings", into: workspace.path + "/settings")
        try workspace.write("", to: "images")
        try Files.copyTree(workspace.path, into: workspace.path + "/sources")
        try workspace.contrast(Self.generate.replacing(" --disable-updates", with: ""), options, Self.files)
        try workspace.contrast(Self.verify)
    }

    /// The manifest as it was decides as well.
    @Test func earlierManifestsCount() throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        let manifest = workspace.path + "/manifest.json"
        let edited = try Files.text(manifest).replacing("\"*\"", with: "\"*\", \"shop.example\"")
        try workspace.write(edited, to: "manifest.json")
        try Files.copyTree(workspace.path + "/sources", into: workspace.path)
        try workspace.write(edited, to: "sources/manifest.json")
        try workspace.contrast(Self.generate, Self.files)
        #expect(try Files.text(manifest).contains("shop.example"))
        try workspace.contrast(Self.verify)
        try workspace.write(edited.replacing("shop.example", with: "evil.example"), to: "sources/manifest.json")
        let result = try workspace.contrast(Self.verify, status: 2)
        let text = String(decoding: result.stdout, as: UTF8.self)
        #expect(text.contains("input manifest.json: ") && text.contains("output manifest.json: "))
    }

    // MARK: - What is not as stated

    @Test(arguments: ["client.yaml", "contrast.lock"]) func changedInputsAreNamed(_ name: String) throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        let path = workspace.path + "/sources/" + name
        try Files.write(try Files.read(path) + [0x0A], to: path)
        let result = try workspace.contrast(Self.verify, status: 2)
        let lines = String(decoding: result.stdout, as: UTF8.self).split(separator: "\n")
        #expect(lines.first?.hasPrefix("input \(name): ") == true, "\(lines)")
    }

    @Test(arguments: ["client.yaml", "contrast.lock"]) func missingInputsAreErrors(_ name: String) throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        Files.remove(workspace.path + "/sources/" + name)
        let result = try workspace.contrast(Self.verify, status: 1)
        #expect(result.errorText.contains("\(name): error: ") && result.errorText.contains("[CC0101]"))
    }

    /// Each part of the envelope is signed, and each byte of a signature counts.
    @Test func tamperingIsNoticed() throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        let envelope = try Self.envelope(workspace)
        let statement = String(decoding: envelope.payload, as: UTF8.self)
        let digests = statement.split(separator: "\"").filter { $0.utf8.count == 64 }
        #expect(digests.count >= 11)
        let texts =
            ["client.yaml", "\"strict\"", "metal-qemu-snp", "0.1.0", "disable-updates"] + digests.map(String.init)
        for text in texts {
            let changed = statement.replacing(text, with: "x" + text.dropFirst(), maxReplacements: 1)
            try #require(changed != statement, "\(text)")
            let file = String(decoding: envelope.text, as: UTF8.self)
                .replacing(Base64.text(envelope.payload), with: Base64.text(Array(changed.utf8)))
            try workspace.write(file, to: "build.json")
            let result = try workspace.contrast(Self.verify, status: 1)
            #expect(result.errorText.contains("[CC1102]"), "\(text)")
        }
        let signature = try #require(envelope.signatures.first)
        for position in [0, 10, signature.bytes.count - 1] {
            var bytes = signature.bytes
            bytes[position] ^= 1
            let file = String(decoding: envelope.text, as: UTF8.self)
                .replacing(Base64.text(signature.bytes), with: Base64.text(bytes))
            try workspace.write(file, to: "build.json")
            let result = try workspace.contrast(Self.verify, status: 1)
            #expect(result.errorText.contains("[CC1102]"))
        }
    }

    /// Without a signature what is stated is compared all the same.
    @Test(arguments: [
        ("\"contrast\": \"0.1.0\"", "\"contrast\": \"0.0.9\"", "tool version: 0.0.9 -> 0.1.0"),
        ("\"policy-profile\": \"strict\"", "\"policy-profile\": \"compat\"", "output client.yaml: "),
        ("\"disable-updates\"", "\"skip-initializer\"", "output client.yaml: "),
        ("Deployment default/client", "Deployment default/other", "policy Deployment default/other: "),
    ])
    func falseStatementsAreNoticed(_ old: String, _ new: String, _ expected: String) throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        let text = String(decoding: try Self.envelope(workspace).payload, as: UTF8.self)
        try #require(text.contains(old))
        try workspace.write(text.replacing(old, with: new), to: "build.json")
        let result = try workspace.contrast("verify-build --directory sources build.json", status: 2)
        #expect(String(decoding: result.stdout, as: UTF8.self).contains(expected))
        #expect(result.errorText.contains("warning: ") && result.errorText.contains("[CC1102]"))
        let isOfTool = expected.hasPrefix("tool")
        try workspace.contrast("verify-build --any-tool --directory sources build.json", status: isOfTool ? 0 : 2)
    }

    @Test(arguments: [
        ("\"name\": \"client.yaml\"", "\"name\": \"../client.yaml\""),
        ("\"name\": \"client.yaml\"", "\"name\": \"/etc/passwd\""),
        ("\"metal-qemu-snp\"", "\"/etc/passwd\""), ("\"disable-updates\"", "\"remove\""),
        ("\"disable-updates\"", "\"create-keys\""), ("\"role\": \"input\"", "\"role\": \"other\""),
        ("urn:contrast:generate:v1", "urn:contrast:generate:v2"), ("https://in-toto.io/Statement/v1", "x"),
        ("\"manifest\": \"manifest.json\"", "\"manifest\": \"/tmp/x\""), ("\"subject\": [", "\"subject\": [1,"),
        ("\"strict\"", "\"lax\""), ("\"flags\"", "\"more\": [], \"flags\""),
    ])
    func hostileStatementsAreRefused(_ old: String, _ new: String) throws {
        let workspace = try Self.build()
        defer { workspace.remove() }
        let text = String(decoding: try Self.envelope(workspace).payload, as: UTF8.self)
        try #require(text.contains(old), "\(old)")
        try workspace.write(text.replacing(old, with: new), to: "build.json")
        let before = try workspace.tree()
        let result = try workspace.contrast("verify-build --directory sources build.json", status: 1)
        #expect(result.errorText.contains("[CC1101]"), "\(result.errorText)")
        #expect(try workspace.tree() == before)
    }

    // MARK: - Writing

    /// A run that fails leaves no statement, and one that does not leaves all.
    @Test func nothingIsHalfWritten() throws {
        let workspace = try Workspace(example: "client-server")
        defer { workspace.remove() }
        try Files.write(try Self.keys().private, to: workspace.path + "/release.pem")
        try Files.write(try Self.keys().public, to: workspace.path + "/release.pub.pem")
        let before = try workspace.tree()
        try workspace.contrast(Self.generate, "--lock absent.lock", Self.files, status: 1)
        #expect(try workspace.tree() == before)
        let key = Self.generate.replacing("release.pem", with: "release.pub.pem")
        let refused = try workspace.contrast(key, Self.files, status: 1)
        #expect(refused.errorText.contains("the file holds no private key"))
        #expect(try workspace.tree() == before)
        for options in ["--check", "--diff", "--remove", "-m /tmp/manifest.json", "--report build.json", "-"] {
            try workspace.contrast(Self.generate, options, Self.files, status: 64)
        }
        #expect(try workspace.tree() == before)
    }

    /// The example of the specification of DSSE.
    @Test func encodingIsThatOfTheStandard() {
        let encoded = SignedEnvelope.preAuthenticationEncoding(
            Array("hello world".utf8), type: "http://example.com/HelloWorld")
        #expect(String(decoding: encoded, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }

    /// OpenSSL finds the signature good.
    @Test func signaturesAreThoseOfOthers() throws {
        let openssl = "/usr/bin/openssl"
        guard Files.exists(openssl) else { return }
        let workspace = try Self.build()
        defer { workspace.remove() }
        let envelope = try Self.envelope(workspace)
        try Files.write(
            SignedEnvelope.preAuthenticationEncoding(envelope.payload), to: workspace.path + "/signed")
        try Files.write(try #require(envelope.signatures.first).bytes, to: workspace.path + "/signature")
        try workspace.run(openssl, ["dgst -sha256 -verify release.pub.pem -signature signature signed"])
    }
}

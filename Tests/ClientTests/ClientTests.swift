// SPDX-License-Identifier: Apache-2.0

import Client
import Digests
import History
import IR
import Identity
import Testing

@Suite struct DeploymentHistoryTests {
    private static func history(_ manifests: [String], policies: [String] = []) throws -> DeploymentHistory {
        let bytes = manifests.map { Array($0.utf8) }
        let key = try ECDSAPrivateKey(generating: .p384)
        var previous = Transition.none
        var last: Transition?
        for manifest in bytes {
            let next = Transition(manifest: manifest, previousHash: previous)
            previous = next.hash
            last = next
        }
        return DeploymentHistory(
            manifests: bytes, policies: policies.map { Array($0.utf8) }, rootCA: Array("root".utf8),
            meshCA: Array("mesh".utf8), latest: try last.map { try LatestTransition($0, signedBy: key) })
    }

    private static func hash(_ text: String) -> String { Hex.text(SHA256.digest(Array(text.utf8))) }

    private static func manifest(_ policies: String...) -> String {
        #"{"Policies":{"# + policies.map { "\"\(hash($0))\":{\"SANs\":[\"web\"]}" }.joined(separator: ",") + "}}"
    }

    @Test func wholeHistoriesHaveNoProblems() throws {
        let history = try Self.history([Self.manifest("a"), Self.manifest("a", "b")], policies: ["b", "a"])
        #expect(history.problems == [])
    }

    @Test func withheldAndForeignPartsAreTold() throws {
        var history = try Self.history([Self.manifest("a"), Self.manifest("b")], policies: ["a", "b"])
        history.policies = [Array("a".utf8)]
        #expect(history.problems == ["the document of policy \(Self.hash("b")) is missing"])
        history.policies = ["a", "b", "c"].map { Array($0.utf8) }
        #expect(history.problems == ["no manifest lists the document \(Self.hash("c"))"])
        history.policies.removeLast()
        history.manifests.removeFirst()
        #expect(history.problems.first == "the manifests do not lead to the transition that the Coordinator has signed")
        history.latest = nil
        history.manifests = [Array("[".utf8)]
        history.policies = []
        #expect(history.problems == ["manifest 0 is not JSON"])
    }

    @Test func manifestsAreComparedByBytesAndByMeaning() throws {
        let history = try Self.history([#"{"a":1}"#, #"{"Policies":{"x":{"SANs":["web"]}},"List":[1,2],"Old":null}"#])
        func verdict(_ expected: String) throws -> DeploymentHistory.Verdict {
            try history.compare(with: Array(expected.utf8))
        }
        #expect(try verdict(#"{"Policies":{"x":{"SANs":["web"]}},"List":[1,2],"Old":null}"#) == .identical)
        #expect(
            try verdict("{\"List\": [1, 2], \"Old\": null,\n \"Policies\": {\"x\":{\"SANs\":[\"web\"]}}}\n")
                == .equivalent)
        #expect(
            try verdict(#"{"Policies":{"x":{"SANs":["db"]},"y":{}},"List":[1]}"#)
                == .different([
                    #"Policies.x.SANs[0]: expected "db", the active manifest has "web""#,
                    "Policies.y: missing in the active manifest",
                    "List: expected [1], the active manifest has [1,2]",
                    "Old: only in the active manifest: null",
                ]))
        #expect(throws: ClientError.malformed("manifest history is empty")) {
            try Self.history([]).compare(with: [])
        }
        #expect(throws: ClientError.self) { try verdict("{") }
    }

    @Test func filesOfAVerifiedHistory() throws {
        let rego = "# header\n\npackage agent_policy\n"
        let document = "version = \"0.1.0\"\n[data]\n\"policy.rego\" = '''\npackage agent_policy\n'''\n"
        let history = try Self.history(
            [Self.manifest(rego), Self.manifest(document)], policies: [rego, document])
        let files = VerifiedFiles.all(of: history)
        #expect(
            files.map(\.name) == [
                "coordinator-root-ca.pem", "mesh-ca.pem", "latest-transition", "manifest.0.json", "manifest.1.json",
                "policy.\(Self.hash(rego)).rego", "initdata.\(Self.hash(document)).toml", "history.yml",
            ])
        #expect(files.allSatisfy { VerifiedFiles.isOurs($0.name) })
        #expect(
            !["notes.txt", "manifest.json", "manifest.x.json", "policy.ab.rego"].contains(where: VerifiedFiles.isOurs))
        #expect(files[4].bytes == history.manifests[1])
        #expect(
            try TransitionSignature.hash(hexadecimal: String(decoding: files[2].bytes, as: UTF8.self) + "\n")
                == history.latest?.transitionHash)
        let objects = String(decoding: files[7].bytes, as: UTF8.self)
        #expect(objects.ranges(of: "kind: ConfigMap\n").count == 7)
        #expect(objects.contains("name: contrast-store-transitions-latest\n"))
    }
}

@Suite struct PolicyDocumentsTests {
    private func attached(_ texts: String...) -> [PolicyDocuments.Attached] {
        texts.map { PolicyDocuments.Attached(workload: "Deployment \($0)", bytes: Array($0.utf8)) }
    }

    private func manifest(_ texts: String...) -> Manifest {
        Manifest(
            policies: Dictionary(
                uniqueKeysWithValues: texts.map {
                    (Hex.text(SHA256.digest(Array($0.utf8))), PolicyEntry(sans: ["name-of-\($0)"]))
                }))
    }

    @Test func workloadsOfOnePolicyGiveOneDocument() throws {
        let documents = try PolicyDocuments.matched(attached("a", "b", "a"), with: manifest("b", "a"))
        #expect(Set(documents) == [Array("a".utf8), Array("b".utf8)])
        #expect(documents.count == 2)
        let hashes = documents.map { Hex.text(SHA256.digest($0)) }
        #expect(hashes == hashes.sorted())
    }

    @Test func bothSidesMustMatch() throws {
        let error = try #require(throws: ClientError.self) {
            try PolicyDocuments.matched(attached("a", "c"), with: manifest("a", "b"))
        }
        guard case .mismatch(let lines) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(lines.count == 2)
        #expect(lines[0].contains("of Deployment c is not in the manifest"))
        #expect(lines[1].contains("(name-of-b) belongs to none of the workloads"))
    }
}

@Suite struct SeedShareFileTests {
    @Test func survivesTheWayThroughAFile() throws {
        let document = SeedShareDocument(
            shares: [SeedShare(publicKey: "00ff", encryptedSeed: [1, 2, 3])], salt: Array(0..<32))
        let json = SeedShareFile.json(document)
        #expect(try SeedShareFile.read(json) == document)
        let lower = String(decoding: json, as: UTF8.self).replacing("\"Salt\"", with: "\"salt\"")
        #expect(try SeedShareFile.read(Array(lower.utf8)) == document)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"Salt":"AA=="}"#, #"{"Salt":"","SeedShares":[]}"#, #"{"Salt":"!","SeedShares":[]}"#,
        #"{"Salt":"AA==","SeedShares":{}}"#, #"{"Salt":"AA==","SeedShares":[1]}"#,
        #"{"Salt":"AA==","SeedShares":[{"PublicKey":"00"}]}"#,
        #"{"Salt":"AA==","SeedShares":[{"PublicKey":"00","EncryptedSeed":""}]}"#,
        #"{"Salt":"AA==","SeedShares":[{"EncryptedSeed":"AA=="}]}"#,
    ])
    func refusesWhatIsNone(_ text: String) {
        #expect(throws: ClientError.self) { try SeedShareFile.read(Array(text.utf8)) }
    }
}

@Suite struct TransitionSignatureTests {
    /// The transition of the manifest `{}` without predecessor, and the digest that its owner signs: by another program.
    @Test func signsWhatOthersSign() throws {
        let transition = TransitionSignature.next(manifest: Array("{}".utf8), after: Transition.none)
        #expect(Hex.text(transition.hash) == "a48bf97e27b31e740c70c45c448a6662348ac17929be75f4575cad36401c8211")
        let digest = SHA256.digest(transition.ownerMessage)
        #expect(Hex.text(digest) == "f13a758a0a006a24e143e8e508bcee0c78ebf3d229b21f703e29232300f8ea6e")
        let key = try ECDSAPrivateKey(generating: .p384)
        let signature = try TransitionSignature.sign(transition, with: key)
        #expect(ECDSASignature.isValid(signature, of: digest, by: key.spki))
        #expect(!ECDSASignature.isValid(signature, of: transition.hash, by: key.spki))
    }

    @Test(arguments: ["", "00", String(repeating: "0", count: 63), String(repeating: "g", count: 64)])
    func hashesHaveOneForm(_ text: String) {
        #expect(throws: ClientError.self) { try TransitionSignature.hash(hexadecimal: text) }
    }
}

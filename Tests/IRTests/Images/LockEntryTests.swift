// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct LockEntryTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    static func entry(_ changes: (String, JSONValue?)...) -> JSONValue {
        var object = JSONObject([
            ("digest", .string(digest)), ("platform", "linux/amd64"), ("config", .object(JSONObject())),
        ])
        for (key, value) in changes { object[key] = value }
        return .object(object)
    }

    @Test func readsAllMembers() throws {
        let value = try JSONParser.parse(
            """
            {"digest":"\(Self.digest)","index":"\(Self.digest)","platform":"linux/arm64/v8",
             "config":{"User":"1:2","Env":["A=b"],"Entrypoint":["/e"],"Cmd":["c"],"WorkingDir":"/w",
                       "Volumes":{"/z":{},"/a":{}},"Tty":true},
             "manifest":"e30=","configBlob":"e30=","passwd":"p","group":"",
             "layers":[{"digest":"\(Self.digest)","diffID":"\(Self.digest)","size":1,"uncompressedSize":2}]}
            """)
        let (entry, problems) = LockEntry.parse(value)
        #expect(problems.isEmpty)
        let read = try #require(entry)
        #expect(read.config.volumes == ["/a", "/z"])
        #expect(read.manifest == Array("{}".utf8))
        #expect(!read.isAsserted)
        #expect(read.facts.user == "1:2")
        #expect(read.facts.group == "")
        #expect(read.facts.index == Self.digest)
        #expect(LockEntry.parse(read.json).entry == read)
    }

    @Test func nullsAreAbsent() throws {
        let config = try JSONParser.parse(#"{"User":null,"Env":null,"Volumes":null,"Tty":null}"#)
        let entry = try #require(LockEntry.parse(Self.entry(("config", config))).entry)
        #expect(entry.config == LockEntry.Config())
        #expect(entry.isAsserted)
        #expect(entry.facts.passwd == nil)
    }

    static let malformed: [(JSONValue, [String], String)] = [
        ([], [], "expected an object"),
        (entry(("digest", nil)), [], "no 'digest'"),
        (entry(("platform", nil)), [], "no 'platform'"),
        (entry(("config", nil)), [], "no 'config'"),
        (entry(("digest", "sha256:1")), ["digest"], "1 characters"),
        (entry(("digest", .string("sha512:" + String(repeating: "a", count: 128)))), ["digest"], "expected sha256"),
        (entry(("digest", nil), ("Digest", "x")), ["Digest"], "unknown key 'Digest'"),
        (entry(("platform", "linux")), ["platform"], "linux/amd64"),
        (entry(("platform", 3)), ["platform"], "a number"),
        (entry(("config", ["User": 3])), ["config", "User"], "expected a string"),
        (entry(("config", ["user": "x"])), ["config", "user"], "unknown key"),
        (entry(("config", ["Env": [1]])), ["config", "Env"], "list of strings"),
        (entry(("config", ["Volumes": ["/a"]])), ["config", "Volumes"], "not an object"),
        (entry(("config", ["Tty": "yes"])), ["config", "Tty"], "a boolean"),
        (entry(("manifest", "%%")), ["manifest"], "not base64"),
        (entry(("layers", [["diffID": .string(digest)]])), ["layers", "0"], "no 'digest'"),
        (entry(("layers", [["digest": .string(digest), "size": -1]])), ["layers", "0", "size"], "number of bytes"),
    ]

    @Test(arguments: malformed) func reports(_ value: JSONValue, _ path: [String], _ message: String) {
        let (entry, problems) = LockEntry.parse(value)
        #expect(entry == nil)
        #expect(problems.contains { $0.path == path && $0.message.contains(message) }, "\(problems)")
    }

    @Test func aBundleMayLackADigest() {
        let value = Self.entry(("digest", nil))
        #expect(LockEntry.parse(value).entry == nil)
        #expect(LockEntry.parse(value, digestRequired: false).entry?.facts.digest == "")
    }

    @Test func printsTheLockInOneForm() throws {
        let config = LockEntry.Config(user: "0", volumes: ["/v"])
        let entry = LockEntry(digest: try ImageDigest(Self.digest), platform: "linux/amd64", config: config, passwd: "")
        let text = String(decoding: ContrastLock(images: ["b": entry, "a:1": entry]).text(), as: UTF8.self)
        let one = """
            {
                  "config": {
                    "User": "0",
                    "Volumes": {
                      "/v": {}
                    }
                  },
                  "digest": "\(Self.digest)",
                  "passwd": "",
                  "platform": "linux/amd64"
                }
            """
        #expect(
            text == "{\n  \"images\": {\n    \"a:1\": \(one),\n    \"b\": \(one)\n  },\n  \"version\": 1\n}\n")
    }

    @Test func layersAddUpOnlyWhenAllAreKnown() throws {
        var entry = LockEntry(digest: try ImageDigest(Self.digest), platform: "linux/amd64", config: .init())
        #expect(entry.layerBytes == nil)
        entry.layers = []
        #expect(entry.layerBytes == nil)
        entry.layers = [.init(digest: "a", size: 1, uncompressedSize: 20)]
        #expect(entry.layerBytes == 21)
        entry.layers?.append(.init(digest: "b", size: Int.max, uncompressedSize: Int.max))
        #expect(entry.layerBytes == .max)
        entry.layers?.append(.init(digest: "c", size: 1))
        #expect(entry.layerBytes == nil)
    }

    @Test func keysLoseTheDigestBesideATag() throws {
        #expect(ContrastLock.key(for: try ImageReference("a:1@\(Self.digest)")) == "a:1")
        #expect(ContrastLock.key(for: try ImageReference("a@\(Self.digest)")) == "a@\(Self.digest)")
    }
}

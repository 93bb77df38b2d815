// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import InitDataFormat
import Testing

private let policy = "package agent_policy\n\nallow = \"x\""

@Suite struct InitDataTests {
    static let known = """
        version = "0.1.0"
        algorithm = "sha256"

        [data]
        "policy.rego" = '''
        package agent_policy

        allow = "x"'''

        """

    private func parse(_ text: String) -> Result<InitData, InitDataError> {
        do throws(InitDataError) {
            return .success(try InitData(document: Array(text.utf8)))
        } catch { return .failure(error) }
    }

    @Test func documentIsKnown() throws {
        let encoded = InitDataBackend(coordinator: nil, policyPrefix: []).encode(policyRest: Array(policy.utf8))
        let content = try AnnotationContent(annotationValue: encoded.annotationValue)
        #expect(content == .initData(document: Array(Self.known.utf8), InitData(data: ["policy.rego": policy])))
        #expect(
            Hex.text(encoded.digest) == "9cc2597c2110d4778e35fc36b0c675773e93f045a040a996c23eb8e7b9387622")
        #expect(InitData(data: ["policy.rego": policy]).document == Array(Self.known.utf8))
    }

    @Test func coordinatorStandsBeforeThePolicy() throws {
        let backend = InitDataBackend(coordinator: CoordinatorInfo(workloadOwnerPubKeys: ["30"]), policyPrefix: [])
        let value = backend.encode(policyRest: Array(policy.utf8)).annotationValue
        guard case .initData(let document, let initData) = try AnnotationContent(annotationValue: value) else {
            Issue.record("not initdata")
            return
        }
        let expected = """
            [data]
            "contrast.coordinator" = '{"WorkloadOwnerPubKeys":["30"]}'
            "policy.rego" = '''
            """
        #expect(String(decoding: document, as: UTF8.self).contains(expected))
        #expect(initData.data.keys.sorted() == ["contrast.coordinator", "policy.rego"])
        #expect(initData.policy == policy)
    }

    @Test func annotationRoundTrips() throws {
        let start = Array("package agent_policy\n\nallow".utf8)
        let backend = InitDataBackend(coordinator: nil, policyPrefix: start)
        let encoded = backend.encode(policyRest: Array(policy.utf8.dropFirst(start.count)))
        #expect(encoded.annotationValue.starts(with: "H4sI".utf8) && !encoded.annotationValue.contains(0x0A))
        let content = try AnnotationContent(annotationValue: encoded.annotationValue)
        #expect(content == .initData(document: Array(Self.known.utf8), InitData(data: ["policy.rego": policy])))
        #expect(content.policyHash == "9cc2597c2110d4778e35fc36b0c675773e93f045a040a996c23eb8e7b9387622")
        #expect(Hex.text(encoded.digest) == content.policyHash)
        #expect(content.policy == policy)
    }

    @Test func whereAPolicyIsCutDoesNotMatterToItsDigest() {
        let text = Array(policy.utf8)
        let digests = Set(
            (0...text.count).map {
                InitDataBackend(coordinator: nil, policyPrefix: Array(text.prefix($0)))
                    .encode(policyRest: Array(text.dropFirst($0))).digest
            })
        #expect(digests.count == 1)
    }

    @Test func annotationOfAnotherCompilerIsRead() throws {
        let content = try AnnotationContent(annotationValue: Array(pythonAnnotation.utf8))
        #expect(content.policy == policy)
        #expect(content.policyHash == "9cc2597c2110d4778e35fc36b0c675773e93f045a040a996c23eb8e7b9387622")
    }

    @Test func oldAnnotationRoundTrips() throws {
        let value = AgentPolicyBackend.annotationValue(policy: Array(policy.utf8))
        #expect(String(decoding: value, as: UTF8.self) == "cGFja2FnZSBhZ2VudF9wb2xpY3kKCmFsbG93ID0gIngi")
        let content = try AnnotationContent(annotationValue: value)
        #expect(content == .policy(Array(policy.utf8)))
        #expect(content.policyHash == Hex.text(AgentPolicyBackend.digest(policy: Array(policy.utf8))))
    }

    @Test(arguments: [
        ("", "the annotation is not base64 text"), ("###", "the annotation is not base64 text"),
        ("H4sI", "the gzip stream is cut short"), ("//8=", "the annotation holds neither a gzip stream nor UTF-8 text"),
    ])
    func otherAnnotationsAreRefused(value: String, message: String) {
        #expect(throws: InitDataError(message)) { try AnnotationContent(annotationValue: Array(value.utf8)) }
    }

    @Test func algorithms() throws {
        for (name, size) in [("sha256", 32), ("sha-384", 48), ("sha512", 64)] {
            let text = Self.known.replacing("\"sha256\"", with: "'\(name)'")
            let initData = try InitData(document: Array(text.utf8))
            #expect(initData.algorithm.digest([]).count == size)
        }
    }

    @Test(arguments: [
        ("", "the initdata document has no 'version'"),
        ("version = '0.1.0'", "the initdata document has no 'algorithm'"),
        ("version = '0.2.0'\nalgorithm = 'sha256'", "unknown initdata version '0.2.0', expected '0.1.0'"),
        ("version = '0.1.0'\nalgorithm = 'md5'", "unknown algorithm 'md5'"),
        ("odd = 'x'", "unknown key 'odd' in an initdata document"),
        ("data = 'x'", "unknown key 'data' in an initdata document"),
        ("[data.more]\na = 'x'", "unknown key 'data.more.a' in an initdata document"),
    ])
    func otherDocumentsAreRefused(text: String, message: String) {
        guard case .failure(let error) = parse(text) else {
            Issue.record("the document was taken")
            return
        }
        #expect(error.message == message)
    }
}

@Suite struct TOMLTests {
    private func value(_ toml: String) throws -> String? {
        let text = "version = '0.1.0'\nalgorithm = 'sha256'\n[data]\nk = \(toml)\n"
        return try InitData(document: Array(text.utf8)).data["k"]
    }

    @Test(arguments: [
        "", "plain", "it's", "'", "''", "'''", "a'''b", "ends with '", "line\nline", "\nstarts", "\n", "ends\n",
        "line\nquote '", "a\n'''\nb", "a\nb\"\"\"c", "tab\there", "nul\u{0}", "\u{1}\n\u{1F}", "del\u{7F}", "cr\rx",
        "crlf\r\n", "back\\slash\n'''", "\"", "\"\"\"", "\u{E9}\u{1F600}\u{2028}\u{85}", "\\u0041", "x\\\n  y '''",
    ])
    func everyTextSurvives(text: String) throws {
        let keys = ["a.b", "plain", "", "quo\"te", "new\nline", "'"]
        let initData = InitData(data: Dictionary(uniqueKeysWithValues: keys.map { ($0, text) }))
        let read = try InitData(document: initData.document)
        for key in keys { #expect(read.data[key].map { Array($0.utf8) } == Array(text.utf8)) }
        #expect(
            !String(decoding: initData.document, as: UTF8.self).unicodeScalars.contains { $0 == "\r" || $0 == "\0" })
    }

    @Test func literalFormIsUsedWhereItCanBe() {
        func printed(_ text: String) -> String {
            String(decoding: InitData(data: ["k": text]).document, as: UTF8.self)
                .split(separator: "k = ", maxSplits: 1)[1].description
        }
        #expect(printed("a\n\"\\b") == "'''\na\n\"\\b'''\n")
        #expect(printed("a\nit's '' b") == "'''\na\nit's '' b'''\n")
        #expect(printed("a\n'''b") == "\"\"\"\na\n'''b\"\"\"\n")
        #expect(printed("a\nb'") == "\"\"\"\na\nb'\"\"\"\n")
        #expect(printed("a\n\u{7F}\"") == "\"\"\"\na\n\\u007F\\\"\"\"\"\n")
        #expect(printed("it's\u{1}") == "\"it's\\u0001\"\n")
        #expect(printed("") == "\"\"\n")
    }

    @Test func formsThatOthersWriteAreRead() throws {
        #expect(try value(#""a\tb\n\"\\\u00e9\U0001F600\b\f\r""#) == "a\tb\n\"\\\u{E9}\u{1F600}\u{8}\u{C}\r")
        #expect(try value("\"\"\"\r\na \\\n\n   b\"\"\"") == "a b")
        #expect(try value("\"\"\"a\\  \n b\"\"\"") == "ab")
        #expect(try value("'''''a'''''") == "''a''")
        #expect(try value("\"\"\"\"a\"\" b\"\"\"\"") == "\"a\"\" b\"")
        #expect(try value("'x' # comment") == "x")
        let dotted = "# c\n version='0.1.0'\r\nalgorithm = \"sha256\"\ndata.\"a.b\" = 'v'\ndata . c = 'w'"
        #expect(try InitData(document: Array(dotted.utf8)).data == ["a.b": "v", "c": "w"])
        let header = "version='0.1.0'\nalgorithm='sha256'\n[ \"data\" ] # t\n'a' = 'v'"
        #expect(try InitData(document: Array(header.utf8)).data == ["a": "v"])
    }

    @Test(arguments: [
        "1", "true", "[]", "{}", "", "\"", "'", "'''", "\"\"\"a\"\"", "'a' b", "\"\\x\"", "\"\\u12\"", "\"\\uD800\"",
        "\"\\u+123\"", "'a\nb'", "\"a\nb\"", "'\u{1}'", "\"\u{7F}\"", "'''\u{0}'''", "'a'\nk = 'b'", "'a'\n[data]",
        "'a'\n[[data]]", "'a'\n= 'b'", "'a'\n[x", "'a'\nk 'b'", "'a' # \u{1}", "'''a\r'''", "'''''''''",
        "'a'\na.b.c.d.e.f.g.h.i='x'",
    ])
    func malformedTextIsRefused(toml: String) { #expect(throws: InitDataError.self) { try value(toml) } }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: InitDataError("the initdata document is not valid UTF-8")) {
            try InitData(document: Array("version = '".utf8) + [0xFF] + Array("'".utf8))
        }
    }

    @Test func entriesAreLimited() {
        let many = (0...1024).map { "k\($0) = 'x'\n" }.joined()
        #expect(throws: InitDataError.self) { try InitData(document: Array("[data]\n\(many)".utf8)) }
    }
}

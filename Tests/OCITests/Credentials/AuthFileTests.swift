// SPDX-License-Identifier: Apache-2.0

import IR
import OCI
import Testing

@Suite struct AuthFileTests {
    static func lookUp(_ text: String, _ host: String, _ repository: String = "team/app") throws -> AuthFile.Lookup {
        try AuthFile.parse(Array(text.utf8)).lookUp(RegistryHost(host), repository: repository)
    }

    static func auth(_ user: String, _ password: String) -> String {
        "{\"auth\":\"\(Base64.text(Array("\(user):\(password)".utf8)))\"}"
    }

    static func password(_ user: String, _ password: String) -> AuthFile.Lookup {
        .credential(.password(user: user, password: password))
    }

    @Test func passwords() throws {
        let file = #"{"auths":{"registry.example":\#(Self.auth("alice", "a:b"))}}"#
        #expect(try Self.lookUp(file, "registry.example") == Self.password("alice", "a:b"))
        #expect(try Self.lookUp(file, "REGISTRY.example") == Self.password("alice", "a:b"))
    }

    /// A credential never goes to a host that merely looks like its own.
    @Test(arguments: [
        "evil-registry.example", "registry.example.evil.test", "registry.example:5000", "xregistry.example",
        "sub.registry.example", "example", "registry", "registry.exampl",
    ])
    func lookAlikeHosts(_ host: String) throws {
        let file = #"{"auths":{"registry.example":\#(Self.auth("alice", "s")),"https://registry.example/v1/":{}}}"#
        #expect(try Self.lookUp(file, host) == .none)
    }

    @Test(arguments: ["docker.io", "index.docker.io", "registry-1.docker.io"])
    func namesOfDockersRegistry(_ host: String) throws {
        let file = #"{"auths":{"https://index.docker.io/v1/":\#(Self.auth("alice", "s"))}}"#
        #expect(try Self.lookUp(file, host) == Self.password("alice", "s"))
    }

    @Test func theLongestPathCounts() throws {
        let file =
            #"{"auths":{"r.example":\#(Self.auth("all", "1")),"r.example/team":\#(Self.auth("team", "2")),"#
            + #""r.example/team/app":\#(Self.auth("app", "3"))}}"#
        #expect(try Self.lookUp(file, "r.example", "team/app") == Self.password("app", "3"))
        #expect(try Self.lookUp(file, "r.example", "team/other") == Self.password("team", "2"))
        #expect(try Self.lookUp(file, "r.example", "teams/app") == Self.password("all", "1"))
    }

    @Test func identityTokens() throws {
        let file = #"{"auths":{"r.example":{"identitytoken":"t0k"},"q.example":\#(Self.auth("<token>", "t1"))}}"#
        #expect(try Self.lookUp(file, "r.example") == .credential(.identityToken("t0k")))
        #expect(try Self.lookUp(file, "q.example") == .credential(.identityToken("t1")))
    }

    @Test func helpers() throws {
        let file =
            #"{"auths":{"r.example":{},"p.example":\#(Self.auth("a", "b"))},"#
            + #""credHelpers":{"h.example":"gcr"},"credsStore":"pass"}"#
        #expect(try Self.lookUp(file, "h.example") == .helper(name: "gcr", server: "h.example"))
        #expect(try Self.lookUp(file, "r.example") == .helper(name: "pass", server: "r.example"))
        #expect(try Self.lookUp(file, "docker.io") == .helper(name: "pass", server: "https://index.docker.io/v1/"))
        #expect(try Self.lookUp(file, "p.example") == Self.password("a", "b"))
    }

    @Test(arguments: [
        "", "[]", #"{"auths":{"r":{"auth":"!"}}}"#, #"{"credsStore":"../../bin/sh"}"#, #"{"credHelpers":{"r":"a b"}}"#,
        #"{"auths":{"r":{"auth":"bm9jb2xvbg=="}}}"#,
    ])
    func malformed(_ text: String) {
        #expect(throws: ImageError.self) { try AuthFile.parse(Array(text.utf8)) }
    }

    @Test func answersOfHelpers() throws {
        let answer = #"{"ServerURL":"x","Username":"<token>","Secret":"t"}"#
        #expect(try HelperAnswer.parse(Array(answer.utf8)) == .identityToken("t"))
        let error = #expect(throws: ImageError.self) { try HelperAnswer.parse(Array(#"{"Secret":"hunter2"}"#.utf8)) }
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func credentialsAreNotPrinted() {
        let credential = RegistryCredential.password(user: "alice", password: "hunter2")
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped] { #expect(!text.contains("hunter2")) }
    }

    @Test(arguments: [
        ("localhost", true), ("localhost:5000", true), ("127.0.0.1:5000", true), ("127.9.9.9", true),
        ("[::1]:5000", true),
        ("127.0.0.1.evil.test", false), ("localhost.evil.test", false), ("127.1", false), ("128.0.0.1", false),
        ("[::2]", false), ("127.0.0.256", false),
    ])
    func loopback(_ host: String, _ isLoopback: Bool) { #expect(RegistryHost(host).isLoopback == isLoopback) }
}

@Suite struct AuthChallengeTests {
    @Test func oneAndSeveral() {
        let one = AuthChallenge.parse([
            #"Bearer realm="https://t.example/token",service="r",scope="repository:a/b:pull,push""#
        ])
        #expect(one.map(\.scheme) == ["bearer"])
        #expect(
            one.first?.parameters == [
                "realm": "https://t.example/token", "service": "r", "scope": "repository:a/b:pull,push",
            ])
        let two = AuthChallenge.parse([#"Negotiate, Basic Realm = "a \"b\"" , charset=UTF-8"#])
        #expect(two.map(\.scheme) == ["negotiate", "basic"])
        #expect(two[1].parameters == ["realm": #"a "b""#, "charset": "UTF-8"])
    }

    @Test(arguments: ["", "=", "\"", "Bearer realm=\"unfinished", "Bearer \u{0}", ",,,", "a=b"])
    func damaged(_ field: String) { #expect(AuthChallenge.parse([field]).count <= 1) }
}

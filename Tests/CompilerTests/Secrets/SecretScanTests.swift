// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@testable import Compiler

/// Nothing here is a secret: what looks like one is put together at run time.
@Suite struct SecretScanTests {
    private static func random(_ count: Int) -> String {
        String(String(repeating: "aB3dE5gH7jK9mN1pQ4sT6vW8yZ2", count: 8).prefix(count))
    }

    private func kinds(_ text: String, _ name: String = "SETTING") -> [SecretKind] {
        SecretScan.matches(in: text, named: name).map(\.kind)
    }

    @Test(
        arguments: [
            ("AKIA", String("ABCDEFGHIJ234567"), .amazonKey), ("ghp_", random(36), .gitHubToken),
            ("github_pat_", random(70), .gitHubToken), ("glpat-", random(20), .gitLabToken),
            ("hf_", random(34), .huggingFaceToken), ("sk-ant-api03-", random(60), .languageModelKey),
            ("sk-", random(48), .languageModelKey), ("AIza", random(35), .googleKey),
            ("xoxb-", random(40), .slackToken),
            ("sk_live_", random(24), .stripeKey), ("npm_", random(36), .packageToken),
            ("hvs.", random(30), .vaultToken),
            ("dop_v1_", String(repeating: "0123456789abcdef", count: 4), .otherToken),
            ("AccountKey=", random(86), .azureKey),
            ("-----BEGIN RSA ", "PRIVATE KEY-----", .privateKey), ("-----BEGIN ", "PRIVATE KEY-----", .privateKey),
            ("-----BEGIN PGP ", "PRIVATE KEY BLOCK-----", .privateKey),
            ("eyJ\(random(20)).", "eyJ\(random(30)).\(random(43))", .jsonWebToken),
            ("postgres://app:", "s3same@db:5432/shop", .urlPassword),
        ] as [(String, String, SecretKind)])
    func formatsAreFound(_ start: String, _ rest: String, _ kind: SecretKind) {
        let secret = start + rest
        #expect(kinds(secret) == [kind])
        #expect(SecretScan.matches(in: "# settings\n\nmirror: \(secret)\n", named: "x") == [.init(kind: kind, line: 3)])
        // Part of something longer.
        #expect(kinds("a" + secret).allSatisfy { [.privateKey, .urlPassword, .randomText, .namedToken].contains($0) })
    }

    @Test(
        arguments: [
            ("DB_PASSWORD", "hunter2", .password), ("PGPASSWORD", "x1", .password), ("rootPasswd", "toor", .password),
            ("redis-pass", "s3", .password), ("API_KEY", "k3y5of9things", .namedToken),
            ("JWT_SECRET", "allinsmallletters", .namedToken),
            ("jwt.secret", "9f86d081884c7d65", .namedToken), ("accessToken", "abc123def", .namedToken),
            // The sign of the kelvin is a k in lower case.
            ("API_\u{212A}EY", "k3y5of9things", .namedToken), ("prüfPwd", "hunter2", .password),
            ("MD5_PASS", "hunter2", .password), ("SETTING", random(40), .randomText),
        ] as [(String, String, SecretKind)])
    func namesTell(_ name: String, _ value: String, _ kind: SecretKind) { #expect(kinds(value, name) == [kind]) }

    @Test(
        arguments: [
            ("DB_PASSWORD", ""), ("DB_PASSWORD", "$(OTHER)"), ("DB_PASSWORD", "${OTHER}"), ("DB_PASSWORD", "changeme"),
            ("DB_PASSWORD", "<your password>"), ("DB_PASSWORD", "/run/secrets/db"), ("DB_PASSWORD", "true"),
            ("DB_PASSWORD_FILE", "hunter2"), ("PASSWORD_POLICY", "strict9"), ("TOKEN_TTL", "36000sec1"),
            ("ALLOW_EMPTY_PASSWORD", "yes"), ("TLS_SECRET", "web-tls"), ("SECRET_NAME", "db1credentials"),
            ("API_KEY", "********"), ("checksum/secret", "9f86d081884c7d65"), ("AUTH_TOKEN", "jwt,key1=a,ttl=10m"),
            ("API_TOKEN", "service.example.org:8443"),
            ("TOKEN", "123e4567-e89b-12d3-a456-426614174000"), ("IMAGE_DIGEST", random(44)), ("KEYCLOAK", "hunter2"),
            ("MD5PASS", "hunter2"), ("ÄPWD", "hunter2"),
            ("SETTING", "io.kubernetes.SomeLongClassName1Impl"),
            ("SETTING", String(repeating: "0123456789abcdef", count: 4)),
            ("SETTING", "ghp_" + String(repeating: "x", count: 36)), ("SETTING", "https://example.org:8443/a@b"),
            ("SETTING", "http://user@host"), ("SETTING", "postgres://app:$(PW)@db"),
            ("SETTING", "-----BEGIN CERTIFICATE-----"),
        ] as [(String, String)])
    func othersAreNot(_ name: String, _ value: String) { #expect(kinds(value, name) == []) }

    @Test(arguments: [
        ("user=app\npassword=hunter2\n", [2]), ("password: hunter2", [1]), ("{\"password\": \"hunter2\"}", [1]),
        ("a:\n  db:\n    password: 'hunter2'", [3]), ("run --password hunter2 --user x", [1]),
        ("run --password=hunter2", [1]), ("export API_KEY=\"k3y5of9things\"\nexport DB_PASS=hunter2", [1, 2]),
    ])
    func settingsInTexts(_ text: String, _ lines: [Int]) {
        #expect(SecretScan.matches(in: text, named: "x").map(\.line) == lines)
    }

    @Test(arguments: [
        "# password=hunter2", "x\n  // password: hunter2", "; password=hunter2", "password = get_password()",
        "if [ \"$password\" == hunter2 ]", "password: {{ .Values.password }}", "token: self.token", "password: str",
        "--password --user x", "password_file=/x/y", "echo ${password:-hunter2}", "password::hunter2", "password:",
        "secret: web-tls", "password=$DB_PASSWORD", "  key: value\n",
    ])
    func codeIsNoSetting(_ text: String) { #expect(SecretScan.matches(in: text, named: "x") == []) }

    @Test func matchesAreLimited() {
        let text = String(repeating: "password=hunter2\n", count: 100)
        #expect(SecretScan.matches(in: text, named: "x").count == SecretScan.limit)
    }

    /// Much of what starts everything and ends nothing.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["glpat-", "eyJ.", "eyJ0123456789abcdef.", "a=", "://", ":a@", " ", "--password ", "-----BEGIN "])
    func hostileTextsTakeNoTime(_ unit: String) {
        let text = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
        #expect(SecretScan.matches(in: text, named: "x").count <= SecretScan.limit)
    }

    @Test(arguments: [
        ("*", true), ("*:DB_PASSWORD", true), ("Deployment/web:DB_PASSWORD", true), ("Deployment/*:DB_*", true),
        ("Deployment/web:*", true), ("Deployment/web:DB", false), ("Pod/web:*", false), ("*/web:*WORD", true),
        ("Deployment/web:DB_PASSWORD*", true), ("Deployment/we:*", false),
    ])
    func patterns(_ pattern: String, _ covers: Bool) throws {
        #expect(try #require(SecretAllowance(pattern)).covers("Deployment/web:DB_PASSWORD") == covers)
    }

    @Test(arguments: ["", "web", "DB_PASSWORD", "Deployment/web", "Deployment:x", "/"])
    func otherPatternsAreRefused(_ pattern: String) { #expect(SecretAllowance(pattern) == nil) }
}

// SPDX-License-Identifier: Apache-2.0

/// The forms of tokens that say what they are.
struct SecretFormat {
    var kind: SecretKind
    var prefix: [UInt8]
    /// Bytes after the prefix, at least.
    var length: Int
    var alphabet: Alphabet

    enum Alphabet {
        case upper, alphanumeric, hexadecimal
        /// Letters, digits, `-`, `_` and `.`.
        case url
    }

    private init(_ kind: SecretKind, _ prefix: String, _ length: Int, _ alphabet: Alphabet) {
        self.kind = kind
        self.prefix = Array(prefix.utf8)
        self.length = length
        self.alphabet = alphabet
    }

    private static let all: [SecretFormat] = [
        .init(.amazonKey, "AKIA", 16, .upper), .init(.amazonKey, "ASIA", 16, .upper),
        .init(.azureKey, "AccountKey=", 86, .url), .init(.googleKey, "AIza", 35, .url),
        .init(.googleKey, "GOCSPX-", 28, .url), .init(.googleKey, "ya29.", 40, .url),
        .init(.gitHubToken, "ghp_", 36, .alphanumeric), .init(.gitHubToken, "gho_", 36, .alphanumeric),
        .init(.gitHubToken, "ghu_", 36, .alphanumeric), .init(.gitHubToken, "ghs_", 36, .alphanumeric),
        .init(.gitHubToken, "ghr_", 36, .alphanumeric), .init(.gitHubToken, "github_pat_", 60, .url),
        .init(.gitLabToken, "glpat-", 20, .url), .init(.gitLabToken, "gldt-", 20, .url),
        .init(.huggingFaceToken, "hf_", 30, .alphanumeric), .init(.huggingFaceToken, "api_org_", 30, .alphanumeric),
        .init(.languageModelKey, "sk-ant-", 32, .url), .init(.languageModelKey, "sk-proj-", 32, .url),
        .init(.languageModelKey, "sk-", 40, .alphanumeric), .init(.languageModelKey, "gsk_", 40, .alphanumeric),
        .init(.slackToken, "xoxb-", 20, .url), .init(.slackToken, "xoxp-", 20, .url),
        .init(.slackToken, "xoxa-", 20, .url), .init(.slackToken, "xapp-", 20, .url),
        .init(.stripeKey, "sk_live_", 20, .alphanumeric), .init(.stripeKey, "rk_live_", 20, .alphanumeric),
        .init(.stripeKey, "sk_test_", 20, .alphanumeric), .init(.packageToken, "npm_", 36, .alphanumeric),
        .init(.packageToken, "pypi-", 50, .url), .init(.packageToken, "dckr_pat_", 24, .url),
        .init(.vaultToken, "hvs.", 24, .url), .init(.otherToken, "SG.", 60, .url),
        .init(.otherToken, "dop_v1_", 64, .hexadecimal), .init(.otherToken, "glsa_", 32, .url),
    ]

    private static let byFirstByte = (0...UInt8.max).map { byte in all.filter { $0.prefix[0] == byte } }

    /// The token that a text starts with, and how many bytes of it were looked at.
    static func match(_ bytes: ArraySlice<UInt8>) -> (kind: SecretKind, count: Int)? {
        guard let first = bytes.first else { return nil }
        for format in byFirstByte[Int(first)] where bytes.starts(with: format.prefix) {
            let rest = bytes.dropFirst(format.prefix.count).prefix(format.length)
            guard rest.count == format.length, rest.allSatisfy(format.holds), isVaried(rest) else { continue }
            return (format.kind, format.prefix.count + rest.count)
        }
        return jsonWebToken(bytes).map { (.jsonWebToken, $0) }
    }

    private func holds(_ byte: UInt8) -> Bool {
        switch (alphabet, byte) {
        case (.upper, 0x41...0x5A), (.upper, 0x30...0x39): true
        case (.hexadecimal, 0x30...0x39), (.hexadecimal, 0x61...0x66): true
        case (.alphanumeric, _): byte.isAlphanumeric
        case (.url, _): byte.isAlphanumeric || "-_./+".utf8.contains(byte)
        default: false
        }
    }

    /// Documentation writes `ghp_xxxxxxxx`.
    private static func isVaried(_ bytes: ArraySlice<UInt8>) -> Bool { Set(bytes).count >= 8 }

    private static func isBase64URL(_ byte: UInt8) -> Bool { byte.isAlphanumeric || "-_".utf8.contains(byte) }
    private static let longestHeader = 512

    /// Parts in base64url with dots between them, of which the first two are JSON objects.
    private static func jsonWebToken(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.starts(with: "eyJ".utf8) else { return nil }
        let header = bytes.prefix(longestHeader).prefix(while: isBase64URL)
        let rest = bytes.dropFirst(header.count)
        guard header.count >= 16, rest.starts(with: ".eyJ".utf8),
            rest.dropFirst().prefix(16).count(where: isBase64URL) == 16
        else { return nil }
        return header.count + 17
    }

    /// Whether a PEM block with a private key starts here.
    static func isPrivateKey(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.starts(with: "-----BEGIN ".utf8) else { return false }
        let label = bytes.dropFirst(11).prefix(32).prefix { $0 == 0x20 || 0x41...0x5A ~= $0 }
        let text = String(decoding: label, as: UTF8.self)
        return text.hasSuffix("PRIVATE KEY") || text.hasSuffix("PRIVATE KEY BLOCK")
    }
}

extension UInt8 {
    var isAlphanumeric: Bool { 0x30...0x39 ~= self || 0x41...0x5A ~= self || 0x61...0x7A ~= self }
}

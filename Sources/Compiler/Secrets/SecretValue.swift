// SPDX-License-Identifier: Apache-2.0

/// Whether a text can be the secret that its name promises, or looks like one without a name.
enum SecretValue {
    static let longest = 256

    static func fits(_ kind: SecretKind, _ text: some StringProtocol) -> Bool {
        guard (1...longest).contains(text.utf8.count), text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            !isPlaceholder(text)
        else { return false }
        return kind == .password || isGenerated(text)
    }

    /// A word alone, such as the value of a variable, needs no digits to be a token.
    static func fitsAlone(_ kind: SecretKind, _ text: some StringProtocol) -> Bool {
        fits(kind, text)
            || text.utf8.count >= 8 && text.utf8.count <= longest && text.utf8.allSatisfy(\.isAlphanumeric)
                && !isPlaceholder(text)
    }

    /// References, paths, and words that stand where a secret goes.
    static func isPlaceholder(_ text: some StringProtocol) -> Bool {
        let lower = text.lowercased()
        if Set(lower.utf8).count == 1 || words.contains(lower) { return true }
        if ["$", "/", "./", "~/", "{{", "<", "%(", "*", "[", "("].contains(where: lower.hasPrefix) { return true }
        return parts.contains(where: lower.contains)
    }

    private static let words: Set<String> = [
        "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "undefined", "disabled", "enabled",
        "required",
        "optional", "todo", "string", "default", "auto", "empty", "value", "foo", "bar",
    ]
    private static let parts = [
        "${", "$(", "{{", "://", "changeme", "change-me", "change_me", "change me", "replaceme", "replace-", "replace_",
        "placeholder", "redacted", "your-", "your_", "<", "xxxx", "example", "dummy", "vault:", "file:", "env:",
    ]

    /// Not a name of something: at least eight bytes, with letters and digits that are not only at its end.
    private static func isGenerated(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count >= 8 else { return false }
        let bytes = Array(text.utf8)
        let stem = bytes.prefix(through: bytes.lastIndex { !(0x30...0x39 ~= $0) } ?? 0)
        let isMixed = stem.contains { 0x30...0x39 ~= $0 } && stem.contains { $0.isAlphanumeric && $0 > 0x39 }
        let isHost =
            bytes.contains(UInt8(ascii: ".")) && bytes.allSatisfy { $0.isAlphanumeric || ".-:".utf8.contains($0) }
        return isMixed && !isHost && !bytes.contains(UInt8(ascii: ",")) && !(bytes.count == 36 && isUUID(bytes))
    }

    private static func isUUID(_ bytes: [UInt8]) -> Bool {
        bytes.enumerated().allSatisfy { index, byte in
            [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : byte.isAlphanumeric
        }
    }

    /// One word of base64 whose bytes change between capitals, small letters and digits as chance would have it.
    static func isRandom(_ text: some StringProtocol) -> Bool {
        guard (24...longest).contains(text.utf8.count) else { return false }
        var counts = [Int](repeating: 0, count: 256)
        var (upper, lower, digits, changes) = (0, 0, 0, 0)
        var previous = -1
        for byte in text.utf8 {
            let group: Int
            switch byte {
            case 0x41...0x5A: (group, upper) = (0, upper + 1)
            case 0x61...0x7A: (group, lower) = (1, lower + 1)
            case 0x30...0x39: (group, digits) = (2, digits + 1)
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: "_"):
                group = previous
            default: return false
            }
            if previous >= 0, group != previous { changes += 1 }
            previous = group
            counts[Int(byte)] += 1
        }
        let count = text.utf8.count
        guard upper > 0, lower > 0, digits > 0, changes * 10 >= count * 4 else { return false }
        // Of its bytes, none makes up a fifth, and at least half of what is possible occurs.
        return counts.max() ?? 0 <= count / 5 && counts.count { $0 > 0 } >= min(count, 64) / 2
    }
}

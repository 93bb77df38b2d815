// SPDX-License-Identifier: Apache-2.0

/// Finds secrets in a text, which may be a file of settings, a script or one word.
struct SecretScan {
    struct Match: Equatable {
        var kind: SecretKind
        /// One-based.
        var line: Int
    }

    /// Matches that are reported of one text.
    static let limit = 5

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var isComment = false
    private var matches: [Match] = []

    /// - Parameter name: of the variable or key that the text is the value of.
    static func matches(in text: String, named name: String) -> [Match] {
        if let kind = SecretName.kind(of: name), SecretValue.fitsAlone(kind, text) {
            return [Match(kind: kind, line: 1)]
        }
        var scan = SecretScan(bytes: Array(text.utf8))
        scan.run()
        if scan.matches.isEmpty, SecretValue.isRandom(text), !SecretName.isPublic(name) {
            return [Match(kind: .randomText, line: 1)]
        }
        return scan.matches
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        isComment = startsComment(0)
    }

    private mutating func run() {
        while at < bytes.count, matches.count < Self.limit {
            let byte = bytes[at]
            switch byte {
            case 0x0A:
                line += 1
                isComment = startsComment(at + 1)
            case UInt8(ascii: "-") where SecretFormat.isPrivateKey(bytes[at...]): add(.privateKey)
            case UInt8(ascii: ":") where bytes[at...].starts(with: "://".utf8): url()
            case UInt8(ascii: ":"), UInt8(ascii: "="): assignment(byte)
            case UInt8(ascii: " "): option()
            case _ where byte.isAlphanumeric && (at == 0 || !Self.isJoint(bytes[at - 1])):
                if let found = SecretFormat.match(bytes[at...]) {
                    add(found.kind)
                    at += found.count - 1
                }
            default: break
            }
            at += 1
        }
    }

    private mutating func add(_ kind: SecretKind) {
        let match = Match(kind: kind, line: line)
        if matches.last != match { matches.append(match) }
    }

    private static func isJoint(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }

    private static func isOfNames(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private func startsComment(_ start: Int) -> Bool {
        let text = bytes[min(start, bytes.count)...].drop { $0 == 0x20 || $0 == 0x09 }.prefix(2)
        return text.first == UInt8(ascii: "#") || text.first == UInt8(ascii: ";") || text.elementsEqual("//".utf8)
    }

    private static let isInAuthority = (0...UInt8.max).map { byte in
        0x21...0x7E ~= byte && !"/?#\"'<>`\\".utf8.contains(byte)
    }

    /// `scheme://user:password@host`.
    private mutating func url() {
        let authority = bytes[(at + 3)...].prefix { Self.isInAuthority[Int($0)] }
        at += 2
        guard let end = authority.lastIndex(of: UInt8(ascii: "@")),
            let colon = authority[..<end].firstIndex(of: UInt8(ascii: ":"))
        else { return }
        let password = String(decoding: authority[(colon + 1)..<end], as: UTF8.self)
        if SecretValue.fits(.password, password) { add(.urlPassword) }
    }

    /// `name=value`, `name: value`, `"name": "value"`.
    private mutating func assignment(_ separator: UInt8) {
        guard !isComment, let name = name(before: at), let kind = SecretName.kind(of: name) else { return }
        var start = at + 1
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        // `a::b` and `a:b` are no settings.
        if separator == UInt8(ascii: ":"), start == at + 1, !isQuote(start) { return }
        if isSecret(value(start), kind) { add(kind) }
    }

    /// `--name value`.
    private mutating func option() {
        guard !isComment, at > 0, bytes[at - 1] != 0x20, let name = name(before: at), name.hasPrefix("--"),
            let kind = SecretName.kind(of: name)
        else { return }
        if isSecret(value(at + 1), kind) { add(kind) }
    }

    /// Longer names are none.
    private static let nameLimit = 64
    /// Spaces between a name and what follows it.
    private static let spaceLimit = 32

    private func name(before end: Int) -> String? {
        var last = end
        while last > 0, end - last < Self.spaceLimit, bytes[last - 1] == 0x20 { last -= 1 }
        if last > 0, bytes[last - 1] == UInt8(ascii: "\"") || bytes[last - 1] == UInt8(ascii: "'") { last -= 1 }
        var first = last
        while first > 0, last - first <= Self.nameLimit, Self.isOfNames(bytes[first - 1]) { first -= 1 }
        // A reference such as `$PASSWORD` is compared, not set.
        guard first < last, last - first <= Self.nameLimit, first == 0 || !"${(".utf8.contains(bytes[first - 1]) else {
            return nil
        }
        let name = bytes[first..<last]
        return SecretName.mayBeSecret(name) ? String(decoding: name, as: UTF8.self) : nil
    }

    private func isQuote(_ index: Int) -> Bool {
        index < bytes.count && (bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'"))
    }

    private func value(_ start: Int) -> String? {
        guard start < bytes.count else { return nil }
        if isQuote(start) {
            let quote = bytes[start]
            let text = bytes[(start + 1)...].prefix(SecretValue.longest + 1).prefix { $0 != quote && $0 != 0x0A }
            return String(decoding: text, as: UTF8.self)
        }
        let text = bytes[start...].prefix(SecretValue.longest + 1).prefix {
            0x21...0x7E ~= $0 && !",;\"'`)]}&|\\".utf8.contains($0)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// In the midst of a text more is asked of a value than when it stands alone, for it may be code.
    private func isSecret(_ value: String?, _ kind: SecretKind) -> Bool {
        guard let value, value.utf8.count >= 4, !value.utf8.contains(where: "(){}<>[]|*=".utf8.contains) else {
            return false
        }
        return SecretValue.fits(kind, value) && SecretName.kind(of: value) == nil && !value.hasPrefix("-")
    }
}

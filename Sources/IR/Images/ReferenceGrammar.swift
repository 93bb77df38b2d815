// SPDX-License-Identifier: Apache-2.0

/// The character rules of the OCI distribution specification's references, over bytes.
enum ReferenceGrammar {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte) || isUpper(byte) }

    /// `[a-z0-9]+ (separator [a-z0-9]+)*` with a separator of `.`, `_`, `__` or any number of `-`.
    static func isPathComponent(_ text: some Collection<UInt8>) -> Bool {
        var separator: [UInt8] = []
        var isEmpty = true
        for byte in text {
            if isLower(byte) || isDigit(byte) {
                guard separator.isEmpty || (!isEmpty && isSeparator(separator)) else { return false }
                separator = []
                isEmpty = false
            } else {
                separator.append(byte)
            }
        }
        return !isEmpty && separator.isEmpty
    }

    private static func isSeparator(_ bytes: [UInt8]) -> Bool {
        bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")] || bytes == Array("__".utf8)
            || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }

    /// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
    static func isTag(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, text.count <= 128, isAlphanumeric(first) || first == UInt8(ascii: "_") else {
            return false
        }
        return text.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
    }

    /// A host name, an IPv4 address or an IPv6 address in brackets, with an optional port.
    static func isRegistry(_ text: some StringProtocol) -> Bool {
        var host = Array(text.utf8)
        if let colon = host.lastIndex(of: UInt8(ascii: ":")), host.last != UInt8(ascii: "]") {
            let port = host[(colon + 1)...]
            guard !port.isEmpty, port.count <= 5, port.allSatisfy(isDigit) else { return false }
            host.removeSubrange(colon...)
        }
        if host.first == UInt8(ascii: "[") {
            guard host.last == UInt8(ascii: "]"), host.count >= 4 else { return false }
            return host.dropFirst().dropLast().allSatisfy {
                isDigit($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0) || $0 == UInt8(ascii: ":")
            }
        }
        return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }
}

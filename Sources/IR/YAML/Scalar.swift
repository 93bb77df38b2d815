// SPDX-License-Identifier: Apache-2.0

/// What a scalar means to Kubernetes: YAML as sigs.k8s.io/yaml reads it, which follows YAML 1.1 with additions.
package enum Scalar: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int128)
    case double(Double)
    case string

    /// The meaning of a plain scalar.
    package init(plain text: some Collection<UInt8>) {
        self =
            text.withContiguousStorageIfAvailable { Self.meaning(UnsafeRawBufferPointer($0)) }
            ?? Array(text).withUnsafeBytes(Self.meaning)
    }

    /// The same, for who reads many.
    package init(plain text: UnsafeRawBufferPointer) { self = Self.meaning(text) }

    private enum Start { case word, number, other }

    private static func start(_ first: UInt8) -> Start {
        switch first {
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
            UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "o"),
            UInt8(ascii: "O"):
            .word
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): .number
        default: .other
        }
    }

    private static func meaning(_ text: UnsafeRawBufferPointer) -> Scalar {
        guard let first = text.first else { return .null }
        return switch start(first) {
        case .word: text.count <= 5 ? word(packed(text)) : .string
        case .number: text.count <= 400 ? number(text) : .string
        case .other: .string
        }
    }

    /// Whether a plain scalar that begins so, or is empty, may be something else than a string.
    static func mayMean(_ first: UInt8?) -> Bool {
        guard let first else { return true }
        return switch start(first) {
        case .word, .number: true
        case .other: false
        }
    }

    /// Up to eight bytes as one number.
    private static func packed(_ text: some Sequence<UInt8>) -> UInt64 { text.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func words(_ texts: String...) -> [UInt64] { texts.map { packed($0.utf8) } }
    private static let nulls = words("~", "null", "Null", "NULL")
    private static let yes = words("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
    private static let no = words("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")

    private static func word(_ packed: UInt64) -> Scalar {
        if nulls.contains(packed) { return .null }
        return yes.contains(packed) ? .bool(true) : no.contains(packed) ? .bool(false) : .string
    }

    /// What any number, in any of its forms, may consist of.
    private static let numberCharacters: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for byte in "0123456789abcdefABCDEFxXoO+-._iInN".utf8 { table[Int(byte)] = true }
        return table
    }()

    private static func number(_ text: UnsafeRawBufferPointer) -> Scalar {
        if text.count == 1 || text[0] != UInt8(ascii: "0"), text.count <= 18,
            text.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        {
            return .integer(Int128(text.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }))
        }
        guard text.allSatisfy({ numberCharacters[Int($0)] }) else { return .string }
        return number(String(decoding: text, as: UTF8.self))
    }

    private static func number(_ text: String) -> Scalar {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        default: break
        }
        let plain = text.filter { $0 != "_" }
        if let integer = integer(plain) { return .integer(integer) }
        if isFloat(plain), let double = Double(plain), double.isFinite { return .double(double) }
        return .string
    }

    /// Integers with the prefixes 0x, 0o, 0b and the old octal form of a leading zero, in 64 bits.
    private static func integer(_ text: String) -> Int128? {
        var digits = Substring(text)
        let negative = digits.hasPrefix("-")
        if negative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        guard let first = digits.utf8.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else { return nil }
        var radix = 10
        if first == UInt8(ascii: "0"), digits.utf8.count > 1 {
            switch digits.utf8.dropFirst().first {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): radix = 16
            case UInt8(ascii: "o"), UInt8(ascii: "O"): radix = 8
            case UInt8(ascii: "b"), UInt8(ascii: "B"): radix = 2
            default:
                guard let value = Int128(digits, radix: 8) else { return nil }
                return bounded(negative ? -value : value)
            }
            digits = digits.dropFirst(2)
            guard digits.first?.isHexDigit == true else { return nil }
        }
        guard let value = Int128(digits, radix: radix) else { return nil }
        return bounded(negative ? -value : value)
    }

    private static func bounded(_ value: Int128) -> Int128? {
        value >= Int128(Int64.min) && value <= Int128(UInt64.max) ? value : nil
    }

    /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
    private static func isFloat(_ text: String) -> Bool {
        var rest = Substring(text).utf8
        func takeDigits() -> Int {
            let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ characters: Unicode.Scalar...) -> Bool {
            guard let first = rest.first, characters.contains(where: { UInt8(ascii: $0) == first }) else {
                return false
            }
            rest = rest.dropFirst()
            return true
        }
        _ = take("-", "+")
        let whole = takeDigits()
        let fraction = take(".") ? takeDigits() : 0
        guard whole + fraction > 0 else { return false }
        if take("e", "E") {
            _ = take("-", "+")
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

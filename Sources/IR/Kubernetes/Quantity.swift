// SPDX-License-Identifier: Apache-2.0

/// An amount of a resource as Kubernetes writes it: a decimal number with an SI suffix (`n u m k M G T P E`), a binary
/// one (`Ki Mi Gi Ti Pi Ei`) or an exponent (`e3`, `E-3`).
///
/// Exact to a billionth; what is finer is rounded up, as Kubernetes does. No resource is negative or larger than
/// 2⁶³-1, so such amounts are no quantities here.
package struct Quantity: Sendable, Hashable, Comparable {
    /// Billionths, at most 2⁶³-1 units.
    private let nano: Int128

    private static let nanoPerUnit: Int128 = 1_000_000_000
    private static let largest = Int128(Int64.max) * nanoPerUnit

    /// `nil` when the text is not a quantity, or out of range.
    package init?(_ text: String) {
        var bytes = text.utf8[...]
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            isNegative = sign == UInt8(ascii: "-")
            bytes = bytes.dropFirst()
        }
        guard let (digits, fractionDigits, suffix) = Self.number(bytes), let scale = Self.scale(suffix) else {
            return nil
        }
        guard !(isNegative && digits > 0) else { return nil }
        let exponent = scale.decimal - fractionDigits + 9
        guard let nano = Self.scaled(digits, binary: scale.binary, decimal: exponent), nano <= Self.largest else {
            return nil
        }
        self.nano = nano
    }

    package static func < (left: Quantity, right: Quantity) -> Bool { left.nano < right.nano }

    /// Thousandths, rounded up; `Int64.max` at most.
    package var milliRoundedUp: Int64 { Int64(clamping: Self.divideUp(nano, by: 1_000_000)) }

    /// Whole units, rounded up.
    package var unitsRoundedUp: Int64 { Int64(clamping: Self.divideUp(nano, by: Self.nanoPerUnit)) }

    /// The amount when it is a whole number.
    package var integer: Int64? { nano % Self.nanoPerUnit == 0 ? unitsRoundedUp : nil }

    /// Bytes for a reader: in Mi when that is exact, else in Ki, else plain.
    package static func memoryText(bytes: Int64) -> String {
        if bytes % (1 << 20) == 0, bytes != 0 { return "\(bytes >> 20)Mi" }
        if bytes % (1 << 10) == 0, bytes != 0 { return "\(bytes >> 10)Ki" }
        return String(bytes)
    }

    /// All digits as one integer, how many of them follow the point, and the rest of the text. Zeros at the end of the
    /// fraction do not count, so that they cannot make a number too long.
    private static func number(_ bytes: Substring.UTF8View) -> (Int128, Int, Substring.UTF8View)? {
        let whole = bytes.prefix(while: isDigit)
        var rest = bytes[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        while fraction.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
        var digits: Int128 = 0
        for part in [whole, fraction] {
            for byte in part {
                let (tens, tooLarge) = digits.multipliedReportingOverflow(by: 10)
                let (sum, stillTooLarge) = tens.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
                guard !tooLarge, !stillTooLarge else { return nil }
                digits = sum
            }
        }
        return (digits, fraction.count, rest)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    /// The power of two and the power of ten that a suffix stands for.
    private static func scale(_ suffix: Substring.UTF8View) -> (binary: Int, decimal: Int)? {
        switch String(suffix) {
        case "": return (0, 0)
        case "n": return (0, -9)
        case "u": return (0, -6)
        case "m": return (0, -3)
        case "k": return (0, 3)
        case "M": return (0, 6)
        case "G": return (0, 9)
        case "T": return (0, 12)
        case "P": return (0, 15)
        case "E": return (0, 18)
        case "Ki": return (10, 0)
        case "Mi": return (20, 0)
        case "Gi": return (30, 0)
        case "Ti": return (40, 0)
        case "Pi": return (50, 0)
        case "Ei": return (60, 0)
        case let text where text?.utf8.first.map { $0 | 0x20 } == UInt8(ascii: "e"):
            return suffix.count > 1 ? String(suffix.dropFirst()).flatMap { Int16($0) }.map { (0, Int($0)) } : nil
        default: return nil
        }
    }

    /// `digits` · 2^`binary` · 10^`decimal`, rounded up.
    private static func scaled(_ digits: Int128, binary: Int, decimal: Int) -> Int128? {
        guard digits > 0 else { return 0 }
        var (value, overflow) = digits.multipliedReportingOverflow(by: Int128(1) << Int128(binary))
        guard !overflow else { return nil }
        if decimal >= 0 {
            for _ in 0..<min(decimal, 40) {
                (value, overflow) = value.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
            }
            return value
        }
        guard decimal >= -38 else { return 1 }
        var divisor: Int128 = 1
        for _ in 0..<(-decimal) { divisor *= 10 }
        return divideUp(value, by: divisor)
    }

    private static func divideUp(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder == 0 ? quotient : quotient + 1
    }
}

// SPDX-License-Identifier: Apache-2.0

extension Scalar {
    /// The text that Kubernetes makes of a key that is none; `nil` for what stays as it is written.
    package var keyText: String? {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): Self.keyText(Float(value))
        case .string, .null: nil
        }
    }

    /// The same for a quantity, of which no digits are lost.
    var quantityText: String? {
        guard case .double(let value) = self else { return keyText }
        let isWhole = abs(value) < 1_000_000 && value == value.rounded()
        return isWhole ? String(Int(value)) : String(value)
    }

    /// As Go prints a number of 32 bits that is rounded to no more digits than tell it from all others: format `g`, but
    /// for what is no number.
    private static func keyText(_ value: Float) -> String {
        if value.isNaN { return ".nan" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return sign + ".inf" }
        if value.isZero { return sign + "0" }
        // Digits, perhaps with a point among them, perhaps with an exponent behind them.
        let parts = value.magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = mantissa.joined()[...]
        var exponent = mantissa[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.first == "0" {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.last == "0" { digits.removeLast() }
        if exponent < -4 || exponent >= 6 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let magnitude = String(exponent.magnitude)
            return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+")
                + (magnitude.count < 2 ? "0" : "") + magnitude
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
        let fraction = digits.dropFirst(exponent + 1)
        return sign + whole + zeros + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// Whether Kubernetes makes another text of a key, or might.
    package var hasKeyText: Bool {
        switch self {
        case .bool, .integer, .double: true
        case .string, .null: false
        }
    }
}

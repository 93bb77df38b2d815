// SPDX-License-Identifier: Apache-2.0

/// Makes text of the input safe to show on a terminal, and measures it there.
enum DisplayText {
    /// The text with every control character replaced by a visible one, so that no input can move the cursor, recolour
    /// the screen or reorder what is shown.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { harmless($0) != $0 }) else { return text }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text.unicodeScalars.map(harmless))
        return String(result)
    }

    static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
        default: scalar
        }
    }

    /// Columns that a terminal gives a scalar: none for marks, two for East Asian wide characters and emoji.
    static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

/// One line of source as a terminal shows it, and the marks below it.
struct Excerpt {
    var source: String
    var marks: String

    /// Scalars shown before and after the start of the range in a line that is too long to show.
    private static let before = 60
    private static let after = 100
    private static let tabStop = 4

    /// - Parameters:
    ///   - columns: one-based scalars of the line that the range covers, end exclusive; an empty range gets one caret.
    init(line: String, columns: Range<Int>) {
        let scalars = line.unicodeScalars
        let first = columns.lowerBound - 1
        let skipped = first > Self.before + Self.after ? first - Self.before : 0
        source = skipped > 0 ? "…" : ""
        marks = skipped > 0 ? " " : ""
        var width = source.unicodeScalars.count
        var index = skipped
        for scalar in scalars.dropFirst(skipped) {
            if index > first + Self.after {
                source += "…"
                break
            }
            let isTab = scalar == "\t"
            let columnsHere =
                isTab ? Self.tabStop - width % Self.tabStop : DisplayText.width(DisplayText.harmless(scalar))
            if isTab {
                source += String(repeating: " ", count: columnsHere)
            } else {
                source.unicodeScalars.append(DisplayText.harmless(scalar))
            }
            mark(index, columns, count: columnsHere)
            width += columnsHere
            index += 1
        }
        if first >= index { mark(first, columns, count: 1) }
    }

    private mutating func mark(_ index: Int, _ columns: Range<Int>, count: Int) {
        let column = index + 1
        if column < columns.lowerBound {
            marks += String(repeating: " ", count: count)
        } else if column == columns.lowerBound {
            marks += "^" + String(repeating: columns.count > 1 ? "~" : " ", count: max(0, count - 1))
        } else if column < columns.upperBound {
            marks += String(repeating: "~", count: count)
        }
    }
}

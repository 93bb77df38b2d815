// SPDX-License-Identifier: Apache-2.0

/// A unified diff of two texts, line by line, as `diff -u` and `git apply` read it.
package struct UnifiedDiff: Sendable {
    /// Unchanged lines around a change.
    package var context: Int
    /// For display only: longer lines are cut to this many bytes and say how long they were. Such a diff cannot be
    /// applied.
    package var lineLimit: Int?

    package init(context: Int = 3, lineLimit: Int? = nil) {
        self.context = max(0, context)
        self.lineLimit = lineLimit.map { max(1, $0) }
    }

    /// The diff; empty when the texts are equal.
    ///
    /// - Parameters:
    ///   - old: `nil` for a file that is not there yet, as `new` is for one that goes.
    ///   - name: the path behind `a/` and `b/`.
    package func text(old: [UInt8]?, new: [UInt8]?, name: String) -> [UInt8] {
        text(
            old: old ?? [], new: new ?? [], oldName: old == nil ? "/dev/null" : Self.quoted("a/" + name),
            newName: new == nil ? "/dev/null" : Self.quoted("b/" + name))
    }

    private func text(old: [UInt8], new: [UInt8], oldName: String, newName: String) -> [UInt8] {
        guard old != new else { return [] }
        let oldLines = Self.lines(old)
        let newLines = Self.lines(new)
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            if let known = numbers[line] { return known }
            let next = numbers.count
            numbers[line] = next
            return next
        }
        let matches = EditScript.matches(old: oldLines.map(number), new: newLines.map(number))
        var out = Array("--- \(oldName)\n+++ \(newName)\n".utf8)
        for hunk in Hunk.all(matches, oldCount: oldLines.count, newCount: newLines.count, context: context) {
            out += Array("@@ -\(Self.range(hunk.old)) +\(Self.range(hunk.new)) @@\n".utf8)
            for part in hunk.parts {
                switch part {
                case .keep(let range): for index in range { append(" ", oldLines[index], to: &out) }
                case .remove(let range): for index in range { append("-", oldLines[index], to: &out) }
                case .insert(let range): for index in range { append("+", newLines[index], to: &out) }
                }
            }
        }
        return out
    }

    /// Lines with their line feeds.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? text.count
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    /// A range of lines as a hunk's header has it: one-based, the length only when it is not one; of an empty range the
    /// line before it.
    private static func range(_ range: Range<Int>) -> String {
        switch range.count {
        case 0: "\(range.lowerBound),0"
        case 1: "\(range.lowerBound + 1)"
        default: "\(range.lowerBound + 1),\(range.count)"
        }
    }

    private func append(_ mark: Unicode.Scalar, _ line: ArraySlice<UInt8>, to out: inout [UInt8]) {
        out.append(UInt8(ascii: mark))
        let isComplete = line.last == 0x0A
        let content = isComplete ? line.dropLast() : line
        if let lineLimit, content.count > lineLimit {
            var end = content.startIndex + lineLimit
            while end > content.startIndex, content[end] & 0xC0 == 0x80 { end -= 1 }
            out += content[..<end]
            out += Array("… (\(content.count) bytes)".utf8)
        } else {
            out += content
        }
        out += Array(isComplete ? "\n".utf8 : "\n\\ No newline at end of file\n".utf8)
    }

    /// A name with control characters, quotes or backslashes in C's quotes, as git writes it.
    private static func quoted(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }) else { return name }
        var out: [UInt8] = [0x22]
        for byte in name.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0..<0x20, 0x7F:
                let octal = String(byte, radix: 8)
                out += Array("\\\(String(repeating: "0", count: 3 - octal.utf8.count))\(octal)".utf8)
            default: out.append(byte)
            }
        }
        return String(decoding: out + [0x22], as: UTF8.self)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Applies a unified diff strictly: every position and every line must fit.
enum Patcher {
    struct Misfit: Error {
        var reason: String
    }

    static func apply(_ diff: [UInt8], to old: [UInt8]) throws -> [UInt8] {
        let source = lines(old)
        var result: [UInt8] = []
        var at = 0
        var rows = lines(diff)[...]
        if rows.isEmpty { return old }
        rows = rows.dropFirst(2)
        while let header = rows.popFirst() {
            let parts = String(decoding: header, as: UTF8.self).split(separator: " ")
            guard parts.count == 4, parts[0] == "@@" else { throw Misfit(reason: "header \(parts)") }
            var (start, oldCount) = try range(parts[1])
            var (newStart, newCount) = try range(parts[2])
            start -= oldCount == 0 ? 0 : 1
            newStart -= newCount == 0 ? 0 : 1
            guard start >= at else { throw Misfit(reason: "hunks overlap") }
            while at < start {
                result += source[at]
                at += 1
            }
            guard lines(result).count == newStart else { throw Misfit(reason: "the new start is \(newStart)") }
            while oldCount > 0 || newCount > 0 {
                guard var row = rows.popFirst(), !row.isEmpty else { throw Misfit(reason: "short") }
                let mark = row.removeFirst()
                if rows.first?.first == UInt8(ascii: "\\") {
                    rows.removeFirst()
                    row.removeLast()
                }
                if mark != UInt8(ascii: "+") {
                    guard at < source.count, source[at] == row else { throw Misfit(reason: "line \(at)") }
                    at += 1
                    oldCount -= 1
                }
                if mark != UInt8(ascii: "-") {
                    result += row
                    newCount -= 1
                }
            }
        }
        return result + source[at...].joined()
    }

    private static func range(_ text: Substring) throws -> (Int, Int) {
        let numbers = text.dropFirst().split(separator: ",").map { Int($0) }
        guard let first = numbers.first, let start = first else { throw Misfit(reason: "range \(text)") }
        return (start, numbers.count == 2 ? numbers[1] ?? -1 : 1)
    }

    private static func lines(_ text: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in text {
            line.append(byte)
            if byte == 0x0A {
                lines.append(line)
                line = []
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

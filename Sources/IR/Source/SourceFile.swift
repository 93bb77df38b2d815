// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The bytes of one input and the name by which diagnostics call it.
///
/// Offsets everywhere in the compiler are byte offsets into `bytes`, which must be UTF-8. A class, because ranges refer
/// to it: a source that no range and no document refers to any more is freed.
package final class SourceFile: Sendable {
    /// The path as the user gave it, `-` for standard input.
    package let path: String
    package let bytes: [UInt8]
    /// Where the bytes stand in the file, for an excerpt.
    private let base: Base
    private let lines = Mutex<[Int]?>(nil)

    private struct Base {
        var offset = 0
        /// Lines before, and characters before on the line.
        var line = 0
        var column = 0
    }

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        base = Base()
    }

    private init(path: String, bytes: [UInt8], base: Base) {
        self.path = path
        self.bytes = bytes
        self.base = base
    }

    /// A position as editors count it.
    package struct Position: Sendable, Hashable {
        /// One-based.
        package var line: Int
        /// One-based, in Unicode scalars.
        package var column: Int
    }

    /// The position of a byte offset. The table of line starts is made on first use, so a clean run never pays for it.
    package func position(at offset: Int) -> Position {
        let starts = lineStarts()
        let offset = offset - base.offset
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let end = min(offset, bytes.count)
        var column = 1
        for index in starts[low]..<max(starts[low], end) where bytes[index] & 0xC0 != 0x80 { column += 1 }
        return Position(line: low + 1 + base.line, column: column + (low == 0 ? base.column : 0))
    }

    /// The text of a one-based line, without its line break.
    package func text(ofLine line: Int) -> String {
        let starts = lineStarts()
        let line = line - base.line
        guard line >= 1, line <= starts.count else { return "" }
        let start = starts[line - 1]
        var end = line < starts.count ? starts[line] : bytes.count
        while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// Bytes on either side of a range that an excerpt keeps of its lines.
    private static let excerptMargin = 512
    /// Bytes of a range that an excerpt keeps.
    private static let excerptLimit = 4096

    /// A source with the lines around a range only, in which offsets, lines and columns are those of this one.
    fileprivate func excerpt(_ range: Range<Int>) -> SourceFile {
        let first = max(0, min(range.lowerBound - base.offset, bytes.count))
        let last = max(first, min(range.upperBound - base.offset, bytes.count, first + Self.excerptLimit))
        let position = position(at: first + base.offset)
        var start = lineStarts()[position.line - 1 - base.line]
        var column = start == 0 ? base.column : 0
        if first - start > Self.excerptMargin {
            var cut = first - Self.excerptMargin
            while cut > start, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
            column += bytes[start..<cut].count { $0 & 0xC0 != 0x80 }
            start = cut
        }
        var end = last
        while end < bytes.count, end - last < Self.excerptMargin, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
        return SourceFile(
            path: path, bytes: Array(bytes[start..<end]),
            base: Base(offset: base.offset + start, line: position.line - 1, column: column))
    }

    private func lineStarts() -> [Int] {
        lines.withLock { cached in
            if let cached { return cached }
            var starts = [0]
            bytes.withUnsafeBufferPointer { bytes in
                var index = 0
                while index < bytes.count {
                    let byte = bytes[index]
                    index += 1
                    guard byte == 0x0A || byte == 0x0D else { continue }
                    // Both together are one line break.
                    if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { continue }
                    starts.append(index)
                }
            }
            cached = starts
            return starts
        }
    }
}

/// A half-open range of bytes in a source.
package struct SourceRange: Sendable, Hashable {
    package var file: SourceFile
    /// Byte offset of the first byte.
    package var start: Int
    /// Byte offset after the last byte.
    package var end: Int

    package init(_ file: SourceFile, _ start: Int, _ end: Int) {
        self.file = file
        self.start = start
        self.end = end
    }

    /// The same place in a copy of the lines around it, which keeps no more of the source in memory.
    package var excerpt: SourceRange {
        let excerpt = file.excerpt(start..<max(start, end))
        return SourceRange(excerpt, start, end)
    }

    package static func == (left: SourceRange, right: SourceRange) -> Bool {
        left.file === right.file && left.start == right.start && left.end == right.end
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(file))
        hasher.combine(start)
        hasher.combine(end)
    }
}

/// A value and the place in the input that it came from; `nil` for what the compiler itself adds.
@frozen package struct Located<Value: Sendable>: Sendable {
    package var value: Value
    package var range: SourceRange?

    @inlinable package init(_ value: Value, _ range: SourceRange? = nil) {
        self.value = value
        self.range = range
    }
}

extension Located: Equatable where Value: Equatable {
    /// Equality is of the values; where they came from does not matter.
    package static func == (left: Located, right: Located) -> Bool { left.value == right.value }
}

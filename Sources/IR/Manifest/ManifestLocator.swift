// SPDX-License-Identifier: Apache-2.0

/// Finds the bytes of a value in a JSON document that has been parsed before. Positions are needed only for findings,
/// so the document is scanned again for each rather than every value carrying its range.
package struct ManifestLocator {
    private let bytes: [UInt8]
    private var at = 0

    /// The range of the value at the path, or of the innermost value around it that is there.
    package static func range(of path: ManifestPath, in file: SourceFile) -> SourceRange {
        var locator = ManifestLocator(bytes: file.bytes)
        locator.skipSpace()
        for step in path.steps {
            guard locator.enter(step) else { break }
        }
        let start = locator.at
        locator.skipValue()
        return SourceRange(file, start, locator.at)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    /// Moves from the start of a value to the start of the part that the step names; stays when there is none.
    private mutating func enter(_ step: ManifestPath.Step) -> Bool {
        let start = at
        let found =
            switch step {
            case .key(let name): enterMember(name)
            case .index(let index): enterItem(index)
            }
        if !found { at = start }
        return found
    }

    private mutating func enterMember(_ name: String) -> Bool {
        guard byte == UInt8(ascii: "{") else { return false }
        at += 1
        skipSpace()
        var inOtherCase: Int?
        while byte == UInt8(ascii: "\"") {
            let start = at
            skipString()
            let key = (try? JSONParser.parse(Array(bytes[start..<at])))?.string
            skipSpace()
            guard byte == UInt8(ascii: ":") else { return false }
            at += 1
            skipSpace()
            if key == name { return true }
            if inOtherCase == nil, key?.asciiLowercased == name.asciiLowercased { inOtherCase = at }
            skipValue()
            skipSeparator()
        }
        guard let inOtherCase else { return false }
        at = inOtherCase
        return true
    }

    private mutating func enterItem(_ index: Int) -> Bool {
        guard byte == UInt8(ascii: "[") else { return false }
        at += 1
        skipSpace()
        var remaining = index
        while let byte, byte != UInt8(ascii: "]") {
            if remaining == 0 { return true }
            remaining -= 1
            skipValue()
            skipSeparator()
        }
        return false
    }

    private mutating func skipSeparator() {
        skipSpace()
        if byte == UInt8(ascii: ",") { at += 1 }
        skipSpace()
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func skipString() {
        at += 1
        while let byte, byte != UInt8(ascii: "\"") { at = min(at + (byte == UInt8(ascii: "\\") ? 2 : 1), bytes.count) }
        at = min(at + 1, bytes.count)
    }

    private mutating func skipValue() {
        switch byte {
        case UInt8(ascii: "\""): skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): skipBrackets()
        default: while let byte, isScalarByte(byte) { at += 1 }
        }
    }

    private mutating func skipBrackets() {
        var depth = 0
        while let byte {
            switch byte {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                at += 1
                if depth == 0 { return }
            default: at += 1
            }
        }
    }

    private func isScalarByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// Gives findings their places. Each costs a scan of the document, so that only the first ones of many get one: else a
/// hostile document could make the work grow with the square of its size.
struct FindingPlaces {
    static let limit = 100

    let source: SourceFile?
    private var remaining = Self.limit

    init(_ source: SourceFile?) { self.source = source }

    mutating func range(of path: ManifestPath) -> SourceRange? {
        guard let source, remaining > 0 else { return nil }
        remaining -= 1
        return ManifestLocator.range(of: path, in: source)
    }
}

extension String {
    /// The text with ASCII capitals made small and nothing else changed.
    package var asciiLowercased: String {
        String(decoding: utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

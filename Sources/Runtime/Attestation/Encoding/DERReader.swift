// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not the DER that was expected (ITU-T X.690).
package enum DERError: Error, Sendable, Equatable {
    case truncated
    /// A length that is indefinite, not minimal, or larger than any input.
    case length
    case unexpectedTag(found: UInt8, expected: UInt8)
    /// Padding that DER forbids, a sign where none may be, or a number out of range.
    case integer
    case objectIdentifier
    case trailing
}

/// Reads elements of DER one after another. Tags are single bytes; that covers all that evidence holds.
package struct DERReader: Sendable {
    package enum Tag {
        package static let integer: UInt8 = 0x02
        package static let bitString: UInt8 = 0x03
        package static let octetString: UInt8 = 0x04
        package static let objectIdentifier: UInt8 = 0x06
        package static let enumerated: UInt8 = 0x0A
        package static let ia5String: UInt8 = 0x16
        package static let sequence: UInt8 = 0x30
    }

    private var input: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) { input = bytes[...] }
    package init(_ bytes: ArraySlice<UInt8>) { input = bytes }

    package var isAtEnd: Bool { input.isEmpty }

    /// The tag of the next element.
    package var nextTag: UInt8? { input.first }

    /// The content of the next element, which must have the tag.
    package mutating func element(_ tag: UInt8) throws(DERError) -> ArraySlice<UInt8> {
        guard let found = input.first else { throw .truncated }
        guard found == tag else { throw .unexpectedTag(found: found, expected: tag) }
        return try element().content
    }

    package mutating func element() throws(DERError) -> (tag: UInt8, content: ArraySlice<UInt8>) {
        guard let tag = input.popFirst(), let first = input.popFirst() else { throw .truncated }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count) else { throw .length }
            guard input.count >= count else { throw .truncated }
            length = input.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            guard length >= 0x80, length >> ((count - 1) * 8) != 0 else { throw .length }
            input = input.dropFirst(count)
        }
        guard input.count >= length else { throw .truncated }
        defer { input = input.dropFirst(length) }
        return (tag, input.prefix(length))
    }

    package mutating func sequence() throws(DERError) -> DERReader { DERReader(try element(Tag.sequence)) }

    /// An INTEGER or, by its tag, an ENUMERATED that is not negative and fits.
    package mutating func unsigned<Integer: UnsignedInteger & FixedWidthInteger>(
        _ type: Integer.Type = Integer.self, tag: UInt8 = Tag.integer
    ) throws(DERError) -> Integer {
        var content = try element(tag)
        guard let first = content.first, first < 0x80 else { throw .integer }
        if first == 0, content.count > 1 {
            content = content.dropFirst()
            guard let second = content.first, second >= 0x80 else { throw .integer }
        }
        guard content.count <= MemoryLayout<Integer>.size else { throw .integer }
        return content.reduce(0) { $0 << 8 | Integer(truncatingIfNeeded: $1) }
    }

    /// Dotted decimal.
    package mutating func objectIdentifier() throws(DERError) -> String {
        let content = try element(Tag.objectIdentifier)
        var arcs: [UInt64] = []
        var arc: UInt64 = 0
        var isInside = false
        for byte in content {
            guard isInside || byte != 0x80, arc < 1 << 56 else { throw .objectIdentifier }
            arc = arc << 7 | UInt64(byte & 0x7F)
            isInside = byte >= 0x80
            if isInside { continue }
            if arcs.isEmpty {
                let root = min(arc / 40, 2)
                arcs = [root, arc - root * 40]
            } else {
                arcs.append(arc)
            }
            arc = 0
        }
        guard !arcs.isEmpty, !isInside else { throw .objectIdentifier }
        return arcs.map(String.init).joined(separator: ".")
    }

    package func end() throws(DERError) {
        if !isAtEnd { throw .trailing }
    }
}

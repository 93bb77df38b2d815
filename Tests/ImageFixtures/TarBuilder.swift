// SPDX-License-Identifier: Apache-2.0

/// Makes tar archives, good ones and bad ones.
package struct TarBuilder {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// The archive of some entries, with its end mark.
    package static func archive(_ body: (inout TarBuilder) -> Void) -> [UInt8] {
        var tar = TarBuilder()
        body(&tar)
        tar.end()
        return tar.bytes
    }

    package mutating func file(_ name: String, _ content: String) { file(name, Array(content.utf8)) }

    package mutating func file(_ name: String, _ content: [UInt8], type: Character = "0") {
        header(name, size: content.count, type: type)
        append(content)
    }

    package mutating func directory(_ name: String) { header(name, size: 0, type: "5") }
    package mutating func symbolicLink(_ name: String, to target: String) {
        header(name, size: 0, type: "2", link: target)
    }
    package mutating func hardLink(_ name: String, to target: String) { header(name, size: 0, type: "1", link: target) }

    /// An extended header with these records, about the next entry.
    package mutating func pax(_ records: [(String, String)], type: Character = "x") {
        var body = ""
        for (key, value) in records {
            let rest = " \(key)=\(value)\n"
            var length = rest.utf8.count + 1
            while String(length).utf8.count + rest.utf8.count != length { length += 1 }
            body += "\(length)\(rest)"
        }
        file("pax", Array(body.utf8), type: type)
    }

    /// Content with its padding.
    package mutating func append(_ content: [UInt8]) {
        bytes += content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    package mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }

    /// - Parameter sizeField: the twelve bytes that say the size, in place of octal digits.
    package mutating func header(
        _ name: String, size: Int, type: Character, link: String = "", prefix: String = "", sizeField: [UInt8]? = nil,
        isSparseExtended: Bool = false
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        put(String(name.prefix(100)), at: 0)
        put("0000644\0", at: 100)
        let octal = String(size, radix: 8)
        put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
        if let sizeField { block.replaceSubrange(124..<136, with: sizeField) }
        put(String(repeating: " ", count: 8), at: 148)
        block[156] = type.asciiValue ?? 0
        put(link, at: 157)
        put("ustar\0" + "00", at: 257)
        put(prefix, at: 345)
        if isSparseExtended { block[482] = 1 }
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
        bytes += block
    }
}

// SPDX-License-Identifier: Apache-2.0

import Backends
import Digests
import Driver
import IR
import InitDataFormat

/// Replaces what depends on zlib's version by what does not, and long binary values by their hashes.
enum StandIns {
    /// Shorter runs of base64 characters are left alone.
    private static let shortest = 256

    /// The text with the value of each policy annotation replaced by the hash of what it decodes to.
    static func apply(to bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            var end = index
            while end < bytes.count, isBase64(bytes[end]) { end += 1 }
            if end - index >= shortest, let standIn = standIn(Array(bytes[index..<end])) {
                out += standIn.utf8
            } else {
                out += bytes[index..<end]
            }
            if end < bytes.count { out.append(bytes[end]) }
            index = end + 1
        }
        return out
    }

    private static func standIn(_ value: [UInt8]) -> String? {
        if let auth = Base64.decode(value), auth.count == 4096, auth.starts(with: [1, 0, 0, 0]) {
            return "<ID_AUTH sha256:\(Hex.text(SHA256.digest(auth)))>"
        }
        guard let content = try? AnnotationContent(annotationValue: value) else { return nil }
        switch content {
        case .initData: return "<initdata sha256:\(content.policyHash)>"
        case .policy(let text):
            guard text.starts(with: "# ".utf8) || text.starts(with: "package ".utf8) else { return nil }
            return "<policy sha256:\(content.policyHash)>"
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
        default: false
        }
    }

    /// A report with the sizes of annotations left out.
    static func report(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line -> [UInt8] in
            let text = String(decoding: line, as: UTF8.self)
            guard let range = text.firstRange(of: "\"annotationBytes\": ") else { return Array(line) }
            return Array((text[..<range.upperBound] + "0,").utf8)
        }
        return Array(lines.joined(separator: [0x0A]))
    }
}

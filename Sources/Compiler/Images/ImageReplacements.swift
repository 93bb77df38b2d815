// SPDX-License-Identifier: Apache-2.0

package import IR

/// The map of `--image-replacements`: a text file with one `original=replacement` per line. Empty lines and lines that
/// start with `#` are skipped.
package struct ImageReplacements: Sendable, Equatable {
    /// Largest file, in bytes.
    package static let sizeLimit = 4 << 20

    private var replacements: [String: String] = [:]

    package init() {}

    /// What stands for an image, matched as text; `nil` when it stays as it is.
    package subscript(image: String) -> String? { replacements[image] }

    /// The map, or `nil` with the reasons in `diagnostics`.
    package static func parse(_ source: SourceFile, into diagnostics: inout Diagnostics) -> ImageReplacements? {
        guard source.bytes.count <= sizeLimit else {
            diagnostics.error(
                .limitExceeded, "the file has \(source.bytes.count) bytes; the limit is \(sizeLimit)",
                path: source.path)
            return nil
        }
        var map = ImageReplacements()
        var isSound = true
        for line in source.bytes.split(separator: 0x0A) {
            let text = trimmed(line)
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            if let problem = map.add(text) {
                isSound = false
                diagnostics.error(
                    problem.code, problem.message, at: SourceRange(source, text.startIndex, text.endIndex))
            }
        }
        return isSound ? map : nil
    }

    /// Adds the pair of one line; returns what is wrong with it.
    private mutating func add(_ line: ArraySlice<UInt8>) -> (code: DiagnosticCode, message: String)? {
        guard String(validating: line, as: UTF8.self) != nil else {
            return (.invalidEncoding, "the line is not UTF-8")
        }
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
            return (.invalidValue, "the line has no '='; expected original=replacement")
        }
        let original = String(decoding: Self.trimmed(line[..<equals]), as: UTF8.self)
        let replacement = String(decoding: Self.trimmed(line[(equals + 1)...]), as: UTF8.self)
        for text in [original, replacement] {
            do throws(ImageReferenceError) { _ = try ImageReference(text) } catch {
                return (.malformedImageReference, error.reason)
            }
        }
        if let known = replacements[original], known != replacement {
            return (.invalidValue, "'\(original)' is replaced twice, by '\(known)' and by '\(replacement)'")
        }
        replacements[original] = replacement
        return nil
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var slice = bytes
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        return slice
    }
}

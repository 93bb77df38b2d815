// SPDX-License-Identifier: Apache-2.0

internal import CYAML
package import IR

/// Reads YAML streams with libyaml's event parser into tapes.
package enum YAMLFrontend {
    /// All documents of a source. Empty documents (only comments, or nothing) are left out.
    ///
    /// Stops at the first error, which is added to `diagnostics`; what was read before it is returned.
    ///
    /// - Parameter fileSize: bytes of the file that a source is a part of, which bound what its aliases may stand for.
    package static func parse(
        _ source: SourceFile, ofFileSize fileSize: Int? = nil, into diagnostics: inout Diagnostics
    ) -> [YAMLDocument] {
        guard checkEncoding(source, into: &diagnostics) else { return [] }
        var documents: [YAMLDocument] = []
        var failure: Diagnostic?
        source.bytes.withUnsafeBytes { bytes in
            let aliasedText = InputLimits.aliasedText(fileSize: fileSize ?? bytes.count)
            var parser = EventParser(source: source, bytes: bytes, aliasedTextLimit: aliasedText)
            defer { parser.close() }
            do throws(FrontendError) {
                while let document = try parser.nextDocument() {
                    documents.append(document)
                    if documents.count > InputLimits.documents {
                        throw .limit("more than \(InputLimits.documents) documents", document.range(0))
                    }
                }
            } catch {
                failure = error.diagnostic
            }
        }
        if let failure { diagnostics.add(failure) }
        return documents
    }

    private static func checkEncoding(_ source: SourceFile, into diagnostics: inout Diagnostics) -> Bool {
        let bytes = source.bytes
        if bytes.count > InputLimits.fileSize {
            diagnostics.error(
                .limitExceeded, "the file has \(bytes.count) bytes; the limit is \(InputLimits.fileSize)",
                path: source.path)
            return false
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
            || (bytes.count >= 2 && (bytes[0] == 0 || bytes[1] == 0))
        {
            diagnostics.error(.invalidEncoding, "the file is not UTF-8 but UTF-16 or UTF-32", path: source.path)
            return false
        }
        return true
    }
}

/// Why reading stopped.
struct FrontendError: Error {
    var diagnostic: Diagnostic

    static func limit(_ what: String, _ range: SourceRange) -> FrontendError {
        FrontendError(diagnostic: Diagnostic(.error, .limitExceeded, what, at: range))
    }
}

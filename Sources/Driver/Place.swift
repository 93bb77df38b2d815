// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A place in an input, without the input.
struct Place: Sendable {
    /// Index of the input.
    var file: Int
    /// Byte offsets of the first byte, and after the last.
    var start: Int
    var end: Int
}

/// Reads inputs again for what errors say of them, each once.
struct ReloadedInputs {
    private var sources: [Int: SourceFile?] = [:]

    /// `nil` when the input cannot be read any more, or has become shorter.
    mutating func range(of place: Place, in inputs: [InputFile]) -> SourceRange? {
        let source: SourceFile?
        if let known = sources[place.file] {
            source = known
        } else {
            var ignored = Diagnostics()
            source = inputs[place.file].load(into: &ignored)
            sources[place.file] = .some(source)
        }
        guard let source, place.end <= source.bytes.count else { return nil }
        return SourceRange(source, place.start, place.end)
    }
}

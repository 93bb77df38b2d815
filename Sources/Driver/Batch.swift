// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import Digests
internal import IR

/// Some inputs at a time, parsed: what a run holds in memory at once.
struct Batch: Sendable {
    var files: [ParsedFile] = []
    /// Bytes of its inputs.
    var size = 0

    /// Bytes of a batch, beyond which it ends with the file that passed them.
    static let byteLimit = 1 << 20
    /// Files of a batch.
    static let fileLimit = 256

    /// Loads and parses inputs from a position on, on several threads, until the batch is full.
    ///
    /// Files are loaded a few at a time, so that a batch holds few more bytes than its limit.
    static func load(_ inputs: [InputFile], from start: Int, jobs: Int) -> Batch {
        var batch = Batch()
        var next = start
        while next < inputs.count, batch.files.count < fileLimit, batch.size < byteLimit {
            let step = min(max(1, jobs) * 4, inputs.count - next)
            let parsed = Parallel.map(count: step, jobs: jobs) { [next] offset in
                ParsedFile.parse(inputs[next + offset], index: next + offset)
            }
            batch.files += parsed
            batch.size += parsed.reduce(0) { $0 + ($1.source?.bytes.count ?? 0) }
            next += step
        }
        return batch
    }

    /// Index of the first input after the batch.
    var end: Int { (files.last?.index ?? -1) + 1 }
}

/// One input and its documents.
struct ParsedFile: Sendable {
    /// Position among the inputs.
    var index: Int
    var input: InputFile
    /// `nil` when it cannot be read.
    var source: SourceFile?
    var documents: [YAMLDocument]
    var diagnostics: Diagnostics

    /// Tell whether a second reading gave the same bytes.
    static func fingerprints(of files: [ParsedFile], jobs: Int) -> [[UInt8]] {
        Parallel.map(count: files.count, jobs: jobs) { files[$0].source.map { SHA256.digest($0.bytes) } ?? [] }
    }

    static func parse(_ input: InputFile, index: Int) -> ParsedFile {
        var diagnostics = Diagnostics()
        guard let source = input.load(into: &diagnostics) else {
            return ParsedFile(
                index: index, input: input, source: nil, documents: [], diagnostics: diagnostics)
        }
        let documents = YAMLFrontend.parse(source, into: &diagnostics)
        return ParsedFile(
            index: index, input: input, source: source, documents: documents, diagnostics: diagnostics)
    }
}

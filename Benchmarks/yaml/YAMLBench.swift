// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads files with the compiler's frontend and writes them again into memory, as often as the first argument says:
/// `keep` as they are, `edit` with one annotation more in each document. Prints what the baseline prints: the seconds of
/// CPU of the fastest round, and what was read and written.
@main
enum YAMLBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3, ["keep", "edit"].contains(arguments[1]), let repetitions = Int(arguments[2]) else {
            print("usage: yaml-bench keep|edit REPETITIONS FILE...")
            exit(64)
        }
        var best = Double.infinity
        var counts = Counts()
        for _ in 0..<repetitions {
            counts = Counts()
            let start = processorSeconds()
            for path in arguments[3...] { try process(path, edit: arguments[1] == "edit", &counts) }
            best = min(best, processorSeconds() - start)
        }
        print(
            "{\"cpuBest\":\(best),\"bytesIn\":\(counts.bytesIn),\"bytesOut\":\(counts.bytesOut),"
                + "\"documents\":\(counts.documents)}")
    }

    /// Of the process, which other load on the machine does not add to.
    private static func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    private static func process(_ path: String, edit: Bool, _ counts: inout Counts) throws {
        let source = SourceFile(path: path, bytes: try contents(path))
        var diagnostics = Diagnostics()
        var edits: [SourceEdit] = []
        for document in YAMLFrontend.parse(source, into: &diagnostics) {
            counts.documents += 1
            if !edit { continue }
            let tree = YAMLTree(document)
            tree.root.mapping("metadata")?.mapping("annotations")?.set("benchmark", "true")
            edits += CheckedEdits.edits(of: tree, into: &diagnostics)
        }
        if diagnostics.hasErrors { throw Failure(path: path) }
        var output: [UInt8] = []
        YAMLSplicer.apply(edits, to: source.bytes, 0..<source.bytes.count, into: &output)
        counts.bytesIn += source.bytes.count
        counts.bytesOut += output.count
    }
}

private func contents(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw Failure(path: path) }
    defer { fclose(file) }
    var status = stat()
    guard fstat(fileno(file), &status) == 0 else { throw Failure(path: path) }
    return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
        count = fread(buffer.baseAddress, 1, buffer.count, file)
    }
}

private struct Counts {
    var bytesIn = 0
    var bytesOut = 0
    var documents = 0
}

/// A file that cannot be read, or has an error.
private struct Failure: Error {
    var path: String
}

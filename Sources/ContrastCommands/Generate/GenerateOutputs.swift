// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Driver
internal import IR

/// Writes what a run of generate makes: all of it, or nothing. Files are staged as they come, so that no more than one of
/// them is in memory; what belongs on standard output waits until everything is known to be good.
struct GenerateOutputs {
    private let options: GenerateOutputOptions
    private let manifestPath: String
    private var transaction = FileTransaction()
    private var combined = CombinedOutput()
    private var standardOutput: [UInt8] = []
    private var changed = false
    private var failure: FileError?
    private let record: BuildRecord?
    /// Whether the combined output goes to its file piece by piece.
    private let growsOnDisk: Bool

    /// - Parameter record: takes down what is made.
    init(_ options: GenerateOutputOptions, manifestPath: String, record: BuildRecord? = nil) {
        self.options = options
        self.record = record
        self.manifestPath = manifestPath
        growsOnDisk =
            !options.writesNothing && options.output.map { $0 != "-" && !FileTransaction.isStream($0) } ?? false
    }

    /// Takes the old and the new bytes of an input.
    mutating func add(_ path: String, _ old: [UInt8], _ new: [UInt8]) {
        record?.read(.input, path, old)
        if let output = options.output {
            let piece = combined.piece(new)
            record?.extend(piece)
            if growsOnDisk {
                attempt { (transaction) throws(FileError) in try transaction.append(to: output, piece) }
            } else {
                combined.bytes += piece
            }
        } else {
            record?.made(path, new)
            put(path, old, new)
        }
    }

    /// Forgets everything.
    mutating func discard() { transaction.rollBack() }

    /// Puts everything in its place.
    ///
    /// - Parameter statement: writes the provenance of what was taken down, for the path given.
    /// - Returns: whether anything differs from what was there.
    mutating func finish(
        _ result: GenerateResult, _ keys: OwnerKeyFiles,
        statement: (path: String, text: () throws(FileError) -> [UInt8])? = nil
    ) throws(FileError) -> Bool {
        if let output = options.output {
            record?.finish(output)
            if growsOnDisk {
                var differs = false
                attempt { (transaction) throws(FileError) in
                    // There may be no input with anything in it.
                    try transaction.append(to: output, [])
                    differs = try transaction.finishAppending()
                }
                if differs { changed = true }
            } else {
                put(output, Self.existing(output), combined.bytes)
            }
        }
        if let manifest = result.manifest {
            record?.made(manifestPath, manifest)
            put(manifestPath, Self.existing(manifestPath), manifest)
        }
        if let statement {
            attempt { (transaction) throws(FileError) in
                try transaction.stage(statement.path, try statement.text())
            }
        }
        if let report = options.report, !options.writesNothing {
            if report == "-" {
                standardOutput += result.report.text()
            } else {
                stage(report, result.report.text())
            }
        }
        do throws(FileError) {
            if let failure { throw failure }
            if !options.writesNothing { try keys.stage(in: &transaction) }
            try FileSystem.writeOutput(standardOutput)
            try transaction.commit()
        } catch {
            transaction.rollBack()
            throw error
        }
        return changed
    }

    private mutating func put(_ path: String, _ old: [UInt8]?, _ new: [UInt8]) {
        let differs = old != new
        if differs { changed = true }
        if options.writesNothing {
            if options.diff, differs {
                let diff = UnifiedDiff(lineLimit: FileSystem.isTerminal(1) ? 160 : nil)
                standardOutput += diff.text(old: old, new: new, name: path)
            }
        } else if path == "-" {
            standardOutput += new
        } else if differs {
            stage(path, new)
        } else {
            attempt { (transaction) throws(FileError) in try transaction.visit(path) }
        }
    }

    private mutating func stage(_ path: String, _ bytes: [UInt8]) {
        attempt { (transaction) throws(FileError) in try transaction.stage(path, bytes) }
    }

    /// Remembers the first failure.
    private mutating func attempt(_ work: (inout FileTransaction) throws(FileError) -> Void) {
        guard failure == nil else { return }
        do throws(FileError) {
            try work(&transaction)
        } catch {
            failure = error
        }
    }

    private static func existing(_ path: String) -> [UInt8]? {
        path == "-" ? nil : try? FileSystem.read(path, limit: 1 << 31)
    }
}

/// All files as one stream of documents.
private struct CombinedOutput {
    /// What is held in memory of it.
    var bytes: [UInt8] = []
    private var last: UInt8?

    /// What a file adds to the stream.
    mutating func piece(_ file: [UInt8]) -> [UInt8] {
        guard !file.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(file.count + 8)
        var file = file[...]
        if let last {
            if file.starts(with: [0xEF, 0xBB, 0xBF]) { file = file.dropFirst(3) }
            if last != 0x0A { bytes.append(0x0A) }
            if file.first == UInt8(ascii: "%") {
                bytes.append(contentsOf: "...\n".utf8)
            } else if !Self.startsDocument(file) {
                bytes.append(contentsOf: "---\n".utf8)
            }
        }
        bytes.append(contentsOf: file)
        last = bytes.last
        return bytes
    }

    private static func startsDocument(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.starts(with: "---".utf8) else { return false }
        let next = bytes.dropFirst(3).first
        return next == nil || next == 0x0A || next == 0x0D || next == 0x20
    }
}

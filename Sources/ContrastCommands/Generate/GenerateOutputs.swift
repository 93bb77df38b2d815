// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Driver
internal import IR

/// Writes what a run of generate made: all of it, or nothing.
struct GenerateOutputs {
    private let options: GenerateOutputOptions
    private let result: GenerateResult
    private let manifestPath: String

    init(_ options: GenerateOutputOptions, _ result: GenerateResult, manifestPath: String) {
        self.options = options
        self.result = result
        self.manifestPath = manifestPath
    }

    /// - Returns: whether anything differs from what was there.
    func write(_ keys: OwnerKeyFiles) throws(FileError) -> Bool {
        let targets = targets()
        if options.writesNothing {
            let changed = targets.filter { $0.old != $0.new }
            if options.diff {
                let diff = UnifiedDiff(lineLimit: FileSystem.isTerminal(1) ? 160 : nil)
                for target in changed {
                    try FileSystem.writeOutput(diff.text(old: target.old, new: target.new, name: target.path))
                }
            }
            return !changed.isEmpty
        }
        var transaction = FileTransaction()
        var changed = false
        do throws(FileError) {
            for target in targets where target.path != "-" {
                if try transaction.stage(target.path, target.new) { changed = true }
            }
            if let report = options.report, report != "-" {
                try transaction.stage(report, result.report.text())
            }
            for target in targets where target.path == "-" {
                changed = changed || target.old != target.new
                try FileSystem.writeOutput(target.new)
            }
            if options.report == "-" { try FileSystem.writeOutput(result.report.text()) }
            try keys.create()
            try transaction.commit()
        } catch {
            transaction.rollBack()
            throw error
        }
        return changed
    }

    private struct Target {
        var path: String
        var old: [UInt8]?
        var new: [UInt8]
    }

    private func targets() -> [Target] {
        var targets: [Target] = []
        if let output = options.output {
            targets.append(Target(path: output, old: Self.existing(output), new: combined()))
        } else {
            for file in result.files {
                targets.append(Target(path: file.input.source.path, old: file.input.source.bytes, new: file.bytes))
            }
        }
        if let manifest = result.manifest {
            targets.append(Target(path: manifestPath, old: Self.existing(manifestPath), new: manifest))
        }
        return targets
    }

    private static func existing(_ path: String) -> [UInt8]? {
        path == "-" ? nil : try? FileSystem.read(path, limit: 1 << 30)
    }

    /// All files as one stream of documents.
    private func combined() -> [UInt8] {
        var out: [UInt8] = []
        for file in result.files where !file.bytes.isEmpty {
            var bytes = file.bytes[...]
            if !out.isEmpty {
                if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
                if out.last != 0x0A { out.append(0x0A) }
                if bytes.first == UInt8(ascii: "%") {
                    out.append(contentsOf: "...\n".utf8)
                } else if !Self.startsDocument(bytes) {
                    out.append(contentsOf: "---\n".utf8)
                }
            }
            out.append(contentsOf: bytes)
        }
        return out
    }

    private static func startsDocument(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.starts(with: "---".utf8) else { return false }
        let next = bytes.dropFirst(3).first
        return next == nil || next == 0x0A || next == 0x0D || next == 0x20
    }
}

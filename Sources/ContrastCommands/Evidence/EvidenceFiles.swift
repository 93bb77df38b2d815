// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Backends
internal import IR

/// Reads evidence and what belongs to it, with a finding for what cannot be read.
struct EvidenceFiles {
    /// Evidence and how its messages call it.
    static func evidence(_ path: String, _ diagnostics: inout Diagnostics) -> Evidence? {
        guard let source = SourceReader().read(path, limit: Evidence.sizeLimit, &diagnostics) else { return nil }
        do throws(EvidenceError) {
            return try Evidence(source.bytes)
        } catch {
            diagnostics.error(
                .malformedEvidence, "the file is no evidence", path: path, notes: error.reasons.map { .init($0) })
            return nil
        }
    }

    static func endorsements(_ paths: [String], _ diagnostics: inout Diagnostics) -> EndorsementFiles {
        var files = EndorsementFiles()
        for path in paths {
            guard let source = SourceReader().read(path, limit: PEMFile.sizeLimit, &diagnostics) else { continue }
            do throws(EndorsementError) {
                try files.add(source.bytes)
            } catch {
                diagnostics.error(.malformedEndorsement, "\(error)", path: path)
            }
        }
        return files
    }

    /// A manifest in which everything is filled in that this evidence is compared with.
    static func manifest(_ path: String, _ diagnostics: inout Diagnostics) -> (Manifest, SourceFile)? {
        guard let source = SourceReader().read(path, limit: SourceReader.manifestLimit, &diagnostics),
            let manifest = Manifest.read(source, diagnostics: &diagnostics)
        else { return nil }
        Manifest.report(manifest.problems, in: source, diagnostics: &diagnostics)
        return (manifest, source)
    }

    /// Text from evidence may hold anything; a terminal must not obey it.
    static func write(_ lines: [String], _ diagnostics: inout Diagnostics) {
        if lines.isEmpty { return }
        let safe = lines.map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
        }
        do throws(FileError) {
            try FileSystem.writeOutput(Array((safe.joined(separator: "\n") + "\n").utf8))
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR
internal import Measurement

/// Reads the inputs of a measurement and notes what they were.
struct MeasuredFiles {
    /// Bytes of one input; initial RAM disks are the largest.
    private static let sizeLimit = 2 << 30

    private(set) var provenance = BundleProvenance(tool: ToolVersion.text)
    private(set) var commandLine: String?

    /// The bytes of an input; `nil` when none is given, or with an error.
    mutating func read(_ role: String, _ path: String?, _ diagnostics: inout Diagnostics) -> [UInt8]? {
        guard let path, let source = SourceReader().read(path, limit: Self.sizeLimit, &diagnostics) else { return nil }
        let name = path == "-" ? "" : path.split(separator: "/").last.map(String.init) ?? ""
        note(role, name, source.bytes)
        return source.bytes
    }

    /// The kernel's command line; empty when none is given.
    mutating func readCommandLine(_ options: GuestOptions, _ diagnostics: inout Diagnostics) -> String {
        guard options.givesCommandLine else { return "" }
        var text = options.cmdline ?? ""
        if let path = options.cmdlineFile {
            guard var bytes = SourceReader().read(path, limit: Self.commandLineLimit, &diagnostics)?.bytes else {
                return ""
            }
            if bytes.last == 0x0A { bytes.removeLast() }
            guard let read = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                diagnostics.error(.notMeasurable, "the command line is not text", path: path)
                return ""
            }
            text = read
        }
        note("command line", "", Array(text.utf8))
        commandLine = text
        return text
    }

    /// Linux takes no longer one.
    private static let commandLineLimit = 4096

    private mutating func note(_ role: String, _ name: String, _ bytes: [UInt8]) {
        provenance.inputs.append(.init(role: role, name: name, sha256: Hex.text(SHA256.digest(bytes))))
    }
}

/// A bundle on the disk that takes up measurements.
struct BundleFile {
    let path: String
    let platform: Platform

    /// Writes the bundle, one that is there with the new values in place of its own, else the shipped one.
    func update(_ guest: MeasuredGuest, _ diagnostics: inout Diagnostics) throws(FileError) {
        guard let bundle = existing(&diagnostics), let document = bundle.object else { return }
        let bytes = guest.bytes(updating: document)
        let source = SourceFile(path: path, bytes: bytes)
        guard Bundle.read(source, sha256: SHA256.digest, diagnostics: &diagnostics) != nil else { return }
        if path == "-" { return try FileSystem.writeOutput(bytes) }
        var transaction = FileTransaction()
        try transaction.stage(path, bytes)
        try transaction.commit()
    }

    private func existing(_ diagnostics: inout Diagnostics) -> JSONValue? {
        var source = Bundle.shippedSource(for: platform)
        if path != "-", FileSystem.info(path)?.kind == .file {
            guard let read = SourceReader().read(path, limit: SourceReader.manifestLimit, &diagnostics) else {
                return nil
            }
            source = read
        }
        guard let bundle = Bundle.read(source, sha256: SHA256.digest, diagnostics: &diagnostics) else { return nil }
        guard bundle.platform == platform else {
            diagnostics.error(
                .malformedBundle,
                "the bundle is for '\(bundle.platform.name)', but '\(platform.name)' was measured", path: path)
            return nil
        }
        return try? JSONParser.parse(source.bytes)
    }
}

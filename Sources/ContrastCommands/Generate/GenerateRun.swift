// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import Compiler
internal import Driver
internal import IR

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One execution of `contrast generate`: reads everything, runs the pipeline, writes everything.
struct GenerateRun {
    private let command: GenerateCommand
    private let manifestPath: String
    private let lockPath: String

    init(_ command: GenerateCommand) {
        self.command = command
        manifestPath = command.inputs.path(command.outputs.manifest, default: "manifest.json")
        lockPath = command.inputs.path(command.inputs.lock, default: "contrast.lock")
    }

    func run() throws {
        try FileRoles(command: command, manifestPath: manifestPath, lockPath: lockPath).check()
        var diagnostics = Diagnostics()
        for option in ignoredOptions {
            diagnostics.note(.objectSkipped, "'\(option)' has no meaning here and is ignored")
        }
        var keys = OwnerKeyFiles(command.keys, command.inputs, mayCreate: mayCreateKeys)
        let request = try request(&keys, &diagnostics)
        guard let request, !diagnostics.hasErrors else { return try command.findings.report(diagnostics) }
        var outputs = GenerateOutputs(command.outputs, manifestPath: manifestPath)
        let result = GeneratePipeline(request, toolVersion: ToolVersion.number).run { outputs.add($0.path, $1, $2) }
        diagnostics.add(contentsOf: result.diagnostics)
        if command.findings.fails(diagnostics) {
            outputs.discard()
            return try command.findings.report(diagnostics)
        }
        let changed: Bool
        do throws(FileError) {
            changed = try outputs.finish(result, keys)
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            return try command.findings.report(diagnostics)
        }
        try command.findings.report(diagnostics)
        progress(result, changed: changed)
        if changed, command.outputs.check { throw ExitCode.changeFound }
    }

    private var ignoredOptions: [String] {
        var options: [String] = []
        if command.inputs.cachePath != nil { options.append("--genpolicy-cache-path") }
        return options
    }

    /// Keys come into being only where a person sees it, or when asked for.
    private var mayCreateKeys: Bool {
        if command.outputs.writesNothing || command.compilation.remove { return false }
        let isInPlace = command.outputs.output == nil && !command.paths.contains("-")
        return command.keys.createKeys || (isInPlace && FileSystem.isTerminal(1))
    }

    private func request(_ keys: inout OwnerKeyFiles, _ diagnostics: inout Diagnostics) throws -> GenerateRequest? {
        let reader = SourceReader()
        let (platform, bundles) = try platform(reader, &diagnostics)
        let settings = SettingsFiles(path: command.inputs.settings).read(&diagnostics)
        var lock = LockFile()
        if command.inputs.lock != nil || FileSystem.info(lockPath) != nil,
            let source = reader.read(lockPath, limit: LockReader.sizeLimit, &diagnostics),
            let read = LockReader.read(source, into: &diagnostics)
        {
            lock = read
        }
        var replacements = ImageReplacements()
        if let path = command.inputs.imageReplacements,
            let source = reader.read(path, limit: ImageReplacements.sizeLimit, &diagnostics),
            let read = ImageReplacements.parse(source, into: &diagnostics)
        {
            replacements = read
        }
        let excluded =
            [
                manifestPath, lockPath, command.inputs.imageReplacements, command.inputs.settings,
                command.outputs.output,
                command.outputs.report, command.inputs.referenceValues, command.findings.diagnosticsOutput,
            ]
            .compactMap { $0 }
        let inputs = InputDiscovery(excluded: excluded).find(command.paths, into: &diagnostics)
        guard let settings else { return nil }
        if !command.inputs.locked, !command.compilation.remove, !diagnostics.hasErrors {
            lock = MissingImages(command, lockPath: lockPath).resolve(lock, inputs, replacements, &diagnostics)
        }
        var request = GenerateRequest(inputs: inputs, bundles: bundles, settings: settings, lock: lock)
        request.platform = platform
        request.profile = command.compilation.policyProfile
        request.replacements = replacements
        request.manifestPath = manifestPath
        // A device or pipe is written only.
        if let info = FileSystem.info(manifestPath), info.kind != .other {
            request.manifest = reader.read(manifestPath, limit: SourceReader.manifestLimit, &diagnostics)
        }
        request.jobs = command.compilation.jobCount
        request.switches = try switches()
        if !command.compilation.remove {
            request.workloadOwners = keys.workloadOwners(&diagnostics)
            request.seedshareOwners = keys.seedshareOwners(&diagnostics)
        }
        return request
    }

    private func switches() throws -> GenerateRequest.Switches {
        var switches = GenerateRequest.Switches()
        switches.all = command.compilation.all
        switches.remove = command.compilation.remove
        switches.refresh = command.compilation.refresh
        switches.requireProof = command.inputs.requireProof
        switches.skipInitializer = command.compilation.skipInitializer
        switches.skipServiceMesh = command.compilation.skipServiceMesh
        switches.disableUpdates = command.keys.disableUpdates
        if command.compilation.insecure {
            guard getenv("CONTRAST_ALLOW_INSECURE_RUNTIMES").map({ String(cString: $0) }) == "1" else {
                throw ValidationError("'--INSECURE' also needs the variable CONTRAST_ALLOW_INSECURE_RUNTIMES=1")
            }
            switches.allowInsecure = true
        }
        return switches
    }

    /// `--reference-values`: a platform, or a bundle file when it has a slash or ends in `.json`.
    private func platform(_ reader: SourceReader, _ diagnostics: inout Diagnostics) throws -> (Platform?, Bundles) {
        guard let given = command.inputs.referenceValues else { return (nil, Bundles()) }
        if given.contains("/") || given.hasSuffix(".json") {
            guard let source = reader.read(given, limit: SourceReader.manifestLimit, &diagnostics),
                let bundle = Bundles.read(source, into: &diagnostics)
            else { return (nil, Bundles()) }
            return (bundle.platform, Bundles(given: bundle))
        }
        guard let platform = Platform(name: given) else {
            diagnostics.error(
                .unknownPlatform, "there is no platform '\(given)'",
                notes: [.init("platforms are \(Platform.all.map(\.name).joined(separator: ", "))")])
            return (nil, Bundles())
        }
        return (platform, Bundles())
    }

    private func progress(_ result: GenerateResult, changed: Bool) {
        guard FileSystem.isTerminal(2), command.findings.diagnosticsFormat == .text else { return }
        let count = result.report.workloads.count
        var line = "compiled \(count) workload\(count == 1 ? "" : "s")"
        if result.manifest != nil, !command.outputs.writesNothing { line += ", manifest in \(manifestPath)" }
        if !changed { line += ", nothing changed" }
        FileSystem.writeError(Array((line + "\n").utf8))
    }
}

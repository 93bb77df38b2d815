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
    private let standardInput: Result<SourceFile, InputFile.ReadFailure>?
    private let function: ResourceList?
    /// What is run again, if this is not the first time.
    private let repeated: BuildStatement?
    private let record: BuildRecord?
    private let reader: SourceReader

    /// - Parameters:
    ///   - standardInput: when it has been read already.
    ///   - function: what standard input is, when this runs as a KRM function.
    ///   - repeated: what names the inputs and keys, when this runs again.
    init(
        _ command: GenerateCommand, standardInput: Result<SourceFile, InputFile.ReadFailure>? = nil,
        function: ResourceList? = nil, repeating repeated: BuildStatement? = nil
    ) {
        self.repeated = repeated
        record = command.outputs.provenance != nil || repeated != nil ? BuildRecord() : nil
        reader = SourceReader(record: record)
        self.command = command
        self.standardInput = standardInput
        self.function = function
        manifestPath = command.inputs.path(command.outputs.manifest, default: "manifest.json")
        lockPath = command.inputs.path(command.inputs.lock, default: "contrast.lock")
    }

    /// - Parameter found: findings about the options.
    func run(_ found: Diagnostics = Diagnostics()) throws {
        try FileRoles(command: command, manifestPath: manifestPath, lockPath: lockPath).check()
        try command.checkProvenance(manifestPath: manifestPath, lockPath: lockPath)
        Interruption.prepare()
        var diagnostics = found
        for option in command.upstream.ignored {
            diagnostics.note(.objectSkipped, "'\(option.name)' has no meaning here and is ignored: \(option.reason)")
        }
        var keys = OwnerKeyFiles(command.keys, command.inputs, mayCreate: mayCreateKeys)
        let provenance = Provenance(command, record, &diagnostics)
        let request = try request(&keys, &diagnostics)
        guard let request, !diagnostics.hasErrors else { return try fail(diagnostics) }
        var outputs = GenerateOutputs(command.outputs, manifestPath: manifestPath, record: record)
        var items = function?.source.bytes ?? []
        let result = GeneratePipeline(request, toolVersion: ToolVersion.number).run { input, old, new in
            if function == nil { outputs.add(input.path, old, new) } else { items = new }
        }
        diagnostics.add(contentsOf: result.diagnostics)
        if command.findings.fails(diagnostics) {
            outputs.discard()
            return try fail(diagnostics)
        }
        if let function { outputs.add("-", function.source.bytes, function.output(items, diagnostics)) }
        let changed: Bool
        do throws(FileError) {
            changed = try outputs.finish(
                result, keys,
                statement: provenance.map { provenance in
                    (provenance.path, { () throws(FileError) in try provenance.text(request, result) })
                })
        } catch {
            diagnostics.error(
                .unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path,
                notes: error.remaining.map { .init("'\($0)' has been replaced already and could not be put back") })
            return try command.findings.report(diagnostics)
        }
        try command.findings.report(diagnostics)
        progress(result, changed: changed)
        if changed, command.outputs.check { throw ExitCode.changeFound }
    }

    /// Runs again what is described, and writes nothing.
    ///
    /// - Returns: the description of this run; `nil` with errors.
    func repeatBuild(_ diagnostics: inout Diagnostics) throws -> BuildStatement? {
        var keys = OwnerKeyFiles(command.keys, command.inputs, mayCreate: false)
        guard let request = try request(&keys, &diagnostics), !diagnostics.hasErrors else { return nil }
        var outputs = GenerateOutputs(command.outputs, manifestPath: manifestPath, record: record)
        let result = GeneratePipeline(request, toolVersion: ToolVersion.number).run { outputs.add($0.path, $1, $2) }
        diagnostics.add(contentsOf: result.diagnostics)
        guard !diagnostics.hasErrors else { return nil }
        _ = try outputs.finish(result, keys)
        return try record?.statement(command, request, result)
    }

    /// Reports findings of a run that failed; those of a KRM function also with the list, whose items stay as they were.
    private func fail(_ diagnostics: Diagnostics) throws {
        if let function { try? FileSystem.writeOutput(function.output(function.source.bytes, diagnostics)) }
        try command.findings.report(diagnostics)
    }

    /// Keys come into being only where a person sees it, or when asked for.
    private var mayCreateKeys: Bool {
        if command.outputs.writesNothing || command.compilation.remove { return false }
        let isInPlace = command.outputs.output == nil && !command.paths.contains("-")
        return command.keys.createKeys || (isInPlace && FileSystem.isTerminal(1))
    }

    private func request(_ keys: inout OwnerKeyFiles, _ diagnostics: inout Diagnostics) throws -> GenerateRequest? {
        let (platform, bundles) = try platform(&diagnostics)
        let settings = SettingsFiles(path: command.inputs.settings, reader: reader).read(&diagnostics)
        var lock = LockFile()
        let hasLock = command.inputs.lock != nil || repeated == nil && FileSystem.info(lockPath) != nil
        if hasLock, let source = reader.read(lockPath, limit: LockReader.sizeLimit, as: .lock, &diagnostics),
            let read = LockReader.read(source, into: &diagnostics)
        {
            lock = read
        }
        var replacements = ImageReplacements()
        if let path = command.inputs.imageReplacements,
            let source = reader.read(
                path, limit: ImageReplacements.sizeLimit, as: .imageReplacements, &diagnostics),
            let read = ImageReplacements.parse(source, into: &diagnostics)
        {
            replacements = read
        }
        let excluded =
            [
                manifestPath, lockPath, command.inputs.imageReplacements, command.inputs.settings,
                command.outputs.output,
                command.outputs.report, command.outputs.provenance, command.outputs.provenanceKey,
                command.inputs.referenceValues, command.findings.diagnosticsOutput,
            ]
            .compactMap { $0 }
        let inputs =
            repeated?.inputs
            ?? InputDiscovery(excluded: excluded, standardInput: standardInput)
            .find(command.paths, into: &diagnostics)
        guard let settings else { return nil }
        if !command.inputs.locked, command.outputs.provenance == nil, !command.compilation.remove,
            !diagnostics.hasErrors
        {
            lock = MissingImages(command, lockPath: lockPath).resolve(lock, inputs, replacements, &diagnostics)
        }
        var request = GenerateRequest(inputs: inputs, bundles: bundles, settings: settings, lock: lock)
        request.platform = platform
        request.profile = command.compilation.policyProfile
        request.secretValues = command.compilation.secretValues
        request.policyLayout = command.compilation.policyDebug ? .debug : .release
        request.replacements = replacements
        request.manifestPath = manifestPath
        // A device or pipe is written only.
        let hasManifest = repeated?.materials.contains { $0.role == .manifest } ?? true
        if hasManifest, let info = FileSystem.info(manifestPath), info.kind != .other {
            request.manifest = reader.read(
                manifestPath, limit: SourceReader.manifestLimit, as: .manifest, &diagnostics)
        }
        request.today = .today
        request.jobs = command.compilation.jobCount
        request.switches = try switches()
        request.secretLint = SecretLint(allowed: command.compilation.allowReadable.compactMap(SecretAllowance.init))
        if let repeated {
            request.workloadOwners = repeated.options.workloadOwners
            request.seedshareOwners = repeated.options.seedshareOwners
        } else if !command.compilation.remove {
            request.workloadOwners = keys.workloadOwners(&diagnostics)
            request.seedshareOwners = keys.seedshareOwners(&diagnostics)
        }
        return request
    }

    private func switches() throws -> GenerateRequest.Switches {
        var switches = GenerateRequest.Switches()
        switches.all = command.compilation.all
        switches.allowUnboundImages = command.compilation.allowUnboundImages
        switches.remove = command.compilation.remove
        switches.refresh = command.compilation.refresh
        switches.requireProof = command.inputs.requireProof
        switches.skipInitializer = command.compilation.skipInitializer
        switches.skipServiceMesh = command.compilation.skipServiceMesh
        switches.injectImageStore = command.compilation.injectImageStore
        switches.calculatePodMemory = command.compilation.calculatePodMemory
        switches.debugShell = command.compilation.debugShell
        switches.reportsEverything = command.outputs.report != nil
        switches.listsWorkloads = command.outputs.report != nil || record != nil
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
    private func platform(_ diagnostics: inout Diagnostics) throws -> (Platform?, Bundles) {
        guard let given = command.inputs.referenceValues else { return (nil, Bundles()) }
        if BundleSource.isFile(given) {
            guard let bundle = BundleSource.read(given, with: reader, &diagnostics) else { return (nil, Bundles()) }
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
        let count = result.policyCount
        var line = "compiled \(count) workload\(count == 1 ? "" : "s")"
        if result.manifest != nil, !command.outputs.writesNothing { line += ", manifest in \(manifestPath)" }
        if !changed { line += ", nothing changed" }
        FileSystem.writeError(Array((line + "\n").utf8))
    }
}

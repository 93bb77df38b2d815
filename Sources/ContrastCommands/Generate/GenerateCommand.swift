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

/// `contrast generate`.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Compile deployments: inject sidecars, pin images, attach policies, write the manifest.",
        discussion: """
            Reads .yaml, .yml and .json files, directories of them, or '-' for standard input. Files are edited in place \
            and keep every byte that is not concerned; '-o' writes one combined file instead. Nothing is written unless \
            everything compiled.

            Example:
              contrast generate --reference-values metal-qemu-snp --lock contrast.lock deployment/
              contrast generate --reference-values metal-qemu-snp --inject-image-store deployment/
              contrast generate --reference-values metal-qemu-snp --allow-readable '*:DEMO_PASSWORD' deployment/
              contrast generate --reference-values metal-qemu-snp --render-command 'helm template shop ./chart' > out.yaml
              kubectl kustomize overlay | contrast generate --reference-values metal-qemu-snp - > out.yaml

            A ResourceList on standard input is compiled as by a KRM function: options may stand in functionConfig.data, \
            findings are added as results.
            """)

    @OptionGroup(title: "Inputs") var inputs: GenerateInputOptions
    @OptionGroup(title: "Sources of images that are not in the lock") var sources: SourceOptions
    @OptionGroup(title: "Compilation") var compilation: CompilationOptions
    @OptionGroup(title: "Outputs") var outputs: GenerateOutputOptions
    @OptionGroup(title: "Owner keys") var keys: KeyOptions
    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions
    @OptionGroup(visibility: .hidden) var upstream: UpstreamOptions

    @Argument(help: ArgumentHelp("Files and directories, or '-'.", valueName: "path"))
    var paths: [String] = []

    func validate() throws {
        if paths.isEmpty, inputs.renderCommand == nil {
            throw ValidationError("give the files or directories to compile, or '-'")
        }
        if !paths.isEmpty, inputs.renderCommand != nil {
            throw ValidationError("'--render-command' prints what is compiled, so it takes no paths")
        }
        if keys.disableUpdates, !keys.addWorkloadOwnerKey.isEmpty {
            throw ValidationError("'--disable-updates' and '--add-workload-owner-key' exclude each other")
        }
        if compilation.remove, compilation.all || compilation.refresh {
            throw ValidationError("'--remove' undoes a compilation; it takes neither '--all' nor '--refresh'")
        }
        if compilation.injectImageStore, upstream.skipTrustedStore {
            throw ValidationError("'--inject-image-store' and '--skip-trusted-store' exclude each other")
        }
    }

    func run() throws {
        if let command = inputs.renderCommand { return try runRendered(RenderedInput(command: command)) }
        guard paths == ["-"] else { return try GenerateRun(self).run() }
        let input = InputDiscovery.readStandardInput()
        guard let list = (try? input.get()).flatMap({ ResourceList($0) }) else {
            return try GenerateRun(self, standardInput: input).run()
        }
        try runFunction(list)
    }

    /// Compiles what a command renders, as if it came from standard input.
    private func runRendered(_ rendered: RenderedInput) throws {
        var diagnostics = Diagnostics()
        guard let source = rendered.read(&diagnostics) else { return try findings.report(diagnostics) }
        var command = self
        command.inputs.renderCommand = nil
        command.paths = ["-"]
        try GenerateRun(command, standardInput: .success(source)).run(diagnostics)
    }

    /// Runs as a KRM function: options come with the list, findings go into it.
    private func runFunction(_ list: ResourceList) throws {
        var command = self
        var diagnostics = Diagnostics()
        command.apply(list.options(into: &diagnostics), into: &diagnostics)
        try command.compilation.validate()
        try command.validate()
        guard !outputs.writesNothing, (command.outputs.output ?? "-") == "-", command.outputs.report != "-",
            outputs.provenance == nil
        else {
            throw ValidationError(
                "a ResourceList goes to stdout, so '--check', '--diff', '-o', '--report -' and '--provenance' do not fit"
            )
        }
        try GenerateRun(command, standardInput: .success(list.source), function: list).run(diagnostics)
    }
}

/// Where the inputs of generate come from.
struct GenerateInputOptions: ParsableArguments {
    @Option(
        name: .customLong("reference-values"),
        help: ArgumentHelp(
            "Platform for workloads that name none, e.g. metal-qemu-snp, or a bundle file.", valueName: "platform|file")
    )
    var referenceValues: String?

    @Option(
        help: ArgumentHelp(
            "Compile what a shell command prints, after it has printed the same twice.", valueName: "command"))
    var renderCommand: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Settings in genpolicy's format, a file or directory.", valueName: "file"))
    var settings: String?

    @Option(help: ArgumentHelp("Lock file. (default: contrast.lock)", valueName: "file"))
    var lock: String?

    @Flag(help: "Never touch the network: every image must be in the lock.")
    var locked = false

    @Flag(help: "Refuse images whose facts the lock only asserts.")
    var requireProof = false

    @Option(help: ArgumentHelp("File of lines 'original=replacement' for images.", valueName: "file"))
    var imageReplacements: String?

    @Option(help: ArgumentHelp("Directory of the default files named here.", valueName: "dir"))
    var workspaceDir: String?

    /// A default file name in the workspace, or a path as the user gave it.
    func path(_ given: String?, default name: String) -> String {
        if let given { return given }
        guard let directory = workspaceDir, !directory.isEmpty else { return name }
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
}

extension PolicyProfile: ExpressibleByArgument {}
extension SecretValues: ExpressibleByArgument {}

/// What generate does to workloads.
struct CompilationOptions: ParsableArguments {
    @Flag(help: "Compile all workloads, whatever their runtime class.")
    var all = false

    @Flag(help: "Undo: remove what generate added and restore what it replaced.")
    var remove = false

    @Flag(help: "Replace reference values in the manifest that differ from this release's.")
    var refresh = false

    @Option(
        help: ArgumentHelp("Rules of the policies: strict, or compat, as genpolicy decides.", valueName: "profile"))
    var policyProfile = PolicyProfile.strict

    @Flag(help: "Make strict policies also where nothing binds the content of images.")
    var allowUnboundImages = false

    @Option(
        help: ArgumentHelp(
            "Values of Secrets in the environment: pinned in the policy, or free for the host to choose.",
            valueName: "pinned|free"))
    var secretValues = SecretValues.pinned

    @Option(
        help: ArgumentHelp(
            "Where what looks like a secret may be readable, as Kind/name:key with '*' for any text.",
            valueName: "place"))
    var allowReadable: [String] = []

    @Flag(help: "Write policies that are long, and print what they try.")
    var policyDebug = false

    @Flag(help: "Add no initializer.")
    var skipInitializer = false

    @Flag(help: "Add no service mesh sidecar.")
    var skipServiceMesh = false

    @Flag(help: "Keep images on an encrypted ephemeral volume instead of in memory.")
    var injectImageStore = false

    @Flag(help: "Limit the memory of pods by their images, whose layer sizes the lock must hold.")
    var calculatePodMemory = false

    @Flag(name: .customLong("insecure-enable-debug-shell-access"), help: "Open the guest to the host, to find faults.")
    var debugShell = false

    @Flag(name: .customLong("INSECURE"), help: "Allow platforms that attest nothing.")
    var insecure = false

    @Option(help: ArgumentHelp("Threads. (default: one per core)", valueName: "n"))
    var jobs: Int?

    var jobCount: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    func validate() throws {
        if let place = allowReadable.first(where: { SecretAllowance($0) == nil }) {
            throw ValidationError("'\(place)' is no place; expected Kind/name:key, such as 'ConfigMap/web:*'")
        }
        if let jobs, jobs < 1 || jobs > 1024 { throw ValidationError("'--jobs' takes a number from 1 to 1024") }
    }
}

/// What generate writes.
struct GenerateOutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Manifest, read and written. (default: manifest.json)", valueName: "file"))
    var manifest: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write all documents to one file, '-' for stdout.", valueName: "file"))
    var output: String?

    @Flag(help: "Write nothing; exit with 2 when something would change.")
    var check = false

    @Flag(help: "Write nothing; show what would change as a unified diff.")
    var diff = false

    @Option(help: ArgumentHelp("Write a JSON report of what was compiled.", valueName: "file"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Write a statement of what was made of what, an in-toto statement. All images must be in the lock.",
            valueName: "file"))
    var provenance: String?

    @Option(help: ArgumentHelp("Sign the statement with this ECDSA key, PEM.", valueName: "key"))
    var provenanceKey: String?

    var writesNothing: Bool { check || diff }
}

/// The keys that the manifest names.
struct KeyOptions: ParsableArguments {
    @Option(
        name: [.customShort("w"), .customLong("add-workload-owner-key")],
        help: ArgumentHelp("PEM key that may change the manifest. (default: workload-owner.pem)", valueName: "key"))
    var addWorkloadOwnerKey: [String] = []

    @Option(
        help: ArgumentHelp("PEM key that may recover the Coordinator. (default: seedshare-owner.pem)", valueName: "key")
    )
    var addSeedshareOwnerKey: [String] = []

    @Flag(help: "Create key files that do not exist.")
    var createKeys = false

    @Flag(name: .shortAndLong, help: "Let nobody change the manifest after it is set.")
    var disableUpdates = false
}

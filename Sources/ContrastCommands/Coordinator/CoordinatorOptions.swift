// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Client
internal import ClientConnection
internal import Endorsements
internal import IR

/// Which Coordinator a command talks to, and by which manifest it recognises it.
struct CoordinatorOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The Coordinator's user API, e.g. coordinator.example:1313.", valueName: "host:port"))
    var coordinator: String

    @OptionGroup var workspace: WorkspaceOptions

    @Option(help: ArgumentHelp("Ask this cache of AMD's and Intel's services first.", valueName: "url"))
    var collateralProxy: String?

    @Flag(help: "Fetch no endorsements; what the evidence does not bring along is taken from the cache.")
    var offline = false

    @Option(help: ArgumentHelp("How long to wait for a Coordinator to answer.", valueName: "seconds"))
    var connectTimeout = 180

    @OptionGroup var insecure: InsecureOption

    func validate() throws {
        guard Endpoint(coordinator) != nil else {
            throw ValidationError("'\(coordinator)' is no address; expected host:port")
        }
        guard 0...86_400 ~= connectTimeout else {
            throw ValidationError("'--connect-timeout' takes a number from 0 to 86400")
        }
        if offline, collateralProxy != nil {
            throw ValidationError("'--offline' and '--collateral-proxy' exclude each other")
        }
        if let collateralProxy, CollateralProxy(collateralProxy) == nil {
            throw ValidationError("'\(collateralProxy)' is no URL of HTTP or HTTPS without credentials and query")
        }
    }
}

/// The files that the commands of a deployment share.
struct WorkspaceOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("The manifest. (default: manifest.json)", valueName: "file"))
    var manifest: String?

    @Option(help: ArgumentHelp("Directory of the default files named here.", valueName: "dir"))
    var workspaceDir: String?

    var manifestPath: String { path(manifest, default: "manifest.json") }

    /// A default file name in the workspace, or a path as the user gave it.
    func path(_ given: String?, default name: String) -> String {
        if let given { return given }
        guard let directory = workspaceDir, !directory.isEmpty else { return name }
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    /// The manifest, in which nothing may be left to fill in; and its bytes. `nil` with errors.
    func readManifest(_ diagnostics: inout Diagnostics) -> (manifest: Manifest, source: SourceFile)? {
        guard let source = SourceReader().read(manifestPath, limit: SourceReader.manifestLimit, &diagnostics),
            let manifest = Manifest.read(source, diagnostics: &diagnostics)
        else { return nil }
        let problems = manifest.problems.map { problem in
            var problem = problem
            problem.kind = .malformed
            return problem
        }
        Manifest.report(problems, in: source, diagnostics: &diagnostics)
        manifest.reportMissingCoordinator(path: manifestPath, diagnostics: &diagnostics)
        return diagnostics.hasErrors ? nil : (manifest, source)
    }

    /// Hash of the transition that is taken for the latest: as given in hexadecimal, else as `verify` has left it, else
    /// that of no transition. `nil` with an error.
    func latestTransition(_ given: String?, _ diagnostics: inout Diagnostics) -> [UInt8]? {
        let file = path(nil, default: "\(VerifiedFiles.directory)/\(VerifiedFiles.latestTransition)")
        var text = given
        if text == nil, FileSystem.info(file) != nil {
            guard let source = SourceReader().read(file, limit: 1 << 10, &diagnostics) else { return nil }
            text = String(decoding: source.bytes, as: UTF8.self)
        }
        guard let text else { return [UInt8](repeating: 0, count: 32) }
        do throws(ClientError) {
            return try TransitionSignature.hash(hexadecimal: text)
        } catch {
            diagnostics.error(.malformedTransition, "\(error)", path: given == nil ? file : nil)
            return nil
        }
    }
}

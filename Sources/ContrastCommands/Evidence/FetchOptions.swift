// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Attestation
internal import Endorsements
internal import EndorsementsHTTP
internal import IR

/// Whether and how endorsements are fetched.
struct FetchOptions: ParsableArguments {
    @Flag(help: "Fetch what neither the evidence nor files have, from AMD or Intel; answers are kept in a cache.")
    var fetch = false

    @Flag(help: "With '--fetch', take it from the cache alone.")
    var offline = false

    @Option(help: ArgumentHelp("Ask this cache of AMD's and Intel's services first.", valueName: "url"))
    var collateralProxy: String?

    @Option(
        help: ArgumentHelp(
            "Keep fetched answers here instead of $XDG_CACHE_HOME/contrast/kds or ~/.cache/contrast/kds.",
            valueName: "directory"))
    var cacheDir: String?

    func validate() throws {
        if !fetch, offline || collateralProxy != nil || cacheDir != nil {
            throw ValidationError("'--offline', '--collateral-proxy' and '--cache-dir' need '--fetch'")
        }
        if offline, collateralProxy != nil {
            throw ValidationError("'--offline' and '--collateral-proxy' exclude each other")
        }
        if let collateralProxy, CollateralProxy(collateralProxy) == nil {
            throw ValidationError("'\(collateralProxy)' is no URL of HTTP or HTTPS without credentials and query")
        }
        if cacheDir == "" { throw ValidationError("'--cache-dir' needs a directory") }
    }

    /// Adds what is missing, with a warning for what cannot be had.
    func complete(
        _ files: inout EndorsementFiles, for evidence: Evidence, _ verifier: EvidenceVerifier,
        _ diagnostics: inout Diagnostics
    ) {
        guard fetch else { return }
        let directory =
            cacheDir ?? Environment.directory("XDG_CACHE_HOME", inHome: ".cache").map { "\($0)/contrast/kds" }
        let store = directory.map { EndorsementDirectory($0) }
        let proxy = collateralProxy.flatMap { CollateralProxy($0) }
        let (isOffline, given) = (offline, files)
        let result = Blocking.run {
            let transport = isOffline ? nil : HTTPTransport(userAgent: ToolVersion.text)
            let client = EndorsementClient(transport: transport, store: store, proxy: proxy)
            var files = given
            let problems = await EndorsementFetcher(client: client, verifier: verifier).complete(&files, for: evidence)
            await transport?.close()
            return (files, problems)
        }
        files = result.0
        for problem in result.1 {
            diagnostics.warning(
                .endorsementUnavailable, "\(problem.error)", path: problem.url,
                notes: problem.isStored ? [.init("the answer in the cache is used")] : [])
        }
    }
}

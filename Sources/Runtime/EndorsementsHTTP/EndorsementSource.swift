// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import Endorsements

/// Gets what evidence does not bring along: from AMD and Intel, through a proxy, out of a directory.
package struct EndorsementSource: Sendable {
    package var userAgent: String
    /// Keeps answers; `nil` keeps none.
    package var directory: String?
    package var proxy: CollateralProxy?
    /// Whether the directory is all there is.
    package var isOffline: Bool
    /// Of `sharing`.
    private var client: EndorsementClient?
    private var transport: HTTPTransport?
    /// For all of what one piece of evidence needs; less than a handshake may take.
    private static let timeLimitOfServers = Duration.seconds(20)

    package init(userAgent: String, directory: String? = nil, proxy: CollateralProxy? = nil, isOffline: Bool = false) {
        self.userAgent = userAgent
        self.directory = directory
        self.proxy = proxy
        self.isOffline = isOffline
    }

    /// The same for a server, which needs many endorsements as long as it lives: it keeps connections and answers in
    /// memory, and asks for one thing once at a time. What changes is asked for again after ten minutes.
    package func sharing() -> EndorsementSource {
        var source = self
        source.transport = isOffline ? nil : HTTPTransport(userAgent: userAgent)
        source.client = EndorsementClient(
            transport: source.transport,
            store: directory.map { EndorsementDirectory($0) } ?? EndorsementMemory(), proxy: proxy,
            freshFor: .seconds(600))
        return source
    }

    /// Ends the connections of `sharing`; call it once, at the end.
    package func close() async { await transport?.close() }

    /// What cannot be had is left out: the verification says what it was needed for.
    ///
    /// - Parameter verifier: by which answers are judged before they are kept.
    package func endorsements(for evidence: Evidence, _ verifier: EvidenceVerifier) async -> EndorsementFiles {
        var files = EndorsementFiles()
        if let client {
            let fetcher = EndorsementFetcher(client: client, verifier: verifier, timeLimit: Self.timeLimitOfServers)
            _ = await fetcher.complete(&files, for: evidence)
            return files
        }
        let transport = isOffline ? nil : HTTPTransport(userAgent: userAgent)
        let client = EndorsementClient(
            transport: transport, store: directory.map { EndorsementDirectory($0) }, proxy: proxy)
        _ = await EndorsementFetcher(client: client, verifier: verifier).complete(&files, for: evidence)
        await transport?.close()
        return files
    }
}

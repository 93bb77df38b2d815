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

    package init(userAgent: String, directory: String? = nil, proxy: CollateralProxy? = nil, isOffline: Bool = false) {
        self.userAgent = userAgent
        self.directory = directory
        self.proxy = proxy
        self.isOffline = isOffline
    }

    /// What cannot be had is left out: the verification says what it was needed for.
    ///
    /// - Parameter verifier: by which answers are judged before they are kept.
    package func endorsements(for evidence: Evidence, _ verifier: EvidenceVerifier) async -> EndorsementFiles {
        let transport = isOffline ? nil : HTTPTransport(userAgent: userAgent)
        let client = EndorsementClient(
            transport: transport, store: directory.map { EndorsementDirectory($0) }, proxy: proxy)
        var files = EndorsementFiles()
        _ = await EndorsementFetcher(client: client, verifier: verifier).complete(&files, for: evidence)
        await transport?.close()
        return files
    }
}

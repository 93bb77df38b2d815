// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import ClientConnection

/// Where a Coordinator listens, and how it knows itself and its peers.
package struct CoordinatorServerOptions: Sendable {
    /// An address and the ports on it; zero for any that is free.
    package struct Listener: Sendable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    package var userAPI: Listener
    package var meshAPI: Listener
    package var httpAPI: Listener
    package var transitAPI: Listener
    package var probes: Listener
    /// Whether `/metrics` answers beside the probes.
    package var hasMetrics = false
    /// Of this program, for the HTTP API.
    package var version: String
    /// What gets endorsements that a peer's evidence does not bring along.
    package var endorsements: ManifestVerifier.Completion = { _ in EndorsementFiles() }
    /// Mesh APIs of other Coordinators of the deployment, which a restarted one asks for its seed.
    package var peers: [Endpoint] = []
    /// Between two looks at the store, and two attempts to recover.
    package var upkeepInterval = Duration.seconds(15)
    /// That manifests of simulated platforms may be verified.
    package var simulation: SimulationConsent?

    /// - Parameter host: of all listeners, on their standard ports.
    package init(host: String = "127.0.0.1", version: String) {
        userAPI = Listener(host: host, port: 1313)
        meshAPI = Listener(host: host, port: 7777)
        httpAPI = Listener(host: host, port: 1314)
        transitAPI = Listener(host: host, port: 8200)
        probes = Listener(host: host, port: 9102)
        self.version = version
    }
}

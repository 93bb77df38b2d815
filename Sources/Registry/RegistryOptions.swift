// SPDX-License-Identifier: Apache-2.0

package import OCI

/// How registries are reached.
package struct RegistryOptions: Sendable {
    /// Hosts that speak HTTP.
    package var insecureHosts: Set<RegistryHost> = []
    /// A file of PEM certificates that are trusted beside the system's.
    package var trustRoots: String?
    package var proxies = ProxySettings()
    package var userAgent = "contrast"
    package var retry = RetryPolicy()
    /// Seconds without a byte, after which a connection is given up.
    package var idleSeconds: Int64 = 30
    /// Seconds until the head of a response must be there.
    package var responseSeconds: Int64 = 60
    /// Bytes per second that an answer must make on average, once it took longer than `idleSeconds`.
    package var leastRate = 1024

    package init() {}

    /// Whether a request that one host led to may go to another without TLS. A registry elsewhere does not reach into
    /// this machine.
    func allowsPlainHTTP(_ host: RegistryHost, from first: RegistryHost) -> Bool {
        insecureHosts.contains(host) || (host.isLoopback && (first.isLoopback || insecureHosts.contains(first)))
    }
}

/// When and how often a request is made again.
package struct RetryPolicy: Sendable {
    /// Attempts without progress.
    package var attempts = 5
    /// Attempts in all, so that a source that gives a byte at a time comes to an end.
    package var totalAttempts = 50
    package var first = Duration.milliseconds(250)
    package var longest = Duration.seconds(8)
    /// Longest time that a registry may ask to wait.
    package var longestAsked = Duration.seconds(120)

    package init() {}

    /// The wait before another attempt: what the registry asked for, else a random part of a time that doubles.
    ///
    /// - Parameter failures: how many there were, one or more.
    func delay(after failures: Int, asked: Duration?) -> Duration {
        if let asked { return min(asked, longestAsked) }
        let ceiling = min(longest, first * (1 << min(failures - 1, 10)))
        return ceiling * Double.random(in: 0.5...1)
    }
}

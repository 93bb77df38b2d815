// SPDX-License-Identifier: Apache-2.0

/// The host of a registry, with its port where one is written.
package struct RegistryHost: Sendable, Hashable {
    /// Lower case; all names of Docker's registry are `docker.io`.
    package let name: String

    private static let dockerNames: Set = ["docker.io", "index.docker.io", "registry-1.docker.io"]

    package init(_ text: some StringProtocol) {
        let lower = text.lowercased()
        name = Self.dockerNames.contains(lower) ? "docker.io" : lower
    }

    /// Host and port that requests go to.
    package var address: String { name == "docker.io" ? "registry-1.docker.io" : name }

    /// Without the port and without the brackets of an IPv6 address.
    package var hostOnly: String {
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
            return String(name[name.index(after: name.startIndex)..<end])
        }
        return name.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? name
    }

    /// Whether requests cannot leave the machine.
    package var isLoopback: Bool {
        let host = hostOnly
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

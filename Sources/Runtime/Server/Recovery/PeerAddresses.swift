// SPDX-License-Identifier: Apache-2.0

package import ClientConnection
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where the other Coordinators of a deployment may be found.
package enum PeerAddresses {
    /// Addresses of one name that are asked; a headless Service has one for each pod.
    package static let limit = 16

    /// All that a name stands for, each with the endpoint's port; the endpoint itself when nobody knows the name, so that
    /// the attempt to reach it says so.
    package static func resolve(_ endpoint: Endpoint) async -> [Endpoint] {
        let hosts = try? await NIOThreadPool.singleton.runIfActive { lookUp(endpoint.host) }
        guard let hosts, !hosts.isEmpty else { return [endpoint] }
        return hosts.prefix(limit).map { Endpoint(host: $0, port: endpoint.port) }
    }

    /// Addresses as text, each once, in the system's order. Blocks.
    static func lookUp(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var hosts: [String] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard
                getnameinfo(
                    entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if !hosts.contains(host) { hosts.append(host) }
        }
        return hosts
    }
}

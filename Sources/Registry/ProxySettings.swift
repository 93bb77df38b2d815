// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
package import OCI

/// The proxies that requests go through, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name them, in capitals or not.
package struct ProxySettings: Sendable {
    /// Never printed with its password.
    struct Proxy: Sendable, Hashable {
        var host: String
        var port: Int
        var user: String?
        var password = ""

        /// Host and port.
        var name: String { "\(host):\(port)" }
    }

    private(set) var http: Proxy?
    private(set) var https: Proxy?
    private var exceptions: [ProxyException] = []

    /// No proxy.
    package init() {}

    /// - Parameter variable: the value of an environment variable; `nil` when it is absent or empty.
    package init(_ variable: (String) -> String?) throws(ImageError) {
        func value(_ name: String) -> String? { variable(name) ?? variable(name.lowercased()) }
        func proxy(_ name: String) throws(ImageError) -> Proxy? {
            guard let text = value(name) else { return nil }
            guard let proxy = Self.parse(text) else {
                throw ImageError(.malformed, "\(name) is no proxy that is known; expected http://host:port")
            }
            return proxy
        }
        http = try proxy("HTTP_PROXY")
        https = try proxy("HTTPS_PROXY")
        exceptions = (value("NO_PROXY") ?? "").split { $0 == "," || $0.isWhitespace }
            .compactMap { ProxyException(String($0)) }
    }

    /// The proxy of a request; `nil` for one that goes straight to its host, as all to this machine do.
    func proxy(for url: RequestURL) -> Proxy? {
        guard let proxy = url.isSecure ? https : http, !url.host.isLoopback,
            !exceptions.contains(where: { $0.covers(url.hostName, port: url.port) })
        else { return nil }
        return proxy
    }

    private static func parse(_ text: String) -> Proxy? {
        guard let url = URL(string: text.contains("://") ? text : "http://\(text)"), url.scheme?.lowercased() == "http",
            let host = url.host(percentEncoded: false), !host.isEmpty, url.path.isEmpty || url.path == "/"
        else { return nil }
        return Proxy(
            host: host, port: url.port ?? 80, user: url.user(percentEncoded: false),
            password: url.password(percentEncoded: false) ?? "")
    }
}

/// One entry of `NO_PROXY`: `*`, a domain, an address or a network, the first ones with or without a port.
private struct ProxyException {
    private enum Subject {
        case everything
        /// Ends at the boundary of a label. With a leading dot only names below it.
        case domain(String, onlyBelow: Bool)
        /// An address has as many bits as it is long.
        case network([UInt8], bits: Int)
    }

    private let subject: Subject
    private let port: Int?

    /// `nil` for what can match nothing.
    init?(_ text: String) {
        var name = text.lowercased()
        var port: Int?
        if let address = IPAddress.bytes(name) {
            (subject, self.port) = (.network(address, bits: address.count * 8), nil)
            return
        }
        if let slash = name.firstIndex(of: "/") {
            guard let address = IPAddress.bytes(String(name[..<slash])),
                let bits = Int(name[name.index(after: slash)...]),
                (0...address.count * 8) ~= bits
            else { return nil }
            (subject, self.port) = (.network(address, bits: bits), nil)
            return
        }
        if let colon = name.lastIndex(of: ":"), let number = UInt16(name[name.index(after: colon)...]) {
            port = Int(number)
            name = String(name[..<colon])
        }
        self.port = port
        if let address = IPAddress.bytes(name) {
            subject = .network(address, bits: address.count * 8)
        } else if name == "*" {
            subject = .everything
        } else {
            if name.hasPrefix("*.") { name.removeFirst() }
            let isBelow = name.hasPrefix(".")
            let domain = isBelow ? String(name.dropFirst()) : name
            guard !domain.isEmpty else { return nil }
            subject = .domain(domain, onlyBelow: isBelow)
        }
    }

    func covers(_ host: String, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        switch subject {
        case .everything: return true
        case .domain(let domain, let onlyBelow): return host.hasSuffix(".\(domain)") || (host == domain && !onlyBelow)
        case .network(let network, let bits):
            guard let address = IPAddress.bytes(host), address.count == network.count else { return false }
            return (0..<bits).allSatisfy { bit in
                (address[bit / 8] ^ network[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }
}

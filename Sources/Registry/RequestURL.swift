// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import OCI

/// Where a request goes: an absolute URL of HTTP or HTTPS.
struct RequestURL {
    let text: String
    let isSecure: Bool
    let host: RegistryHost
    /// In lower case, without port and brackets.
    let hostName: String
    let port: Int
    /// Scheme, host and port with its default written out: who else has these may see what is meant for one.
    let origin: String

    /// - Parameter base: what a relative reference is relative to.
    init?(_ text: String, relativeTo base: RequestURL? = nil) {
        guard text.utf8.count <= 16 << 10, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        guard let url = URL(string: text, relativeTo: base.flatMap { URL(string: $0.text) })?.absoluteURL,
            let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let name = url.host(percentEncoded: true), !name.isEmpty, url.user == nil, url.password == nil
        else { return nil }
        self.text = url.absoluteString
        isSecure = scheme == "https"
        let bracketed = name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name
        host = RegistryHost(url.port.map { "\(bracketed):\($0)" } ?? bracketed)
        hostName = (name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name).lowercased()
        port = url.port ?? (isSecure ? 443 : 80)
        origin = "\(scheme)://\(bracketed.lowercased()):\(port)"
    }
}

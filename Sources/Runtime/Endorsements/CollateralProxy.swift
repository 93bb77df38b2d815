// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// A cache between this program and the services. It needs no trust, since everything that it passes on is signed; so
/// it may speak plain HTTP.
package struct CollateralProxy: Sendable, Equatable {
    /// Without a slash at its end.
    private let base: String

    /// `nil` for what is no absolute URL of HTTP or HTTPS, or has credentials, a query or a fragment.
    package init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URL(string: text),
            let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
            let host = url.host(percentEncoded: true), !host.isEmpty, url.user == nil, url.password == nil,
            url.query == nil, url.fragment == nil
        else { return nil }
        base = text.last == "/" ? String(text.dropLast()) : text
    }

    /// The services have no path in common, so that the host is left out.
    package func url(for request: EndorsementRequest) -> String { base + request.target }
}

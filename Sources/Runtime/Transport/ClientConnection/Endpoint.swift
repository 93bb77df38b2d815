// SPDX-License-Identifier: Apache-2.0

/// Where a Coordinator listens.
package struct Endpoint: Sendable, Equatable {
    /// A name or an address, without brackets.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `1.2.3.4:port` or `[::1]:port`.
    ///
    /// - Parameter port: taken where the text has none; without one the text must.
    package init?(_ text: String, defaultPort: Int? = nil) {
        var rest = text[...]
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            guard host.contains(":") else { return nil }
        } else {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<end])
            rest = rest[end...]
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "/") }) else { return nil }
        if rest.isEmpty {
            guard let defaultPort else { return nil }
            port = defaultPort
        } else {
            let digits = rest.dropFirst()
            guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(digits),
                1...65535 ~= number
            else { return nil }
            port = number
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// What a server wants of its client's certificate (RFC 8446, section 4.3.2).
package struct CertificateRequest: Sendable, Equatable {
    /// The names of the extension `certificate_authorities`, in DER; empty without it.
    package private(set) var authorities: [[UInt8]] = []

    /// Number of the extension.
    private static let certificateAuthorities: UInt16 = 47

    /// Reads the body of the message, without type and length.
    package init(body: [UInt8]) throws(TLSDecodeError) {
        var reader = TLSReader(body)
        _ = try reader.vector8("certificate_request_context", 0...255)
        let extensions = try reader.extensions()
        try reader.end()
        guard var content = extensions[Self.certificateAuthorities] else { return }
        var list = try content.vector16("authorities", 3...65535)
        try content.end()
        while list.remaining > 0 {
            var name = try list.vector16("DistinguishedName", 1...65535)
            authorities.append(name.rest())
        }
    }
}

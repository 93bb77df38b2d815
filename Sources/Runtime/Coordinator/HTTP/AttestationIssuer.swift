// SPDX-License-Identifier: Apache-2.0

/// Evidence in the form that goes over the wire.
package struct AttestationDocument: Sendable, Equatable {
    /// Arcs of the OBJECT IDENTIFIER that names the form.
    package var type: [Int]
    package var bytes: [UInt8]

    package init(type: [Int], bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }
}

/// Makes evidence of the platform that the process runs on.
package protocol AttestationIssuer: Sendable {
    /// - Parameter reportData: the 64 bytes that bind the evidence.
    func issue(reportData: [UInt8]) async throws -> AttestationDocument
}

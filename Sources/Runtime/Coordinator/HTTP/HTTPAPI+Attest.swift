// SPDX-License-Identifier: Apache-2.0

internal import History
internal import IR

extension HTTPAPI {
    /// Evidence that is bound to the client's nonce and to all that the answer says.
    func attest(_ request: JSONObject, isVersioned: Bool) async throws(CoordinatorError) -> JSONValue {
        guard let nonce = request["nonce"]?.base64,
            nonce.count == AttestReportData.nonceSize
        else { throw .invalidArgument("nonce must be base64 of \(AttestReportData.nonceSize) bytes") }
        return try await places.run { () async throws(CoordinatorError) in
            try await answer(nonce: nonce, isVersioned: isVersioned)
        }
    }

    private func answer(nonce: [UInt8], isVersioned: Bool) async throws(CoordinatorError) -> JSONValue {
        let history = try await users.getManifests()
        let reportData = AttestReportData.bytes(
            nonce: nonce, transitionHash: history.latestTransition.transitionHash, rootCA: history.rootCA,
            meshCA: history.meshCA, capabilities: isVersioned ? capabilities : nil)
        let document: AttestationDocument
        do {
            document = try await issuer.issue(reportData: reportData)
        } catch {
            throw .internal(error)
        }
        return [
            "version": .string(version),
            "raw_attestation_doc": .base64(document.bytes),
            "attestation_type": .array(document.type.map { .integer(Int128($0)) }),
            "manifests": .array(history.manifests.map(JSONValue.base64)),
            "policies": .array(history.policies.map(JSONValue.base64)),
            "root_ca": .base64(history.rootCA),
            "mesh_ca": .base64(history.meshCA),
        ]
    }
}

extension JSONValue {
    static func base64(_ bytes: [UInt8]) -> JSONValue { .string(Base64.text(bytes)) }

    /// The bytes of a base64 text.
    var base64: [UInt8]? { string.flatMap { Base64.decode($0.utf8) } }
}

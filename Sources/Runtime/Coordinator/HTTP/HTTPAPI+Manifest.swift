// SPDX-License-Identifier: Apache-2.0

internal import IR
internal import Identity

extension HTTPAPI {
    /// Sets a manifest. The caller has no TLS key here: only a signature shows an owner.
    func setManifest(_ request: JSONObject) async throws(CoordinatorError) -> JSONValue {
        guard let manifest = request["manifest"]?.base64 else {
            throw .invalidArgument("manifest must be base64")
        }
        let signatures = try list(request["signatures"], "signatures")
        guard signatures.count <= 1 else { throw .invalidArgument("at most one signature is accepted") }
        let response = try await users.setManifest(
            SetManifestRequest(
                manifest: manifest, policies: try list(request["policies"], "policies"),
                signature: signatures.first),
            from: Peer())
        var object = JSONObject([
            ("version", .string(version)), ("root_ca", .base64(response.rootCA)), ("mesh_ca", .base64(response.meshCA)),
        ])
        if let document = response.seedShares {
            object["seed_shares_doc"] = [
                "seed_shares": .array(
                    document.shares.map { share in
                        ["public_key": .string(share.publicKey), "encrypted_seed": .base64(share.encryptedSeed)]
                    }),
                "salt": .base64(document.salt),
            ]
        }
        return .object(object)
    }

    /// An array of base64 texts; none and `null` are an empty one.
    private func list(_ value: JSONValue?, _ name: String) throws(CoordinatorError) -> [[UInt8]] {
        guard let value, !value.isNull else { return [] }
        guard let texts = value.strings else { throw .invalidArgument("\(name) must be an array of base64") }
        return try texts.map { text throws(CoordinatorError) in
            guard let bytes = Base64.decode(text.utf8) else { throw .invalidArgument("\(name) must be base64") }
            return bytes
        }
    }
}

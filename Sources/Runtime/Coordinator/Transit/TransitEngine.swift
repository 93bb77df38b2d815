// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import Digests
internal import IR
internal import Identity

/// Encrypts for workloads under keys that survive restarts and never leave the Coordinator (port 8200): the part of
/// Vault's transit API that its auto-unseal needs.
///
/// Callers have shown a certificate of the current mesh CA; each may use the keys of its own workload secret ID only.
package struct TransitEngine: Sendable {
    /// Bytes of a request.
    package static let bodyLimit = 1 << 20
    private static let path = "/v1/transit/"

    private let states: StateGuard

    package init(_ states: StateGuard) { self.states = states }

    /// - Parameter client: its certificate. The transport has verified it when the connection began; since then it may have
    ///   ended, or another manifest was set.
    package func respond(
        to request: HTTPRequest, from client: Certificate, at time: Timestamp
    ) -> HTTPResponse {
        guard let (operation, name) = Self.target(request.path) else { return Self.failure(404, "not found") }
        guard CertificateExtension.workloadSecretID(in: client) == name else {
            return .text("the workload secret ID of the certificate does not match the key's name\n", status: 403)
        }
        if request.contentType != nil, request.mediaType != "application/json" {
            return Self.failure(400, "expected application/json")
        }
        guard request.body.count <= Self.bodyLimit else {
            return Self.failure(413, "the request is larger than \(Self.bodyLimit) bytes")
        }
        guard let object = (try? JSONParser.parse(request.body, valueLimit: 64))?.object else {
            return Self.failure(400, "the request is not a JSON object")
        }
        let associatedData = object["associated_data"] ?? .null
        guard let data = associatedData.isNull ? [] : associatedData.base64 else {
            return Self.failure(400, "associated_data must be base64")
        }
        guard case .active(let state) = states.standing else {
            return Self.failure(503, "the Coordinator serves no manifest")
        }
        guard Self.isCurrent(client, state, at: time) else {
            return Self.failure(401, "the certificate is none of the current mesh CA, or not good now")
        }
        switch operation {
        case .encrypt: return Self.encrypt(object, name, data, state)
        case .decrypt: return Self.decrypt(object, name, data, state)
        }
    }

    private static func isCurrent(_ client: Certificate, _ state: ServingState, at time: Timestamp) -> Bool {
        guard let authority = try? Certificate(der: state.authority.mesh) else { return false }
        do throws(CertificatePathError) {
            try CertificatePath.validate([client], root: authority, algorithm: .ecdsaWithSHA384, at: time)
            return true
        } catch {
            return false
        }
    }

    private enum Operation: String {
        case encrypt, decrypt
    }

    /// `/v1/transit/<operation>/<name>`, the name percent-encoded.
    private static func target(_ path: String) -> (Operation, String)? {
        guard path.hasPrefix(Self.path) else { return nil }
        let parts = path.dropFirst(Self.path.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let operation = Operation(rawValue: String(parts[0])),
            let name = PercentEncoding.decode(String(parts[1])).flatMap({ String(validating: $0, as: UTF8.self) }),
            !name.isEmpty
        else { return nil }
        return (operation, name)
    }

    private static func encrypt(
        _ object: JSONObject, _ name: String, _ data: [UInt8], _ state: ServingState
    ) -> HTTPResponse {
        guard var plaintext = object["plaintext"]?.base64 else { return failure(400, "plaintext must be base64") }
        let secret = SecretBytes(zeroing: &plaintext)
        let number = object["key_version"] ?? 0
        guard let version = number.isNull ? 0 : number.integer.flatMap({ UInt32(exactly: $0) }) else {
            return failure(400, "key_version must be a number from 0 to \(UInt32.max)")
        }
        do {
            let key = try state.transitKey(id: name, version: version)
            let sealed = try AESGCM.seal(secret, key: key, authenticating: data)
            let ciphertext = TransitCiphertext(keyVersion: version, sealed: sealed)
            return .json(["data": ["ciphertext": .string(ciphertext.text)]])
        } catch {
            return failure(500, "encryption failed")
        }
    }

    private static func decrypt(
        _ object: JSONObject, _ name: String, _ data: [UInt8], _ state: ServingState
    ) -> HTTPResponse {
        guard let ciphertext = object["ciphertext"]?.string.flatMap(TransitCiphertext.init) else {
            return failure(400, "ciphertext must be 'vault:v<version>:<base64>'")
        }
        do {
            let key = try state.transitKey(id: name, version: ciphertext.keyVersion)
            let plaintext = try AESGCM.open(ciphertext.sealed, key: key, authenticating: data)
            return .json(["data": ["plaintext": .base64(plaintext.withBytes { Array($0) })]])
        } catch {
            return failure(500, "decryption failed")
        }
    }

    private static func failure(_ status: Int, _ message: String) -> HTTPResponse {
        .json(["errors": [.string(message)]], status: status)
    }
}

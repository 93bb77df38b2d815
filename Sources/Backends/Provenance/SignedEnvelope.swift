// SPDX-License-Identifier: Apache-2.0

package import Digests
package import IR

/// A statement with signatures: an envelope of DSSE (v1). Keys are ECDSA; signatures are over SHA-256, in DER.
package struct SignedEnvelope: Sendable, Equatable {
    /// Of the payload, in-toto's.
    package static let payloadType = "application/vnd.in-toto+json"

    package struct Signature: Sendable, Equatable {
        /// SHA-256 of the public key's DER in hexadecimal; it proves nothing.
        package var keyID: String
        package var bytes: [UInt8]
    }

    private static let signatureLimit = 64

    package var payload: [UInt8]
    package private(set) var signatures: [Signature]

    /// Signs a payload. The same key makes the same envelope of it.
    package init(signing payload: [UInt8], with key: ECDSAPrivateKey) throws(CryptoError) {
        self.payload = payload
        let digest = SHA256.digest(Self.preAuthenticationEncoding(payload))
        signatures = [
            Signature(keyID: Hex.text(SHA256.digest(key.spki)), bytes: try key.sign(digest: digest, madeBy: .sha256))
        ]
    }

    /// Reads an envelope; `nil` for JSON that is none.
    package init?(_ json: JSONValue) throws(StatementError) {
        guard json["payload"] != nil || json["signatures"] != nil else { return nil }
        guard json["payloadType"]?.string == Self.payloadType else {
            throw StatementError("'payloadType' is not '\(Self.payloadType)'")
        }
        guard let payload = json["payload"]?.string.flatMap({ Base64.decode($0.utf8) }),
            let signatures = json["signatures"]?.array
        else { throw StatementError("the envelope has no payload in base64, or no signatures") }
        guard signatures.count <= Self.signatureLimit else {
            throw StatementError("the envelope has more than \(Self.signatureLimit) signatures")
        }
        self.payload = payload
        self.signatures = []
        for value in signatures {
            guard let bytes = value["sig"]?.string.flatMap({ Base64.decode($0.utf8) }) else {
                throw StatementError("a signature is not in base64")
            }
            self.signatures.append(Signature(keyID: value["keyid"]?.string ?? "", bytes: bytes))
        }
    }

    /// Whether one of the signatures is by a key.
    ///
    /// - Parameter key: DER of the SubjectPublicKeyInfo.
    package func isSigned(by key: [UInt8]) -> Bool {
        let digest = SHA256.digest(Self.preAuthenticationEncoding(payload))
        return signatures.contains { ECDSASignature.isValid($0.bytes, of: digest, by: key) }
    }

    /// What is signed (DSSE, "Signature Definition"): `DSSEv1`, then length and text of type and payload, lengths as
    /// decimal numbers, all with one space between.
    package static func preAuthenticationEncoding(_ payload: [UInt8], type: String = payloadType) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    /// UTF-8, sorted keys, indented by two spaces, a final newline.
    package var text: [UInt8] {
        let list = signatures.map { signature -> JSONValue in
            ["keyid": .string(signature.keyID), "sig": .string(Base64.text(signature.bytes))]
        }
        let json: JSONValue = [
            "payload": .string(Base64.text(payload)), "payloadType": .string(Self.payloadType),
            "signatures": .array(list),
        ]
        return JSONPrinter.print(json, JSONPrinter.Style(indent: 2, sortedKeys: true)) + [0x0A]
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Client
internal import Digests
internal import History
internal import IR

/// An owner's private key from a file.
struct OwnerKeyFile: Sendable {
    let key: OwnerKey
    let pem: SecretBytes
    private static let sizeLimit = 1 << 20

    /// ECDSA with SHA-256 in DER over a transition.
    func sign(_ transition: Transition) throws -> [UInt8] {
        let key = try pem.withBytes { try ECDSAPrivateKey(pem: Array($0)) }
        return try TransitionSignature.sign(transition, with: key)
    }

    /// - Parameters:
    ///   - given: what the user named, which must be there.
    ///   - name: taken where the user named nothing, if there is such a file.
    /// - Returns: `nil` when there is no file, or with an error.
    static func read(
        _ given: String?, default name: String, _ kind: OwnerKey.Kind, _ diagnostics: inout Diagnostics
    ) -> OwnerKeyFile? {
        if given == nil, FileSystem.info(name) == nil { return nil }
        let path = given ?? name
        guard let source = SourceReader().read(path, limit: sizeLimit, &diagnostics) else { return nil }
        do throws(KeyError) {
            let key = try OwnerKey(pem: source.bytes, kind: kind)
            guard key.isPrivate else { throw .noKey }
            return OwnerKeyFile(key: key, pem: source.bytes.withUnsafeBytes { SecretBytes(copying: $0) })
        } catch {
            let reason = error == .noKey ? "the file holds no private key" : error.description
            diagnostics.error(.malformedKey, reason, path: path)
            return nil
        }
    }
}

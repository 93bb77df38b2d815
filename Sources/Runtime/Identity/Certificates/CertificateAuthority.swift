// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import Digests

/// The CA of a deployment under one manifest: a root that lasts as long as the seed, and a mesh CA that lasts as long as
/// the manifest. The mesh CA has two certificates for its key: one of the root (the intermediate certificate), for those
/// who trust whatever manifest comes, and one of itself, for those who trust only this one.
///
/// All three are functions of the two keys: no clock and no chance is in them, so that restarts and replicas show the
/// same bytes. They never end by date (RFC 5280, section 4.1.2.5): a root ends with its seed, a mesh CA with its
/// manifest.
package struct CertificateAuthority: Sendable {
    private static let rootName = "system:coordinator:root"
    private static let meshName = "system:coordinator:intermediate"
    private static let notBefore = Timestamp(seconds: 1_577_836_800)
    private static let notAfter = Timestamp(seconds: 253_402_300_799)
    /// Characters of a common name (RFC 5280, appendix A.1).
    private static let commonNameLimit = 64

    /// DER.
    package let root: [UInt8]
    package let intermediate: [UInt8]
    package let mesh: [UInt8]
    package let meshKey: ECDSAPrivateKey

    /// - Parameter meshKey: to be used with one manifest only.
    package init(rootKey: ECDSAPrivateKey, meshKey: ECDSAPrivateKey) throws(CryptoError) {
        func certificate(
            _ key: ECDSAPrivateKey, named subject: String, pathLength: UInt64, by issuer: String,
            _ issuerKey: ECDSAPrivateKey
        ) throws(CryptoError) -> [UInt8] {
            try CertificateTemplate(
                issuer: issuer, subject: subject, notBefore: Self.notBefore, notAfter: Self.notAfter, spki: key.spki,
                extensions: [
                    .authority(pathLength: pathLength), .keyUsage(isAuthority: true),
                    .subjectKeyIdentifier(CertificateTemplate.keyIdentifier(key.spki)),
                    .authorityKeyIdentifier(CertificateTemplate.keyIdentifier(issuerKey.spki)),
                ]
            ).signed(by: issuerKey)
        }
        root = try certificate(rootKey, named: Self.rootName, pathLength: 1, by: Self.rootName, rootKey)
        intermediate = try certificate(meshKey, named: Self.meshName, pathLength: 0, by: Self.rootName, rootKey)
        mesh = try certificate(meshKey, named: Self.meshName, pathLength: 0, by: Self.meshName, meshKey)
        self.meshKey = meshKey
    }

    package var rootPEM: [UInt8] { PEMWriter.certificates([root]) }
    package var meshPEM: [UInt8] { PEMWriter.certificates([mesh]) }

    /// What a certificate of the mesh is to say.
    package struct Leaf: Sendable {
        /// DER of the SubjectPublicKeyInfo.
        package var spki: [UInt8]
        package var names: [SubjectName]
        /// The common name where no DNS name can be it: the policy's hash.
        package var fallbackName: String
        package var extensions: [CertificateExtension]

        package init(
            spki: [UInt8], names: [SubjectName], fallbackName: String, extensions: [CertificateExtension] = []
        ) {
            self.spki = spki
            self.names = names
            self.fallbackName = fallbackName
            self.extensions = extensions
        }
    }

    /// A new certificate for TLS, as server and as client.
    ///
    /// - Returns: PEM of the certificate and of the intermediate certificate.
    package func issue(
        _ leaf: Leaf, at time: Timestamp, policy: CertificatePolicy
    ) throws(CryptoError) -> [UInt8] {
        let dnsNames = leaf.names.compactMap { if case .dns(let name) = $0 { name } else { nil } }
        let names = leaf.names.isEmpty ? [] : [CertificateExtension.names(leaf.names, isCritical: false)]
        let serial = try SecretBytes.random(count: 16).withBytes { [0x40 | $0[0] & 0x3F] + $0[1...] }
        let certificate = try CertificateTemplate(
            serial: serial, issuer: Self.meshName,
            subject: dnsNames.first { $0.utf8.count <= Self.commonNameLimit } ?? leaf.fallbackName,
            notBefore: Timestamp(seconds: time.seconds - CertificatePolicy.backdating),
            notAfter: Timestamp(seconds: time.seconds + policy.leafLifetime), spki: leaf.spki,
            extensions: [
                .endEntity, .keyUsage(isAuthority: false), .tls,
                .authorityKeyIdentifier(CertificateTemplate.keyIdentifier(meshKey.spki)),
            ] + names + leaf.extensions
        ).signed(by: meshKey)
        return PEMWriter.certificates([certificate, intermediate])
    }
}

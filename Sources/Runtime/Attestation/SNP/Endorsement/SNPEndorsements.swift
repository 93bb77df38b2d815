// SPDX-License-Identifier: Apache-2.0

/// What vouches for a report: from the wire, a cache or files. Nothing of it is trusted.
package struct SNPEndorsements: Sendable, Equatable {
    /// VCEK or VLEK.
    package var endorsementKey: Certificate?
    /// ASK or ASVK; when there is none the built-in one is used.
    package var intermediate: Certificate?
    /// When there is one, it must be the built-in ARK.
    package var root: Certificate?
    package var revocationLists: [RevocationList]

    package init(
        endorsementKey: Certificate? = nil, intermediate: Certificate? = nil, root: Certificate? = nil,
        revocationLists: [RevocationList] = []
    ) {
        self.endorsementKey = endorsementKey
        self.intermediate = intermediate
        self.root = root
        self.revocationLists = revocationLists
    }

    /// Takes certificates out of files by what they say of themselves, in place of those that are there already.
    package mutating func add(_ file: PEMFile) {
        for certificate in file.certificates {
            if [SNPEndorsementKey.vcekName, SNPEndorsementKey.vlekName].contains(certificate.commonName) {
                endorsementKey = certificate
            } else if certificate.issuer == certificate.subject {
                root = certificate
            } else {
                intermediate = certificate
            }
        }
        revocationLists += file.revocationLists
    }
}

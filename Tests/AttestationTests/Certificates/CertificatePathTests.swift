// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

/// A root, an intermediate and a leaf of one kind, each signed as asked.
struct TestChain {
    static let start = Timestamp(seconds: 1_700_000_000)
    static let now = Timestamp(seconds: 1_750_000_000)
    static let end = Timestamp(seconds: 1_800_000_000)

    var rootKey: SigningKey
    var middleKey: SigningKey
    var leafKey: SigningKey
    var algorithm: SigningAlgorithm
    var root: CertificateTemplate
    var middle: CertificateTemplate
    var leaf: CertificateTemplate

    init(_ kind: SigningKey.Kind, _ algorithm: SigningAlgorithm) throws {
        rootKey = try TestKeys.key(kind, 0)
        middleKey = try TestKeys.key(kind, 1)
        leafKey = try TestKeys.key(.p384, 2)
        self.algorithm = algorithm
        func template(_ issuer: String, _ subject: String, _ key: SigningKey, _ extensions: [[UInt8]])
            -> CertificateTemplate
        {
            CertificateTemplate(
                issuer: issuer, subject: subject, notBefore: Self.start, notAfter: Self.end, spki: key.spki,
                extensions: extensions)
        }
        root = template("root", "root", rootKey, CertificateTemplate.authority())
        middle = template("root", "middle", middleKey, CertificateTemplate.authority(pathLength: 0))
        leaf = template("middle", "leaf", leafKey, [])
    }

    func certificates() throws -> (leaf: Certificate, middle: Certificate, root: Certificate) {
        (
            try Certificate(der: leaf.signed(by: middleKey, algorithm)),
            try Certificate(der: middle.signed(by: rootKey, algorithm)),
            try Certificate(der: root.signed(by: rootKey, algorithm))
        )
    }

    func validate(at time: Timestamp = now, _ expected: SignatureAlgorithm = .rsaPSSWithSHA384) throws {
        let (leaf, middle, root) = try certificates()
        try CertificatePath.validate([leaf, middle], root: root, algorithm: expected, at: time)
    }
}

/// Keys that one run of the tests makes, once each.
enum TestKeys {
    private static let rsa: [Result<SigningKey, SigningError>] = (0..<3).map { _ in
        Result { () throws(SigningError) in try SigningKey(.rsa(bits: 2048)) }
    }

    static func key(_ kind: SigningKey.Kind, _ index: Int) throws -> SigningKey {
        if case .rsa = kind { return try rsa[index].get() }
        return try SigningKey(kind)
    }
}

private let pss = SigningAlgorithm.amd

struct CertificatePathTests {
    private func reason(_ body: () throws -> Void) -> CertificatePathError.Reason? {
        do {
            try body()
            return nil
        } catch {
            return (error as? CertificatePathError)?.reason
        }
    }

    @Test(arguments: [
        (SigningKey.Kind.rsa(bits: 2048), SigningAlgorithm.amd, SignatureAlgorithm.rsaPSSWithSHA384),
        (.rsa(bits: 2048), .rsaPSS(.sha384, salt: 48, trailer: 1), .rsaPSSWithSHA384),
        (.p256, .ecdsa(.sha256), .ecdsaWithSHA256), (.p384, .ecdsa(.sha384), .ecdsaWithSHA384),
    ])
    func acceptsASoundPath(_ kind: SigningKey.Kind, _ algorithm: SigningAlgorithm, _ expected: SignatureAlgorithm)
        throws
    {
        let chain = try TestChain(kind, algorithm)
        try chain.validate(expected)
        try chain.validate(at: Timestamp(seconds: TestChain.start.seconds), expected)
    }

    @Test(arguments: [
        SigningAlgorithm.rsaPSS(.sha256, salt: 48, trailer: nil), .rsaPSS(.sha384, salt: 32, trailer: nil),
        .rsaPSS(.sha384, salt: 20, trailer: nil), .rsaPSS(.sha384, salt: 48, trailer: 2),
    ])
    func refusesOtherParameters(_ algorithm: SigningAlgorithm) throws {
        let chain = try TestChain(.rsa(bits: 2048), algorithm)
        #expect(reason { try chain.validate() } == .signatureAlgorithm(found: .other, expected: .rsaPSSWithSHA384))
    }

    @Test func refusesAbsentParameters() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        let bare = DERWriter.sequence(DERWriter.objectIdentifier("1.2.840.113549.1.1.10"))
        let empty = DERWriter.sequence(DERWriter.objectIdentifier("1.2.840.113549.1.1.10"), DERWriter.sequence())
        for identifier in [bare, empty] {
            chain.leaf.innerAlgorithm = identifier
            chain.leaf.outerAlgorithm = identifier
            #expect(reason { try chain.validate() } == .signatureAlgorithm(found: .other, expected: .rsaPSSWithSHA384))
        }
    }

    @Test func refusesPathsOfAnotherLength() throws {
        let (leaf, _, root) = try TestChain(.p256, .ecdsa(.sha256)).certificates()
        for path in [[], [Certificate](repeating: leaf, count: CertificatePath.lengthLimit)] {
            let found = reason {
                try CertificatePath.validate(path, root: root, algorithm: .ecdsaWithSHA256, at: TestChain.now)
            }
            #expect(found == .length(path.count + 1))
        }
    }

    @Test func refusesAnotherAlgorithmThanAsked() throws {
        let chain = try TestChain(.p256, .ecdsa(.sha256))
        #expect(
            reason { try chain.validate() }
                == .signatureAlgorithm(found: .ecdsaWithSHA256, expected: .rsaPSSWithSHA384))
    }

    @Test func refusesAlgorithmsThatDiffer() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        chain.leaf.innerAlgorithm = SigningAlgorithm.rsaPSS(.sha384, salt: 48, trailer: 1).identifier
        #expect(throws: CertificateError.algorithmsDiffer) { try chain.certificates() }
    }

    @Test func refusesAnotherTime() throws {
        let chain = try TestChain(.rsa(bits: 2048), pss)
        let early = Timestamp(seconds: TestChain.start.seconds - 1)
        let late = Timestamp(seconds: TestChain.end.seconds + 1)
        #expect(reason { try chain.validate(at: early) } == .notYetValid(notBefore: TestChain.start))
        #expect(reason { try chain.validate(at: late) } == .expired(notAfter: TestChain.end))
    }

    @Test func refusesOneExpiredCertificate() throws {
        for part in [\TestChain.leaf, \.middle, \.root] {
            var chain = try TestChain(.rsa(bits: 2048), pss)
            let end = Timestamp(seconds: TestChain.now.seconds - 1)
            chain[keyPath: part].notAfter = end
            #expect(reason { try chain.validate() } == .expired(notAfter: end))
        }
    }

    @Test func refusesAnotherKey() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        let (leaf, middle, _) = try chain.certificates()
        chain.root.spki = try TestKeys.key(.rsa(bits: 2048), 2).spki
        chain.rootKey = try TestKeys.key(.rsa(bits: 2048), 2)
        let impostor = try chain.certificates().root
        #expect(
            reason {
                try CertificatePath.validate(
                    [leaf, middle], root: impostor, algorithm: .rsaPSSWithSHA384, at: TestChain.now)
            }
                == .badSignature)
    }

    @Test func refusesATamperedRoot() throws {
        let chain = try TestChain(.rsa(bits: 2048), pss)
        let (leaf, middle, root) = try chain.certificates()
        var bytes = root.der
        bytes[bytes.count - 1] ^= 1
        let tampered = try Certificate(der: bytes)
        #expect(
            reason {
                try CertificatePath.validate(
                    [leaf, middle], root: tampered, algorithm: .rsaPSSWithSHA384, at: TestChain.now)
            }
                == .badSignature)
    }

    @Test func refusesABrokenChainOfNames() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        chain.leaf.issuer = CertificateTemplate.name("somebody")
        #expect(reason { try chain.validate() } == .issuerDiffers)
        let (leaf, middle, root) = try TestChain(.rsa(bits: 2048), pss).certificates()
        #expect(
            reason {
                try CertificatePath.validate(
                    [middle, leaf], root: root, algorithm: .rsaPSSWithSHA384, at: TestChain.now)
            }
                == .issuerDiffers)
    }

    @Test func refusesAuthoritiesThatAreNone() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        chain.middle.extensions = []
        #expect(reason { try chain.validate() } == .notAnAuthority)
        chain.middle.extensions = [CertificateTemplate.authority()[1]]
        #expect(reason { try chain.validate() } == .notAnAuthority)
        chain.middle.extensions = [CertificateTemplate.authority()[0]]
        #expect(reason { try chain.validate() } == .notAnAuthority)
    }

    @Test func refusesAPathLongerThanItsRootAllows() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        chain.root.extensions = CertificateTemplate.authority(pathLength: 0)
        #expect(reason { try chain.validate() } == .refused("path length constraint exceeded"))
    }

    @Test func refusesCriticalExtensionsThatItDoesNotKnow() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        chain.leaf.extensions = [CertificateTemplate.extension("1.2.3.4", isCritical: true, [5, 0])]
        #expect(reason { try chain.validate() } == .refused("unhandled critical extension"))
    }

    @Test func refusesShortKeys() throws {
        var chain = try TestChain(.rsa(bits: 2048), pss)
        chain.middleKey = try SigningKey(.rsa(bits: 1024))
        chain.middle.spki = chain.middleKey.spki
        #expect(reason { try chain.validate() } == .refused("CA certificate key too weak"))
    }
}

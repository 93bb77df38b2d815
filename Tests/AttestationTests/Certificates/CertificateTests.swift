// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

struct CertificateTests {
    private func chain() throws -> TestChain { try TestChain(.p256, .ecdsa(.sha256)) }

    @Test func readsItsFields() throws {
        var chain = try chain()
        chain.leaf.extensions = [
            CertificateTemplate.extension("1.3.6.1.4.1.3704.1.4", [1, 2, 3]),
            CertificateTemplate.extension("1.2.3.4", isCritical: true, [5, 0]),
        ]
        chain.leaf.serial = 0x8001
        let leaf = try chain.certificates().leaf
        #expect(leaf.commonName == "leaf")
        #expect(leaf.serial == [0x80, 0x01])
        #expect(leaf.notBefore == TestChain.start && leaf.notAfter == TestChain.end)
        #expect(leaf.extension("1.3.6.1.4.1.3704.1.4")?.value == [1, 2, 3])
        #expect(leaf.extension("1.2.3.4")?.isCritical == true)
        #expect(leaf.extension("1.2.3.5") == nil)
        #expect(leaf.publicKey.kind == .p384)
        #expect(leaf.publicKey.spki == chain.leafKey.spki)
        #expect(!leaf.isAuthority)
        #expect(try chain.certificates().middle.isAuthority)
    }

    @Test func refusesAnExtensionThatIsThereTwice() throws {
        var chain = try chain()
        chain.leaf.extensions = [1, 2].map { CertificateTemplate.extension("1.2.3.4", [$0]) }
        #expect(throws: CertificateError.duplicateExtension("1.2.3.4")) { try chain.certificates() }
    }

    @Test func refusesEveryPrefixAndEveryAddition() throws {
        let der = try chain().certificates().leaf.der
        for count in 0..<der.count {
            #expect(throws: CertificateError.malformed) { try Certificate(der: Array(der.prefix(count))) }
        }
        #expect(throws: CertificateError.trailingBytes) { try Certificate(der: der + [0]) }
        #expect(throws: CertificateError.tooLarge) {
            try Certificate(der: der + [UInt8](repeating: 0, count: Certificate.sizeLimit))
        }
    }

    @Test func readsPEMAndDER() throws {
        let (leaf, middle, _) = try chain().certificates()
        let list = try RevocationListTemplate(issuer: "root", thisUpdate: TestChain.start, nextUpdate: TestChain.end)
            .signed(by: TestKeys.key(.p256, 0), .ecdsa(.sha256))
        let text =
            PEMWriter.block("CERTIFICATE", leaf.der) + PEMWriter.block("X509 CRL", list)
            + PEMWriter.block("CERTIFICATE", middle.der)
        let file = try PEMFile(Array(text.utf8))
        #expect(file.certificates == [leaf, middle])
        #expect(file.revocationLists.map(\.der) == [list])
        #expect(try PEMFile(leaf.der).certificates == [leaf])
        #expect(try PEMFile(list).revocationLists.map(\.der) == [list])
        #expect(throws: CertificateError.nothingFound) { try PEMFile(Array("nothing".utf8)) }
        #expect(throws: CertificateError.malformed) { try PEMFile(Array(PEMWriter.block("PRIVATE KEY", [1]).utf8)) }
        #expect(throws: CertificateError.malformed) { try PEMFile(Array(text.utf8.dropLast(40))) }
        let many = String(repeating: PEMWriter.block("CERTIFICATE", leaf.der), count: PEMFile.blockLimit + 1)
        #expect(throws: CertificateError.tooLarge) { try PEMFile(Array(many.utf8)) }
    }
}

struct PublicKeyTests {
    @Test(arguments: [SigningKey.Kind.p256, .p384])
    func verifiesOnlyWhatWasSigned(_ kind: SigningKey.Kind) throws {
        let key = try SigningKey(kind)
        let (r, s) = try key.signRaw([1, 2, 3])
        let other = try #require(PublicKey(spki: SigningKey(kind).spki))
        let publicKey = try #require(PublicKey(spki: key.spki))
        #expect(publicKey.verifyECDSA(r: r, s: s, message: [1, 2, 3]) == .valid)
        #expect(publicKey.verifyECDSA(r: r, s: s, message: [1, 2, 4]) == .invalid)
        #expect(publicKey.verifyECDSA(r: s, s: r, message: [1, 2, 3]) == .invalid)
        #expect(other.verifyECDSA(r: r, s: s, message: [1, 2, 3]) == .invalid)
    }

    @Test func refusesNumbersOutOfRange() throws {
        let key = try SigningKey(.p384)
        let publicKey = try #require(PublicKey(spki: key.spki))
        let (r, s) = try key.signRaw([1])
        let order =
            [UInt8](repeating: 0xFF, count: 24) + [
                0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC,
                0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73,
            ]
        for wrong in [[UInt8](repeating: 0, count: 48), order, [1] + r, [UInt8](repeating: 0xFF, count: 48), []] {
            #expect(publicKey.verifyECDSA(r: wrong, s: s, message: [1]) == .outOfRange)
            #expect(publicKey.verifyECDSA(r: r, s: wrong, message: [1]) == .outOfRange)
        }
        #expect(publicKey.verifyECDSA(r: [0, 0] + r, s: s, message: [1]) == .valid)
    }

    @Test func readsPointsOfP256() throws {
        let key = try SigningKey(.p256)
        let point = Array(key.spki.suffix(64))
        #expect(PublicKey(p256: point)?.spki == key.spki)
        #expect(PublicKey(p256: point.dropLast() + [point[63] ^ 1]) == nil)
        #expect(PublicKey(p256: Array(point.dropLast())) == nil)
        #expect(PublicKey(spki: key.spki + [0]) == nil)
        #expect(try PublicKey(spki: TestKeys.key(.rsa(bits: 2048), 0).spki)?.kind == .rsa(bits: 2048))
    }
}

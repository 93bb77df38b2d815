// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import Testing

@Suite struct OwnerKeyTests {
    private func failure(_ pem: String, _ kind: OwnerKey.Kind) -> KeyError? {
        do throws(KeyError) {
            _ = try OwnerKey(pem: Array(pem.utf8), kind: kind)
            return nil
        } catch { return error }
    }

    @Test func publicECDSAKeyBecomesPKIX() throws {
        let key = try OwnerKey(pem: Array(PublicKeys.p384.utf8), kind: .workloadOwner)
        #expect(
            key.hex
                == "3076301006072a8648ce3d020106052b8104002203620004236ea00fee8b7f1c832e88b6529dfdb75c7e51906d01441901"
                + "58eddd6946a7ed1accb5ac8cbb288816245b6d25c59c37f43001bd095c6ab268e120d257d84b7e67184bdf432b1e39e49d8deacb"
                + "9433edaf17fd53dfc7efe309c199a6ff86e585")
        #expect(key.digestHex == Hex.text(SHA256.digest(key.der)))
        #expect(!key.isPrivate)
        #expect(try OwnerKey(der: key.der, kind: .workloadOwner) == key)
    }

    @Test func compressedPointsAreWrittenOut() throws {
        let plain = try OwnerKey(pem: Array(PublicKeys.p384.utf8), kind: .workloadOwner)
        let compressed = try OwnerKey(pem: Array(PublicKeys.p384Compressed.utf8), kind: .workloadOwner)
        #expect(compressed.der == plain.der)
    }

    @Test func publicRSAKeyBecomesPKCS1InEitherForm() throws {
        let pkix = try OwnerKey(pem: Array(PublicKeys.rsaPKIX.utf8), kind: .seedshareOwner)
        let pkcs1 = try OwnerKey(pem: Array(PublicKeys.rsaPKCS1.utf8), kind: .seedshareOwner)
        #expect(pkix.der == pkcs1.der)
        #expect(pkix.hex.hasPrefix("3082010a0282010100afc86c8d78ac48a3") && pkix.hex.hasSuffix("4e150203010001"))
        let misnamed = PublicKeys.rsaPKCS1.replacing("RSA PUBLIC KEY", with: "PUBLIC KEY")
        #expect(try OwnerKey(pem: Array(misnamed.utf8), kind: .seedshareOwner).der == pkix.der)
        #expect(try OwnerKey(der: pkix.der, kind: .seedshareOwner).der == pkix.der)
    }

    @Test func generatedWorkloadKeyIsReadBack() throws {
        let made = try GeneratedKey(.workloadOwner)
        let pem = made.pem.withBytes { Array($0) }
        #expect(pem.starts(with: "-----BEGIN EC PRIVATE KEY-----\n".utf8))
        #expect(pem.suffix(29) == Array("-----END EC PRIVATE KEY-----\n".utf8)[...])
        let read = try OwnerKey(pem: pem, kind: .workloadOwner)
        #expect(read == made.publicKey && read.isPrivate)
        // SEQUENCE, then the algorithm with the curve P-384.
        #expect(read.hex.hasPrefix("3076301006072a8648ce3d020106052b8104002203620004"))
        #expect(try GeneratedKey(.workloadOwner).publicKey != made.publicKey)
    }

    @Test func pkcs8IsRead() throws {
        let made = try GeneratedKey(.workloadOwner)
        let lines = made.pem.withBytes { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
        let sec1 = try #require(Base64.decode(lines.dropFirst().dropLast().joined().utf8))
        let algorithm = try #require(Hex.decode("301006072a8648ce3d020106052b81040022"))
        let octets: [UInt8] = [0x04, 0x81, UInt8(sec1.count)] + sec1
        let content: [UInt8] = [0x02, 0x01, 0x00] + algorithm + octets
        let der: [UInt8] = [0x30, 0x81, UInt8(content.count)] + content
        let pem = "-----BEGIN PRIVATE KEY-----\n\(Base64.text(der))\n-----END PRIVATE KEY-----\n"
        #expect(try OwnerKey(pem: Array(pem.utf8), kind: .workloadOwner).der == made.publicKey.der)
        let trailing = "-----BEGIN PRIVATE KEY-----\n\(Base64.text(der + [0]))\n-----END PRIVATE KEY-----\n"
        #expect(failure(trailing, .workloadOwner) == .malformed)
    }

    @Test func generatedSeedshareKeyIsReadBack() throws {
        let made = try GeneratedKey(.seedshareOwner)
        let pem = made.pem.withBytes { Array($0) }
        #expect(pem.starts(with: "-----BEGIN RSA PRIVATE KEY-----\n".utf8))
        let read = try OwnerKey(pem: pem, kind: .seedshareOwner)
        #expect(read == made.publicKey)
        // SEQUENCE of 522 bytes, then a modulus of 513 bytes with its leading zero.
        #expect(read.hex.hasPrefix("3082020a0282020100"))
    }

    @Test func secretsAreNotPrinted() throws {
        let made = try GeneratedKey(.workloadOwner)
        #expect("\(made.pem)" == "(secret)")
        #expect(String(reflecting: made.pem) == "(secret)")
        var dumped = ""
        dump(made, to: &dumped)
        #expect(!dumped.contains("BEGIN"))
    }

    @Test func wrongKeysAreRefused() {
        #expect(failure(PublicKeys.p384, .seedshareOwner) == .wrongAlgorithm(expected: "an RSA key"))
        #expect(failure(PublicKeys.rsaPKIX, .workloadOwner) == .wrongAlgorithm(expected: "an ECDSA key"))
        #expect(failure(PublicKeys.secp256k1, .workloadOwner) == .wrongCurve("secp256k1"))
        #expect(failure(PublicKeys.rsa1024, .seedshareOwner) == .wrongSize(1024))
    }

    @Test func encryptedKeysAreRefusedWithoutAsking() {
        let pkcs8 = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"
        #expect(failure(pkcs8, .workloadOwner) == .encrypted)
        let traditional = """
            -----BEGIN EC PRIVATE KEY-----
            Proc-Type: 4,ENCRYPTED
            DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF

            MAA=
            -----END EC PRIVATE KEY-----

            """
        #expect(failure(traditional, .workloadOwner) == .encrypted)
    }

    @Test func otherFilesAreRefused() {
        #expect(failure("", .workloadOwner) == .notPEM)
        #expect(failure("hello", .workloadOwner) == .notPEM)
        #expect(failure(PublicKeys.p384 + PublicKeys.p384, .workloadOwner) == .severalKeys)
        let parameters = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n"
        #expect(failure(parameters, .workloadOwner) == .noKey)
        #expect(failure(parameters + PublicKeys.p384, .workloadOwner) == nil)
        let certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
        #expect(failure(certificate, .workloadOwner) == .unknownBlock("CERTIFICATE"))
        #expect(failure(certificate.replacing("CERTIFICATE", with: "PUBLIC KEY"), .workloadOwner) == .malformed)
        #expect(failure("-----BEGIN PUBLIC KEY-----\n?\n-----END PUBLIC KEY-----\n", .workloadOwner) == .malformed)
        #expect(failure("-----BEGIN PUBLIC KEY-----\nMAA=\n", .workloadOwner) == .malformed)
        #expect(failure(String(repeating: "a", count: 2 << 20), .workloadOwner) == .notPEM)
    }

    @Test func aPointThatIsNotOnTheCurveIsRefused() throws {
        var der = try OwnerKey(pem: Array(PublicKeys.p384.utf8), kind: .workloadOwner).der
        der[der.count - 1] ^= 1
        #expect(throws: KeyError.malformed) { try OwnerKey(der: der, kind: .workloadOwner) }
    }

    @Test func moduliThatCannotBeOfRSAAreRefusedEachTime() throws {
        let good = try OwnerKey(pem: Array(PublicKeys.rsaPKCS1.utf8), kind: .seedshareOwner)
        for _ in 0..<20 {
            for modulus in [RSAModuli.prime, RSAModuli.square, RSAModuli.smooth] {
                #expect(throws: KeyError.malformed) {
                    try OwnerKey(der: RSAModuli.key(modulus), kind: .seedshareOwner)
                }
            }
            #expect(try OwnerKey(der: good.der, kind: .seedshareOwner) == good)
        }
    }

    @Test(arguments: ["01", "02", "03", "010000", "010001", "011111111111111111"])
    func exponentsOfRSAAreOddAndAboveOneAndShort(exponent: String) throws {
        let good = try OwnerKey(pem: Array(PublicKeys.rsaPKCS1.utf8), kind: .seedshareOwner)
        let modulus = String(good.hex.dropFirst("3082010a0282010100".count).dropLast("0203010001".count))
        let key = try? OwnerKey(der: RSAModuli.key(modulus, exponent: exponent), kind: .seedshareOwner)
        #expect((key != nil) == ["03", "010001"].contains(exponent))
    }
}

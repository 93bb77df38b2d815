// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import IR
import Testing

struct ECDSATests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var curve: ECDSAPrivateKey.Curve
        var scalar: String
        var hash: ECDSASignature.Hash
        var message: String
        var r: String
        var s: String
        var testDescription: String { "\(curve), \(hash), \(message)" }
    }

    /// RFC 6979, appendices A.2.5 and A.2.6.
    static let vectors = [
        Vector(
            curve: .p256, scalar: "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", hash: .sha256,
            message: "sample", r: "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            s: "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"),
        Vector(
            curve: .p384,
            scalar: "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
            hash: .sha384, message: "sample",
            r: "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
            s: "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8"),
        Vector(
            curve: .p384,
            scalar: "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
            hash: .sha256, message: "sample",
            r: "21B13D1E013C7FA1392D03C5F99AF8B30C570C6F98D4EA8E354B63A21D3DAA33BDE1E888E63355D92FA2B3C36D8FB2CD",
            s: "F3AA443FB107745BF4BD77CB3891674632068A10CA67E3D45DB2266FA7D1FEEBEFDC63ECCD1AC42EC0CB8668A4FA0AB0"),
    ]

    private static func digest(_ message: String, _ hash: ECDSASignature.Hash) -> [UInt8] {
        switch hash {
        case .sha256: SHA256.digest(Array(message.utf8))
        case .sha384: SHA384.digest(Array(message.utf8))
        case .sha512: SHA512.digest(Array(message.utf8))
        }
    }

    @Test(arguments: vectors) func signsAsTheStandardSays(_ vector: Vector) throws {
        let key = try ECDSAPrivateKey(scalar: secret(hex: vector.scalar), vector.curve)
        let digest = Self.digest(vector.message, vector.hash)
        let signature = try key.sign(digest: digest, madeBy: vector.hash)
        var reader = DERReader(signature)
        var numbers = try reader.sequence()
        for expected in [vector.r, vector.s] {
            #expect(Hex.text(try numbers.element(DERReader.Tag.integer).drop { $0 == 0 }) == expected.lowercased())
        }
        #expect(ECDSASignature.isValid(signature, of: digest, by: key.spki))
    }

    @Test(arguments: ECDSAPrivateKey.Curve.allCases) func verifiesWhatItSigns(_ curve: ECDSAPrivateKey.Curve) throws {
        let key = try ECDSAPrivateKey(generating: curve)
        for hash in [ECDSASignature.Hash.sha256, .sha384, .sha512] {
            let digest = Self.digest("message", hash)
            let signature = try key.sign(digest: digest, madeBy: hash)
            #expect(try key.sign(digest: digest, madeBy: hash) == signature)
            #expect(ECDSASignature.isValid(signature, of: digest, by: key.spki))
            #expect(!ECDSASignature.isValid(signature, of: Self.digest("other", hash), by: key.spki))
            #expect(!ECDSASignature.isValid(signature + [0], of: digest, by: key.spki))
            #expect(!ECDSASignature.isValid([], of: digest, by: key.spki))
            #expect(!ECDSASignature.isValid(signature, of: digest, by: []))
        }
    }

    @Test func readsItsOwnFiles() throws {
        let key = try ECDSAPrivateKey(generating: .p384)
        for pem in [try key.sec1PEM(), try key.pkcs8PEM()] {
            #expect(try ECDSAPrivateKey(pem: pem.withBytes { Array($0) }).spki == key.spki)
        }
        #expect(try key.sec1PEM().withBytes { $0.starts(with: "-----BEGIN EC PRIVATE KEY-----\n".utf8) })
        #expect(try key.pkcs8PEM().withBytes { $0.starts(with: "-----BEGIN PRIVATE KEY-----\n".utf8) })
    }

    @Test func refusesScalarsOutOfRange() throws {
        let order = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        for scalar in [String(repeating: "0", count: 96), order, String(repeating: "f", count: 96), "01"] {
            #expect(throws: KeyError.malformed) { try ECDSAPrivateKey(scalar: secret(hex: scalar), .p384) }
        }
        #expect(throws: Never.self) {
            try ECDSAPrivateKey(scalar: secret(hex: String(order.dropLast(1)) + "2"), .p384)
        }
    }

    /// The scalar was computed by an independent implementation of HMAC_DRBG.
    @Test func derivesTheSameKeyFromASecret() throws {
        let scalar = "a039609899108b3abb551d8be7df434c10e06a13b2a3086fabaf8d7149960dbc7cd7e5336ce0dfe57b1f8cd9601f7698"
        let key = try ECDSAPrivateKey(p384From: secret(Array(0..<64)))
        #expect(try ECDSAPrivateKey(scalar: secret(hex: scalar), .p384).spki == key.spki)
        #expect(try ECDSAPrivateKey(p384From: secret(Array(1..<65))).spki != key.spki)
    }
}

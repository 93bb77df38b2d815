// SPDX-License-Identifier: Apache-2.0

import IR
import Testing
import TLSMessages

struct ATLSNonceTests {
    private let nonce = ATLSNonce((0..<32).map { UInt8($0) })

    @Test("the three spellings match the known answers")
    func knownAnswers() throws {
        let nonce = try #require(nonce)
        let digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        #expect(nonce.applicationProtocol == "atls:v1:nonce:" + digits)
        #expect(nonce.commonName == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        #expect(
            Hex.text(nonce.reportData(publicKey: Array("SPKI".utf8)))
                == "43741807e51505599c9767e1ff2c554dc491b9f1fac355ad36af71584af6acfefebfd5f4752664c96c79ad1e5e91d8dd675068c375e055fffe216afefbfbaf88"
        )
        #expect(ATLSNonce(commonName: nonce.commonName) == nonce)
        #expect(try ATLSNonce(offered: [Array("h2".utf8), Array(nonce.applicationProtocol.utf8)]) == nonce)
    }

    @Test("two nonces differ")
    func random() { #expect(ATLSNonce() != ATLSNonce()) }

    private func error(_ protocols: [String]) -> ATLSNonceError? {
        do throws(ATLSNonceError) {
            _ = try ATLSNonce(offered: protocols.map { Array($0.utf8) })
            return nil
        } catch { return error }
    }

    @Test("offers without exactly one nonce of the known version are refused")
    func offers() throws {
        let good = try #require(nonce).applicationProtocol
        #expect(error([]) == .missing)
        #expect(error(["h2", "http/1.1"]) == .missing)
        #expect(error([good, good]) == .several)
        #expect(error([good, "atls:v2:nonce:00"]) == .several)
        #expect(error(["atls:v2:nonce:" + good.suffix(64)]) == .unknownVersion)
        #expect(error([String(good.dropLast(2))]) == .malformed)
        #expect(error([String(good.dropLast(1))]) == .malformed)
        #expect(error([good + "00"]) == .malformed)
        #expect(error(["atls:v1:nonce:" + good.suffix(64).uppercased()]) == .malformed)
        #expect(error(["atls:v1:nonce:" + good.suffix(63) + "g"]) == .malformed)
    }

    @Test(
        "names that spell no nonce are none",
        arguments: [
            "", "AAEC", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
        ])
    func names(_ name: String) { #expect(ATLSNonce(commonName: name) == nil) }
}

// SPDX-License-Identifier: Apache-2.0

import Digests
import IR

/// Numbers of 2048 bits that are, or are not, moduli of RSA keys; made for these tests. Hexadecimal.
enum RSAModuli {
    static let prime =
        "d0243c57cd7355fd04665db971b6e08a0ea367aede17cd14f5ade4dfdc81028e41b25406bc960c1397d19cf6f901c5f1db3e"
        + "b1e2ba03acc99873e27cc9638a860ade16f58451f943090ae09a6ab5484da4cf8cf7321f1925ca576ad0c3ea0d8678ef8b82"
        + "5a8476d8f9b2d5df7dfcb8c5b5f7dde0236ea0b53ec99846bbc798d59a246d6bd8b1f9df9181650a9b6ac0c7b4606a5de8e8"
        + "733005059ab5782d1bbe9c56b2d3f6001e18b8be0a40d550ba6c7ef53093a9126c852dc4523d8f12d1e32f52ec4acc1abda9"
        + "d46fc03d74ddff7593e77b3b35a93d0223ccdac1a95b43373d62e308b5590f3359b3b93bf2d96ae48aad8bf5b341118d65aa"
        + "c6a4d524e2e1"

    /// The square of a prime.
    static let square =
        "bffc0fedb8c91be993147f8b89ebd0744232953a11a649fcea1c2b2717feddfd5cb1d52d6a8938d7ecb3b666bcfa958ed50d"
        + "8e53fa757b8fd9c0f6e39c8c0bad7ebcb5d99595e2b7b4d7cc71c20345b17431725b246a548583843c29ab49941f3d824e52"
        + "1be95e9fece6d4a1e04c7e8c8e68554ca832f4def60ed84b794d7524194557116ae75ca77af4513a672a55f230e47f093fbd"
        + "d4009a800303db0889baf6c77fd2fe085a6a07952a4399380e9531bc16d891ccd5ca2e0efbd96e03ae7726fe83c990c33808"
        + "9db3f1696260215848926c457d3ffb62335ae8cbedad9b5f1eb93f747ef0f1a701a02cbd086931fc71623c0db5ae2b8b2d7e"
        + "361daf0c3e69"

    /// 859 and 1201 divide it.
    static let smooth =
        "ff8abc77a4023e706fb44b991e3753e97a4a3f08dcae2497fdca1ab61daacbdd24a74a6aae90aadc028c7886d6d709230c74"
        + "7d7d6a7a4702ce38eac7bf428e1b47d6a16d9b025c7feafdd5a5f73211cb5ea88c59303668a32aaaa76020dfe3d738739b8d"
        + "312b3d568bcd5c28251244ddafa5db3cc5c7ae5bbd165dc47756e54a03e95bea5153af944d3404cf89bf2962af1ed3d49bdc"
        + "38cac2709eaf9360dd9a017eb8516d70d62e67986824fc95fec2ae519d5a6639b2590a918cb666fb19f8f1b5664a867433bc"
        + "6d4c44c8a34cdad0ae125fe47371c67953acbfb44cb99c10fbeb71704f7854a19c7d06b3a9d5c06b1cc1b48cfcf443cce612"
        + "0f665a99cf29"

    /// PKCS#1 of a public key.
    ///
    /// - Parameter exponent: hexadecimal, the first bit of it zero.
    static func key(_ modulus: String, exponent: String = "010001") -> [UInt8] {
        let numbers = integer("00" + modulus) + integer(exponent)
        return Hex.decode("30" + length(numbers) + numbers) ?? []
    }

    private static func integer(_ content: String) -> String { "02" + length(content) + content }

    private static func length(_ content: String) -> String {
        let count = content.count / 2
        return (count < 128 ? "" : count < 256 ? "81" : "82")
            + (count < 256 ? Hex.text([UInt8(count)]) : Hex.text([UInt8(count >> 8), UInt8(count & 255)]))
    }
}

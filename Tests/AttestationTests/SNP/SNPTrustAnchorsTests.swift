// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import IR
import Testing

struct SNPTrustAnchorsTests {
    /// SHA-256 of the built-in certificates.
    static let digests: [SNPProduct: [String]] = [
        .milan: [
            "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd",
            "67d303bd3905fd38db8b20e0793699870e7fa612eaad5dec358293fd8c0bac1b",
            "c5e081f59b7efab1fe2f8b505e159704e72f29cab7ef7cf628a05a42439082f5",
        ],
        .genoa: [
            "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1",
            "5464738c1546aed5f2cecf1dc98c5c960a92e8913238a61711bc90ec6e828521",
            "197e610743a917d6b9bb982a5a9226ccc0a15b611be0619e626aca9151457372",
        ],
        .turin: [
            "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a",
            "5b77ef5fe7a7a004fd9032668fba9d0fda22f88c4442069a479636a6ae3b3185",
            "104e10a8bd060a3c20a434261a57d0588fd65a88915b4f65b08bdecaf8df1a3c",
        ],
    ]

    @Test(arguments: SNPProduct.allCases) func builtInChainsAreSound(_ product: SNPProduct) throws {
        let anchors = try #require(SNPTrustAnchors.amd.products[product])
        let time = try #require(Timestamp("2026-01-01"))
        #expect(anchors.ark.commonName == "ARK-\(product.rawValue)")
        for intermediate in [try #require(anchors.ask), try #require(anchors.asvk)] {
            try CertificatePath.validate([intermediate], root: anchors.ark, algorithm: .rsaPSSWithSHA384, at: time)
        }
        #expect(anchors.ask != anchors.asvk)
        #expect(
            [anchors.ark, anchors.ask, anchors.asvk].compactMap(\.self).map { Hex.text(SHA256.digest($0.der)) }
                == Self.digests[product])
    }
}

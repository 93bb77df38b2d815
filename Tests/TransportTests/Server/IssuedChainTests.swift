// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Digests
import Identity
import Testing

@testable import ClientConnection
@testable import Enrollment

/// Answers of Coordinators that do not fit together.
@Suite struct IssuedChainTests {
    private static func answer(_ authority: CertificateAuthority, life: Int64 = 600) throws -> IssuedCertificates {
        let policy = try #require(CertificatePolicy(leafLifetime: life))
        let leaf = CertificateAuthority.Leaf(
            spki: try ECDSAPrivateKey(generating: .p256).spki, names: [], fallbackName: "web")
        return IssuedCertificates(
            meshCA: authority.meshPEM, chain: try authority.issue(leaf, at: .now(), policy: policy),
            rootCA: authority.rootPEM)
    }

    private static func authority() throws -> CertificateAuthority {
        try CertificateAuthority(
            rootKey: ECDSAPrivateKey(generating: .p384), meshKey: ECDSAPrivateKey(generating: .p384))
    }

    private static func fault(
        _ issued: IssuedCertificates, known: Certificate? = nil, at time: Timestamp = .now()
    ) -> IssuedChain.Fault? {
        do throws(IssuedChain.Fault) {
            _ = try IssuedChain(issued, known: known, at: time)
            return nil
        } catch {
            return error
        }
    }

    @Test func theAnswerOfACoordinatorIsWhole() throws {
        let authority = try Self.authority()
        let answer = try Self.answer(authority)
        let chain = try IssuedChain(answer, at: .now())
        #expect(chain.root.der == authority.root && chain.leaf.commonName == "web")
        #expect(Self.fault(answer, known: chain.root) == nil)
        #expect(Self.fault(answer, known: try Certificate(der: Self.authority().root)) == .otherRoot)
    }

    @Test func everyPartMustBeOfTheSameCA() throws {
        let (mine, theirs) = (try Self.authority(), try Self.authority())
        var answer = try Self.answer(mine)
        answer.rootCA = theirs.rootPEM
        #expect(Self.fault(answer)?.description.contains("do not belong together") == true)
        answer = try Self.answer(mine)
        answer.meshCA = theirs.meshPEM
        #expect(Self.fault(answer)?.description.contains("do not belong together") == true)
        answer = try Self.answer(mine)
        answer.chain = try Self.answer(theirs).chain
        #expect(Self.fault(answer)?.description.contains("do not belong together") == true)
        // The root, whose certificate everybody has, before the mesh CA of somebody else.
        answer = try Self.answer(theirs)
        answer.rootCA = mine.rootPEM
        #expect(Self.fault(answer)?.description.contains("do not belong together") == true)
    }

    @Test func eachHasItsNumberOfCertificates() throws {
        let whole = try Self.answer(Self.authority())
        var answer = whole
        answer.chain = whole.chain + whole.rootCA
        #expect(Self.fault(answer) == .malformed(part: "certificate chain"))
        answer = whole
        answer.meshCA = []
        #expect(Self.fault(answer) == .malformed(part: "mesh CA"))
        answer = whole
        answer.rootCA = Array("-----BEGIN CERTIFICATE-----\n".utf8)
        #expect(Self.fault(answer) == .malformed(part: "root CA"))
    }

    @Test func itMustBeGoodNow() throws {
        let answer = try Self.answer(Self.authority())
        let later = Timestamp(seconds: Timestamp.now().seconds + 700)
        #expect(Self.fault(answer, at: later)?.description.contains("'web': it was good until") == true)
    }
}

// SPDX-License-Identifier: Apache-2.0

import Attestation
import Digests
import IR
import SimulatedPlatform
import Testing

/// Groups 47 and 48 of the negative cases: the chain of the PCK certificate, and revocation.
struct TDXCertificateTests {
    private let late = Timestamp(seconds: TDXFixture.now.seconds - 1)
    private let early = Timestamp(seconds: TDXFixture.now.seconds + 1)

    @Test func theEmbeddedRootIsIntels() throws {
        #expect(
            IntelRoot.certificates.map { Hex.text(SHA256.digest($0.der)) }
                == ["44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"])
        #expect(IntelRoot.certificates.allSatisfy { $0.isAuthority && $0.publicKey.kind == .p256 })
        #expect(IntelRoot.certificates.allSatisfy { $0.notAfter == .utc("2049-12-31T23:59:59Z") })
        let verifier = TDXVerifier(time: TDXFixture.now)
        #expect(verifier.roots == IntelRoot.certificates && verifier.acceptedStatuses == [.upToDate])
    }

    @Test func refusesChainsOfAnotherLength() throws {
        var fixture = try TDXFixture()
        let chain = try fixture.platform.pckChain()
        for wrong in [Array(chain.prefix(2)), chain + [chain[2]], Array(chain.prefix(1)), []] {
            fixture.editQuote = { $0.certificateChain = PEMWriter.certificates(wrong) }
            #expect(try fixture.outcome().failedRule == TDXRules.pckChain)
        }
    }

    @Test func refusesChainsInAnotherOrder() throws {
        var fixture = try TDXFixture()
        let chain = try fixture.platform.pckChain()
        fixture.editQuote = { $0.certificateChain = PEMWriter.certificates(chain.reversed()) }
        #expect(try fixture.outcome().failedRule == TDXRules.pckChain)
        fixture.editQuote = { $0.certificateChain = PEMWriter.certificates([chain[0], chain[2], chain[1]]) }
        #expect(try fixture.outcome().failedRule == TDXRules.pckChain)
    }

    @Test func refusesTheCertificateOfAnotherPlatform() throws {
        var fixture = try TDXFixture()
        let other = try SigningKey(.p256)
        var platform = fixture.platform
        platform.pckKey = other
        platform.pck.spki = other.spki
        let chain = try platform.pckChain()
        fixture.editQuote = { $0.certificateChain = PEMWriter.certificates(chain) }
        #expect(try fixture.outcome().failedRule == TDXRules.qeSignature)
    }

    @Test func takesANULBehindTheChain() throws {
        var fixture = try TDXFixture()
        fixture.editQuote = { $0.certificateChain.append(0) }
        #expect(try fixture.verified() != nil)
    }

    @Test func refusesOtherSubjects() throws {
        var fixture = try TDXFixture()
        fixture.platform.pck.subject = CertificateTemplate.name("Intel SGX Root CA")
        #expect(try fixture.outcome().failedRule == TDXRules.pckChain)
        fixture = try TDXFixture()
        fixture.platform.ca.subject = CertificateTemplate.name("Intel SGX PCK Another CA")
        fixture.platform.pck.issuer = fixture.platform.ca.subject
        #expect(try fixture.outcome().failedRule == TDXRules.pckChain)
    }

    @Test func refusesALookAlikeOfTheRoot() throws {
        var fixture = try TDXFixture()
        fixture.verifier = try TDXFixture.another().verifier(at: fixture.time)
        #expect(try fixture.outcome().failedRule == TDXRules.pckRoot)
        fixture.verifier = TDXVerifier(roots: [], time: fixture.time)
        #expect(try fixture.outcome().failedRule == TDXRules.pckRoot)
        fixture.verifier = TDXVerifier(time: fixture.time)
        #expect(try fixture.outcome().failedRule == TDXRules.pckRoot)
    }

    @Test func aLookAlikeAtTheEndOfTheChainChangesNothing() throws {
        // The name and the key of the true root, but neither its signature nor its dates.
        var fixture = try TDXFixture()
        let verifier = try fixture.platform.verifier(at: fixture.time)
        let chain = try fixture.platform.pckChain()
        fixture.platform.root.notAfter = late
        let expired = try fixture.platform.rootDER()
        fixture.editQuote = { $0.certificateChain = PEMWriter.certificates([chain[0], chain[1], expired]) }
        fixture.verifier = verifier
        #expect(try fixture.verified() != nil)
    }

    @Test func refusesOtherIssuersOfThePCKCertificate() throws {
        var fixture = try TDXFixture()
        let another = try TDXFixture.another()
        // An authority of the same name that the root did not sign; and a PCK certificate of another's.
        let chain = try fixture.platform.pckChain()
        let others = try another.pckChain()
        for (wrong, depth) in [([others[0], others[1], chain[2]], 1), ([others[0], chain[1], chain[2]], 0)] {
            fixture.editQuote = { $0.certificateChain = PEMWriter.certificates(wrong) }
            let outcome = try fixture.outcome()
            #expect(outcome.failedRule == TDXRules.pckPath)
            #expect(
                outcome.shortfall?.field
                    == "certificate '\(depth == 0 ? "Intel SGX PCK Certificate" : SimulatedTDXPlatform.caName)'")
        }
        fixture = try TDXFixture()
        fixture.platform.pck.spki = another.pckKey.spki
        #expect(try fixture.outcome().failedRule == TDXRules.qeSignature)
    }

    @Test func refusesAnAuthorityThatIsNone() throws {
        var fixture = try TDXFixture()
        fixture.platform.ca.extensions = []
        let outcome = try fixture.outcome()
        #expect(outcome.failedRule == TDXRules.pckPath)
        #expect(outcome.shortfall?.found == "it may not sign certificates")
    }

    @Test(arguments: [\SimulatedTDXPlatform.pck, \.ca, \.root])
    func refusesExpiredCertificates(
        _ part: any WritableKeyPath<SimulatedTDXPlatform, CertificateTemplate> & Sendable
    ) throws {
        var fixture = try TDXFixture()
        fixture.platform[keyPath: part].notAfter = late
        #expect(try fixture.outcome().failedRule == TDXRules.pckPath)
        #expect(try fixture.outcome().shortfall?.found == "it was good until \(late)")
        fixture = try TDXFixture()
        fixture.platform[keyPath: part].notBefore = early
        #expect(try fixture.outcome().failedRule == TDXRules.pckPath)
        #expect(try fixture.outcome().shortfall?.found == "it is good from \(early) only")
    }

    @Test func refusesARevokedPCK() throws {
        var fixture = try TDXFixture()
        fixture.platform.caList.revokedSerials = [7, 3]
        let outcome = try fixture.outcome()
        #expect(outcome.failedRule == TDXRules.pckCRL)
        #expect(outcome.shortfall?.found == "the certificate is revoked")
    }

    @Test func refusesARevokedAuthority() throws {
        var fixture = try TDXFixture()
        fixture.platform.rootList.revokedSerials = [2]
        #expect(try fixture.outcome().failedRule == TDXRules.rootCRL)
        #expect(try fixture.outcome().shortfall?.found == "the certificate is revoked")
    }

    @Test func refusesARevokedSigner() throws {
        var fixture = try TDXFixture()
        fixture.platform.rootList.revokedSerials = [4]
        #expect(try fixture.outcome().failedRule == TDXRules.tcbInfo.signerCRL)
        #expect(try fixture.outcome().shortfall?.found == "the certificate is revoked")
    }

    @Test(arguments: [
        (\SimulatedTDXPlatform.rootList, TDXRules.rootCRL), (\SimulatedTDXPlatform.caList, TDXRules.pckCRL),
    ])
    func refusesListsThatAreNotGoodNow(
        _ list: any WritableKeyPath<SimulatedTDXPlatform, RevocationListTemplate> & Sendable, _ rule: Rule
    ) throws {
        var fixture = try TDXFixture()
        fixture.platform[keyPath: list].nextUpdate = late
        #expect(try fixture.outcome().failedRule == rule)
        #expect(try fixture.outcome().shortfall?.found == "the CRL was good until \(late)")
        fixture = try TDXFixture()
        fixture.platform[keyPath: list].thisUpdate = early
        #expect(try fixture.outcome().failedRule == rule)
        #expect(try fixture.outcome().shortfall?.found == "the CRL is of \(early), which is later")
    }

    @Test func refusesListsOfOthers() throws {
        var fixture = try TDXFixture()
        let other = RevocationListTemplate(
            issuer: "Intel SGX PCK Processor CA", thisUpdate: TDXFixture.start, nextUpdate: TDXFixture.end)
        let signed = try other.signed(by: fixture.platform.caKey, .intel)
        fixture.editCollateral = { $0.pckCRL = signed }
        #expect(try fixture.outcome().failedRule == TDXRules.pckCRL)
        #expect(try fixture.outcome().shortfall?.found == "the CRL is another issuer's")
        let forged = try fixture.platform.caList.signed(by: fixture.platform.pckKey, .intel)
        fixture.editCollateral = { $0.pckCRL = forged }
        #expect(try fixture.outcome().failedRule == TDXRules.pckCRL)
        #expect(try fixture.outcome().shortfall?.found == "the CRL's signature does not verify")
        let alsoForged = try fixture.platform.rootList.signed(by: fixture.platform.caKey, .intel)
        fixture.editCollateral = { $0.rootCRL = alsoForged }
        #expect(try fixture.outcome().failedRule == TDXRules.rootCRL)
        fixture.editCollateral = { $0.pckCRL = [] }
        #expect(try fixture.outcome().failedRule == TDXRules.pckCRL)
    }

    /// Certificates and CRLs are signed whole: no bit of their DER can be another.
    @Test func refusesEveryFlippedBit() throws {
        let fixture = try TDXFixture()
        let quote = try SimulatedQuote(fixture.td, version: 4, on: fixture.platform)
        let chain = try fixture.platform.pckChain()
        let collateral = try fixture.platform.collateral()
        let verifier = try fixture.platform.verifier(at: fixture.time)
        for index in 0..<2 {
            for bit in BitFlips.bits(of: 0..<chain[index].count) {
                var (changed, certificates) = (quote, chain)
                certificates[index][bit / 8] ^= 1 << (bit % 8)
                changed.certificateChain = PEMWriter.certificates(certificates)
                let outcome = TDXOutcome(changed.bytes, collateral, by: verifier)
                #expect(outcome.failedRule.map(certificateRules.contains) == true, "certificate \(index), bit \(bit)")
            }
        }
        for (list, rule) in [(\TDXCollateral.rootCRL, TDXRules.rootCRL), (\.pckCRL, TDXRules.pckCRL)] {
            for bit in BitFlips.bits(of: 0..<collateral[keyPath: list].count) {
                var changed = collateral
                changed[keyPath: list][bit / 8] ^= 1 << (bit % 8)
                let outcome = TDXOutcome(quote.bytes, changed, by: verifier)
                #expect(outcome.failedRule == rule, "\(rule.id), bit \(bit)")
            }
        }
    }

    private let certificateRules: Set<Rule> = [TDXRules.pckChain, TDXRules.pckPath, TDXRules.rootCRL]
}

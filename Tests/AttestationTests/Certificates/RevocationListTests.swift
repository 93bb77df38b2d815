// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

struct RevocationListTests {
    private let chain: TestChain
    private let list: RevocationListTemplate

    init() throws {
        chain = try TestChain(.rsa(bits: 2048), .amd)
        list = RevocationListTemplate(issuer: "root", thisUpdate: TestChain.start, nextUpdate: TestChain.end)
    }

    private func check(
        _ list: RevocationListTemplate, by key: SigningKey? = nil, _ algorithm: SigningAlgorithm = .amd,
        at time: Timestamp = TestChain.now
    ) throws -> RevocationError? {
        let (_, middle, root) = try chain.certificates()
        let read = try RevocationList(der: list.signed(by: key ?? chain.rootKey, algorithm))
        do throws(RevocationError) {
            try read.check(middle, issuer: root, algorithm: .rsaPSSWithSHA384, at: time)
            return nil
        } catch {
            return error
        }
    }

    @Test func tellsTheRevokedFromOthers() throws {
        var list = list
        #expect(try check(list) == nil)
        list.revokedSerials = [2, 3]
        #expect(try check(list) == nil)
        list.revokedSerials = [2, 1, 3]
        #expect(try check(list) == .revoked)
    }

    @Test func refusesListsThatAreNotGoodNow() throws {
        var list = list
        #expect(try check(list, at: TestChain.end) == nil)
        #expect(
            try check(list, at: Timestamp(seconds: TestChain.end.seconds + 1)) == .stale(nextUpdate: TestChain.end))
        #expect(
            try check(list, at: Timestamp(seconds: TestChain.start.seconds - 1))
                == .notYetValid(thisUpdate: TestChain.start))
        list.nextUpdate = nil
        #expect(try check(list) == .stale(nextUpdate: nil))
    }

    @Test func refusesListsOfOthers() throws {
        var list = list
        #expect(try check(list, by: chain.middleKey) == .badSignature)
        #expect(
            try check(list, .rsaPSS(.sha256, salt: 32, trailer: nil)) == .signatureAlgorithm(.other))
        list.issuer = CertificateTemplate.name("middle")
        #expect(try check(list, by: chain.middleKey) == .otherIssuer)
    }

    @Test func refusesListsWithCriticalExtensions() throws {
        var list = list
        list.extensions = [CertificateTemplate.extension("2.5.29.20", [2, 1, 1])]
        #expect(try check(list) == nil)
        list.extensions = [CertificateTemplate.extension("2.5.29.28", isCritical: true, DERWriter.sequence())]
        #expect(try check(list) == .criticalExtension("2.5.29.28"))
    }

    @Test func refusesEveryPrefixAndEveryAddition() throws {
        let der = try list.signed(by: chain.rootKey, .amd)
        for count in 0..<der.count {
            #expect(throws: CertificateError.malformed) { try RevocationList(der: Array(der.prefix(count))) }
        }
        #expect(throws: CertificateError.trailingBytes) { try RevocationList(der: der + [0]) }
    }
}

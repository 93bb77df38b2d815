// SPDX-License-Identifier: Apache-2.0

@testable import ATLS
import Attestation
import NIOSSL
import TLSMessages
import Testing

struct PeerCertificateTests {
    private let now = Timestamp(seconds: 1_767_225_600)
    private let evidence = EvidenceDocument(kind: .snp, bytes: [1, 2, 3])

    private func certificate(_ evidence: EvidenceDocument?, at time: Timestamp) throws -> [UInt8] {
        try LeafKey().certificate(evidence: evidence, nonce: ATLSNonce(), at: time).toDERBytes()
    }

    private func error(_ chain: [[UInt8]]) -> PeerCertificateError? {
        do throws(PeerCertificateError) {
            _ = try PeerCertificate(chain: chain, at: now).evidence()
            return nil
        } catch { return error }
    }

    @Test("what was put in is found")
    func roundTrip() throws {
        let key = try LeafKey()
        let nonce = ATLSNonce()
        let der = try key.certificate(evidence: evidence, nonce: nonce, at: now).toDERBytes()
        let certificate = try PeerCertificate(chain: [der], at: now)
        #expect(certificate.publicKey == key.publicKey)
        #expect(try certificate.evidence() == evidence)
        #expect(certificate.nonce == nonce)
    }

    @Test("there is one certificate")
    func count() throws {
        let der = try certificate(evidence, at: now)
        #expect(error([]) == .count(0))
        #expect(error([der, der]) == .count(2))
    }

    @Test("it is valid for two hours either way")
    func validity() throws {
        func error(_ offset: Int64) throws -> PeerCertificateError? {
            self.error([try certificate(evidence, at: Timestamp(seconds: now.seconds + offset))])
        }
        #expect(try error(7200) == nil && error(-7200) == nil)
        #expect(try error(7201) == .notYetValid)
        #expect(try error(-7201) == .expired)
    }

    @Test("no bit of it can change")
    func bits() throws {
        let der = try certificate(evidence, at: now)
        for index in stride(from: 0, to: der.count, by: 3) {
            var changed = der
            changed[index] ^= 1
            #expect(error([changed]) != nil, "byte \(index)")
        }
        var signature = der
        signature[der.count - 1] ^= 1
        #expect(error([signature]) == .selfSignature)
        #expect(error([Array(der.dropLast())]) == .unreadable)
        #expect(error([der + [0]]) == .unreadable)
    }

    @Test("evidence is there once, and of some size")
    func evidences() throws {
        #expect(error([try certificate(nil, at: now)]) == .noEvidence)
        #expect(error([try certificate(EvidenceDocument(kind: .tdx, bytes: []), at: now)]) == .evidenceSize(0))
        let large = EvidenceDocument(kind: .snp, bytes: [UInt8](repeating: 0, count: EvidenceDocument.sizeLimit + 1))
        #expect(error([try certificate(large, at: now)]) == .evidenceSize(EvidenceDocument.sizeLimit + 1))
        let two = try TestCertificate.der(
            TestCertificate().certificate(
                evidence: [evidence, EvidenceDocument(kind: .tdx, bytes: [1])], at: now))
        #expect(error([two]) == .severalEvidences)
    }
}

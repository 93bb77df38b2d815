// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

/// Chains, keys and signatures, with a made-up maker of chips: what no public evidence covers.
struct SNPGenuineTests {
    private func path(_ field: String) -> [SNPFailure] { [SNPFailure(SNPRules.path, field)] }
    private func key(_ field: String) -> [SNPFailure] { [SNPFailure(SNPRules.endorsementKey, field)] }

    @Test(
        arguments: [
            (SNPProduct.milan, false, 2), (.milan, false, 3), (.genoa, false, 3), (.genoa, true, 4), (.milan, true, 3),
            (.turin, false, 5), (.turin, true, 5),
        ] as [(SNPProduct, Bool, UInt32)])
    func acceptsEveryProductKindAndVersion(_ product: SNPProduct, _ vlek: Bool, _ version: UInt32) throws {
        var trace = Trace()
        let accepted = try SNPFixture(product, vlek: vlek, version: version).verify(trace: &trace)
        #expect(accepted.entry.text == "ReferenceValues.snp[0]")
        #expect(accepted.policyHash == SNPFixture.policyHash)
        #expect(accepted.genuine.product == product)
        #expect(trace.failures.isEmpty)
        #expect(Set(trace.steps.map(\.rule.id)).isSuperset(of: ["snp.report.signature", "snp.chain.revocation"]))
    }

    @Test func usesTheBuiltInIntermediate() throws {
        var fixture = try SNPFixture()
        var endorsements = try fixture.currentEndorsements()
        endorsements.intermediate = nil
        endorsements.root = nil
        fixture.endorsements = endorsements
        #expect(try fixture.failures() == [])
    }

    /// Certificates and CRLs are shared between threads; libcrypto fills caches in them.
    @Test func verifiesOnManyThreads() async throws {
        let fixture = try SNPFixture()
        let bytes = try fixture.authority.sign(fixture.template)
        let endorsements = try fixture.currentEndorsements()
        let verifier = SNPVerifier(anchors: try fixture.authority.anchors(), time: fixture.time)
        let genuine = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    var trace = Trace()
                    return (try? verifier.verify(bytes, endorsements, trace: &trace)) != nil
                }
            }
            return await group.reduce(into: 0) { count, isGenuine in count += isGenuine ? 1 : 0 }
        }
        #expect(genuine == 64)
    }

    @Test func needsACertificate() throws {
        var fixture = try SNPFixture()
        fixture.endorsements = SNPEndorsements()
        #expect(try fixture.failures() == key("endorsement key"))
    }

    @Test func refusesEveryFlippedBit() throws {
        let fixture = try SNPFixture()
        let bytes = try fixture.authority.sign(fixture.template)
        let anchors = try fixture.authority.anchors()
        for bit in BitFlips.bits(of: 0..<SNPReport.size) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            let failures = try fixture.failures(flipped, anchors: anchors)
            #expect(!failures.isEmpty, "bit \(bit)")
            #expect(failures.allSatisfy { $0.rule.id.hasPrefix("snp.report") }, "bit \(bit): \(failures)")
        }
    }

    /// In whatever is signed beside the report: what still reads must no longer verify.
    @Test(arguments: ["VCEK", "ASK", "ARK", "CRL"]) func refusesEveryFlippedBitOfEndorsements(_ part: String) throws {
        var fixture = try SNPFixture()
        let anchors = try fixture.authority.anchors()
        let bytes = try fixture.authority.sign(fixture.template)
        let endorsements = try fixture.currentEndorsements()
        let list = try #require(endorsements.revocationLists.first)
        let der =
            switch part {
            case "VCEK": endorsements.endorsementKey?.der
            case "ASK": endorsements.intermediate?.der
            case "ARK": endorsements.root?.der
            default: list.der
            }
        for bit in BitFlips.bits(of: 0..<(try #require(der).count)) {
            var flipped = try #require(der)
            flipped[bit / 8] ^= 1 << (bit % 8)
            var changed = endorsements
            do throws(CertificateError) {
                switch part {
                case "VCEK": changed.endorsementKey = try Certificate(der: flipped)
                case "ASK": changed.intermediate = try Certificate(der: flipped)
                case "ARK": changed.root = try Certificate(der: flipped)
                default: changed.revocationLists = [try RevocationList(der: flipped)]
                }
            } catch {
                continue
            }
            fixture.endorsements = changed
            #expect(try !fixture.failures(bytes, anchors: anchors).isEmpty, "bit \(bit) of \(part)")
        }
    }

    @Test func refusesSignaturesThatAreNone() throws {
        let fixture = try SNPFixture()
        let bytes = try fixture.authority.sign(fixture.template)
        let signature = [SNPFailure(SNPRules.signature, "SIGNATURE")]
        func failures(_ change: (inout [UInt8]) -> Void) throws -> [SNPFailure] {
            var bytes = bytes
            change(&bytes)
            return try fixture.failures(bytes)
        }
        let r = 0x2A0..<0x2A0 + 48
        let s = 0x2E8..<0x2E8 + 48
        for number in [r, s] {
            #expect(try failures { $0.replaceSubrange(number, with: [UInt8](repeating: 0, count: 48)) } == signature)
            #expect(try failures { $0.replaceSubrange(number, with: [UInt8](repeating: 0xFF, count: 48)) } == signature)
            #expect(try failures { $0[number.lowerBound] ^= 1 } == signature)
            #expect(
                try failures { $0[number.upperBound] = 1 } == [
                    SNPFailure(SNPRules.layout, "reserved byte 0x\(String(number.upperBound, radix: 16))")
                ])
            #expect(try failures { $0.replaceSubrange(number, with: $0[number].reversed()) } == signature)
        }
        #expect(
            try failures {
                let both = ($0[r], $0[s]); $0.replaceSubrange(r, with: both.1); $0.replaceSubrange(s, with: both.0)
            } == signature)
    }

    @Test func refusesAnotherChipsCertificate() throws {
        let one = try SNPFixture()
        var other = try SNPFixture()
        other.endorsements = try one.currentEndorsements()
        #expect(
            try other.failures(anchors: one.authority.anchors()) == [SNPFailure(SNPRules.signature, "SIGNATURE")])
    }

    @Test func refusesAnotherProductsChain() throws {
        var milan = try SNPFixture(.milan)
        let genoa = try SNPFixture(.genoa)
        var anchors = try milan.authority.anchors()
        anchors.products.merge(try genoa.authority.anchors().products) { one, _ in one }
        var endorsements = try milan.currentEndorsements()
        endorsements.root = try genoa.currentEndorsements().root
        milan.endorsements = endorsements
        #expect(try milan.failures(anchors: anchors) == [SNPFailure(SNPRules.root, "ARK")])
        endorsements.root = nil
        endorsements.intermediate = try genoa.currentEndorsements().intermediate
        milan.endorsements = endorsements
        #expect(try milan.failures(anchors: anchors) == path("VCEK"))
        milan.endorsements = nil
        #expect(try milan.failures(anchors: genoa.authority.anchors()) == [SNPFailure(SNPRules.root, "ARK")])
    }

    @Test func refusesALookalikeRoot() throws {
        var fixture = try SNPFixture()
        let anchors = try fixture.authority.anchors()
        fixture.authority.root.serial = 2
        try fixture.authority.signRoot()
        #expect(try fixture.failures(anchors: anchors) == [SNPFailure(SNPRules.root, "ARK")])
    }

    @Test func refusesAnIntermediateThatIsNone() throws {
        var fixture = try SNPFixture()
        fixture.authority.intermediate.issuer = fixture.authority.intermediate.subject
        #expect(try fixture.failures() == path("ASK"))
        fixture = try SNPFixture()
        fixture.authority.intermediate.extensions = []
        #expect(try fixture.failures() == path("ASK"))
    }

    @Test func refusesAKeyThatTheRootHasSigned() throws {
        var fixture = try SNPFixture()
        let anchors = try fixture.authority.anchors()
        fixture.authority.endorsement.issuer = fixture.authority.root.subject
        fixture.authority.keys.intermediate = fixture.authority.keys.root
        var endorsements = try fixture.currentEndorsements()
        endorsements.intermediate = nil
        fixture.endorsements = endorsements
        #expect(try fixture.failures(anchors: anchors) == path("VCEK"))
    }

    @Test func refusesCertificatesOfAnotherTime() throws {
        var fixture = try SNPFixture()
        fixture.time = Timestamp(seconds: SNPFixture.end.seconds + 1)
        #expect(try fixture.failures() == path("ARK"))
        fixture.time = Timestamp(seconds: SNPFixture.start.seconds - 1)
        #expect(try fixture.failures() == path("ARK"))
        for (part, field) in [(\SNPAuthority.endorsement, "VCEK"), (\.intermediate, "ASK"), (\.root, "ARK")] {
            var fixture = try SNPFixture()
            fixture.authority[keyPath: part].notAfter = Timestamp(seconds: SNPFixture.now.seconds - 1)
            try fixture.authority.signRoot()
            #expect(try fixture.failures() == path(field))
            fixture = try SNPFixture()
            fixture.authority[keyPath: part].notBefore = Timestamp(seconds: SNPFixture.now.seconds + 1)
            try fixture.authority.signRoot()
            #expect(try fixture.failures() == path(field))
        }
    }

    @Test(arguments: [
        SigningAlgorithm.rsaPSS(.sha256, salt: 48, trailer: nil), .rsaPSS(.sha384, salt: 32, trailer: nil),
        .rsaPSS(.sha384, salt: 20, trailer: nil), .rsaPSS(.sha384, salt: 48, trailer: 2),
    ])
    func refusesOtherSignatureParameters(_ algorithm: SigningAlgorithm) throws {
        var fixture = try SNPFixture()
        fixture.authority.algorithm = algorithm
        try fixture.authority.signRoot()
        fixture.revocationLists = []
        #expect(try fixture.failures() == path("VCEK"))
    }

    @Test func refusesOtherKeys() throws {
        var fixture = try SNPFixture()
        fixture.authority.endorsement.spki = try SigningKey(.p256).spki
        #expect(try fixture.failures() == key("endorsement key"))
        fixture.authority.endorsement.spki = try TestKeys.key(.rsa(bits: 2048), 2).spki
        #expect(try fixture.failures() == key("endorsement key"))
        fixture = try SNPFixture()
        fixture.authority.endorsement.subject = CertificateTemplate.name("SEV-Milan")
        #expect(try fixture.failures() == key("endorsement key"))
    }

    @Test(
        arguments: SNPEndorsementKey.Field.allCases.filter {
            ![.cspID, .fmcSPL, .spl4, .spl5, .spl6, .spl7].contains($0)
        })
    func refusesMissingAndMalformedExtensions(_ field: SNPEndorsementKey.Field) throws {
        let original = try SNPFixture()
        let index = try #require(original.authority.fields.firstIndex { $0.field == field })
        let malformed: [[UInt8]] = [
            [], DERWriter.integer(256), [0x02, 0x01, 0xFF], [0x02, 0x02, 0x00, 0x01], DERWriter.octetString([1]),
            original.authority.fields[index].value + [0], DERWriter.ia5String("Rome"),
        ]
        for value in malformed {
            var fixture = original
            fixture.authority.fields[index].value = value
            #expect(try fixture.failures() == key(field.name), "\(value)")
        }
        var fixture = original
        fixture.authority.fields.remove(at: index)
        #expect(try fixture.failures() == key(field.name))
        fixture = original
        fixture.authority.fields.append(original.authority.fields[index])
        #expect(throws: CertificateError.duplicateExtension(field.oid)) { try fixture.currentEndorsements() }
    }

    @Test func refusesReservedVersionsAndFieldsOfOtherKeys() throws {
        for field in [SNPEndorsementKey.Field.spl4, .spl5, .spl6, .spl7] {
            var fixture = try SNPFixture()
            let index = try #require(fixture.authority.fields.firstIndex { $0.field == field })
            fixture.authority.fields[index].value = DERWriter.integer(1)
            #expect(try fixture.failures() == key(field.name))
        }
        var fixture = try SNPFixture()
        fixture.authority.fields.append((.cspID, DERWriter.ia5String("x")))
        #expect(try fixture.failures() == key("cspID"))
        fixture = try SNPFixture()
        fixture.authority.fields.append((.fmcSPL, DERWriter.integer(0)))
        #expect(try fixture.failures() == key("fmcSPL"))
        fixture = try SNPFixture(.turin, version: 5)
        fixture.authority.fields.removeAll { $0.field == .fmcSPL }
        #expect(try fixture.failures() == key("fmcSPL"))
    }

    @Test func refusesAKeyOfOtherFirmware() throws {
        for product in [SNPProduct.milan, .turin] {
            let original = try SNPFixture(product, version: 5)
            for field in [SNPEndorsementKey.Field.blSPL, .teeSPL, .snpSPL, .ucodeSPL, .fmcSPL] {
                guard let index = original.authority.fields.firstIndex(where: { $0.field == field }) else {
                    #expect(product == .milan && field == .fmcSPL)
                    continue
                }
                var fixture = original
                fixture.authority.fields[index].value = DERWriter.integer(0)
                let failures = try fixture.failures()
                #expect(failures == [SNPFailure(SNPRules.reportedTCB, "REPORTED_TCB (\(field.name))")])
            }
        }
    }

    @Test func refusesAnotherChip() throws {
        let chip = [SNPFailure(SNPRules.chip, "CHIP_ID")]
        var fixture = try SNPFixture()
        fixture.template.chipID[63] ^= 1
        #expect(try fixture.failures() == chip)
        fixture = try SNPFixture(.turin, version: 5)
        fixture.template.chipID[7] ^= 1
        #expect(try fixture.failures() == chip)
        fixture = try SNPFixture(.turin, version: 5)
        fixture.template.chipID += [1]
        #expect(try fixture.failures() == chip)
        for count in [63, 65, 8, 0] {
            fixture = try SNPFixture()
            let index = try #require(fixture.authority.fields.firstIndex { $0.field == .hwID })
            fixture.authority.fields[index].value = [UInt8](repeating: 1, count: count)
            #expect(try fixture.failures() == key("hwID"))
        }
        fixture = try SNPFixture(.turin, version: 5)
        let index = try #require(fixture.authority.fields.firstIndex { $0.field == .hwID })
        fixture.authority.fields[index].value += [UInt8](repeating: 0, count: 56)
        #expect(try fixture.failures() == key("hwID"))
        fixture = try SNPFixture()
        fixture.template.chipID = []
        #expect(try fixture.failures() == [])
    }

    @Test func readsAChipsIdentityInBothForms() throws {
        for product in [SNPProduct.milan, .turin] {
            var fixture = try SNPFixture(product, version: 5)
            let index = try #require(fixture.authority.fields.firstIndex { $0.field == .hwID })
            fixture.authority.fields[index].value = DERWriter.octetString(fixture.authority.fields[index].value)
            #expect(try fixture.failures() == [])
        }
    }

    @Test func refusesTheOtherKindOfKey() throws {
        for (vlek, flags) in [(false, 1), (false, 7), (true, 0), (true, 7)] as [(Bool, UInt32)] {
            var fixture = try SNPFixture(vlek: vlek)
            fixture.template.flags = flags << 2
            #expect(try fixture.failures() == [SNPFailure(SNPRules.signingKey, "SIGNING_KEY")])
        }
    }

    /// Both are signed by one root: an ASK for chips, an ASVK for providers.
    @Test func refusesTheIntermediateOfTheOtherKind() throws {
        for isVLEK in [false, true] {
            var fixture = try SNPFixture(vlek: isVLEK)
            let anchors = try fixture.authority.anchors()
            var other = try SNPFixture(vlek: !isVLEK).authority
            other.keys.root = fixture.authority.keys.root
            var endorsements = try fixture.currentEndorsements()
            endorsements.intermediate = try other.certificates().intermediate
            fixture.endorsements = endorsements
            #expect(try fixture.failures(anchors: anchors) == path(isVLEK ? "VLEK" : "VCEK"))
        }
    }

    @Test func refusesAProductThatTheProcessorIsNot() throws {
        for cpuid in [[0x19, 0x11, 0x01], [0x17, 0x31, 0x00]] as [[UInt8]] {
            var fixture = try SNPFixture()
            fixture.template.cpuid = cpuid
            #expect(try fixture.failures() == [SNPFailure(SNPRules.product, "CPUID_FAM_ID")])
        }
    }

    @Test func refusesFirmwareNewerThanTheCurrentOne() throws {
        var fixture = try SNPFixture()
        fixture.template.committedTCB += 1 << 56
        #expect(try fixture.failures() == [SNPFailure(SNPRules.tcbOrder, "COMMITTED_TCB (ucodeSPL)")])
        fixture = try SNPFixture()
        fixture.template.currentTCB -= 1
        fixture.template.committedTCB -= 1
        #expect(try fixture.failures() == [SNPFailure(SNPRules.tcbOrder, "REPORTED_TCB (blSPL)")])
        fixture = try SNPFixture()
        fixture.template.launchTCB |= 1 << 16
        #expect(try fixture.failures() == [SNPFailure(SNPRules.tcbOrder, "LAUNCH_TCB")])
    }
}

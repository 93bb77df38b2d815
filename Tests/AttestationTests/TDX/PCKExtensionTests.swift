// SPDX-License-Identifier: Apache-2.0

import Attestation
import SimulatedPlatform
import Testing

struct PCKExtensionTests {
    private let full: PCKExtension

    init() throws { full = try TDXFixture().platform.pckExtension }

    private func error(_ der: [UInt8]) -> PCKExtensionError? {
        do throws(PCKExtensionError) {
            _ = try PCKExtension(der: der)
            return nil
        } catch {
            return error
        }
    }

    /// The extension with further fields.
    private func adding(_ fields: [UInt8]...) -> [UInt8] {
        var reader = DERReader(full.der)
        let content = (try? reader.element(DERReader.Tag.sequence)).map { Array($0) } ?? []
        return DERWriter.element(0x30, content + fields.flatMap { $0 })
    }

    @Test func readsWhatItIsMadeOf() throws {
        #expect(try PCKExtension(der: full.der) == full)
        var other = full
        other.platformInstanceID = nil
        other.configuration = nil
        other.sgxType = .standard
        other.componentSVNs = Array(240...255)
        other.pceSVN = .max
        #expect(try PCKExtension(der: other.der) == other)
        other.configuration = PCKExtension.Configuration(smtEnabled: true)
        #expect(try PCKExtension(der: other.der) == other)
    }

    @Test func skipsFieldsThatItDoesNotKnow() throws {
        #expect(
            try PCKExtension(der: adding(PCKExtension.field("8", [5, 0]), PCKExtension.field("8.1", [5, 0]))) == full)
        #expect(try PCKExtension(der: adding(DERWriter.sequence(DERWriter.objectIdentifier("1.2.3")))) == full)
    }

    @Test func refusesFieldsThatAreThereTwice() {
        #expect(
            error(adding(PCKExtension.field("3", DERWriter.octetString([0, 0]))))
                == PCKExtensionError(field: "SGX extension field 3", reason: .duplicate))
    }

    @Test func refusesMissingFields() {
        func without(_ change: (inout PCKExtension) -> Void) -> PCKExtensionError? {
            var changed = full
            change(&changed)
            return error(changed.der)
        }
        #expect(
            without { $0.componentSVNs.removeLast() }
                == PCKExtensionError(field: "SGX TCB Comp16 SVN", reason: .missing))
        #expect(error(DERWriter.sequence()) == PCKExtensionError(field: "PPID", reason: .missing))
        #expect(
            error(DERWriter.sequence(PCKExtension.field("1", DERWriter.octetString(full.ppid))))
                == PCKExtensionError(field: "TCB", reason: .missing))
    }

    @Test func refusesOtherSizes() {
        for (part, field) in [
            (\PCKExtension.ppid, "PPID"), (\.cpuSVN, "CPUSVN"), (\.pceID, "PCE-ID"), (\.fmspc, "FMSPC"),
        ] {
            var changed = full
            changed[keyPath: part].append(0)
            #expect(error(changed.der) == PCKExtensionError(field: field, reason: .wrongValue))
            changed[keyPath: part].removeLast(2)
            #expect(error(changed.der) == PCKExtensionError(field: field, reason: .wrongValue))
        }
        var changed = full
        changed.platformInstanceID = [1]
        #expect(error(changed.der) == PCKExtensionError(field: "Platform Instance ID", reason: .wrongValue))
    }

    @Test func refusesNumbersOutOfRange() {
        for (content, isGood) in [
            ([0x00], true), ([0x00, 0xFF], true), ([0x01, 0x00], false), ([0xFF], false), ([0x00, 0x01], false),
            ([], false),
        ] as [([UInt8], Bool)] {
            // The first component follows the object identifier of its field.
            let number = DERWriter.element(0x02, content)
            let good = PCKExtension.field("2.1", DERWriter.integer(UInt64(full.componentSVNs[0])))
            let tcb = PCKExtension.field("2.1", number)
            #expect((error(replacing(good, by: tcb)) == nil) == isGood, "\(content)")
            if !isGood {
                #expect(
                    error(replacing(good, by: tcb))
                        == PCKExtensionError(field: "SGX TCB Comp1 SVN", reason: .wrongValue))
            }
        }
        let type = PCKExtension.field("5", [0x0A, 1, 2])
        #expect(
            error(replacing(type, by: PCKExtension.field("5", [0x0A, 1, 3])))
                == PCKExtensionError(field: "SGX Type", reason: .wrongValue))
        #expect(
            error(replacing(type, by: PCKExtension.field("5", [0x02, 1, 2])))
                == PCKExtensionError(field: "SGX Type", reason: .wrongValue))
        #expect(
            error(replacing(PCKExtension.field("7.3", [1, 1, 0]), by: PCKExtension.field("7.3", [1, 1, 1])))
                == PCKExtensionError(field: "SMT Enabled", reason: .wrongValue))
    }

    /// The extension with one field replaced, at whichever level it stands.
    private func replacing(_ field: [UInt8], by other: [UInt8]) -> [UInt8] {
        func rebuilt(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
            var reader = DERReader(bytes)
            var out: [UInt8] = []
            while let (tag, content) = try? reader.element() {
                let element = DERWriter.element(tag, Array(content))
                out += element == field ? other : tag == 0x30 ? DERWriter.element(tag, rebuilt(content)) : element
            }
            return out
        }
        return rebuilt(full.der[...])
    }

    @Test func refusesEveryPrefixAndEveryAddition() {
        for count in 0..<full.der.count { #expect(error(Array(full.der.prefix(count)))?.reason == .notDER) }
        #expect(error(full.der + [0])?.reason == .notDER)
        let many = DERWriter.element(0x30, (0..<70).flatMap { PCKExtension.field("\(20 + $0)", [5, 0]) })
        #expect(error(many) == PCKExtensionError(field: "SGX extension", reason: .notDER))
    }

    @Test func refusesCertificatesWithoutIt() throws {
        var fixture = try TDXFixture()
        let platform = fixture.platform
        fixture.editQuote = {
            let chain = try [
                platform.pck.signed(by: platform.caKey, .intel), platform.ca.signed(by: platform.rootKey, .intel),
                platform.rootDER(),
            ]
            $0.certificateChain = PEMWriter.certificates(chain)
        }
        #expect(try fixture.outcome().failedRule == TDXRules.pckExtension)
        #expect(try fixture.outcome().shortfall?.found == "none")
        fixture = try TDXFixture()
        fixture.platform.pckExtension.fmspc = []
        #expect(try fixture.outcome().failedRule == TDXRules.pckExtension)
    }
}

// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform
import Testing

struct TDXCollateralFilesTests {
    private let collateral: TDXCollateral
    private let roots: [Certificate]
    private let caChain: [UInt8]

    init() throws {
        let platform = try TDXFixture().platform
        collateral = try platform.collateral()
        roots = try platform.verifier(at: TDXFixture.now).roots
        caChain = PEMWriter.certificates(Array(try platform.pckChain().dropFirst()))
    }

    private func response(_ member: String, _ document: TDXCollateral.SignedDocument) -> [UInt8] {
        let text = String(decoding: document.bytes, as: UTF8.self)
        return Array(#"{"\#(member)":\#(text),"signature":"\#(Hex.text(document.signature))"}"#.utf8)
    }

    /// The files that the PCS answers with, and the last of them without need.
    private var files: [[UInt8]] {
        [
            collateral.rootCRL, collateral.pckCRL, collateral.tcbInfo.issuerChain,
            response("tcbInfo", collateral.tcbInfo), response("enclaveIdentity", collateral.qeIdentity), caChain,
        ]
    }

    private func error(_ files: [[UInt8]]) -> TDXCollateralFilesError? {
        do throws(TDXCollateralFilesError) {
            _ = try TDXCollateral(files: files, roots: roots)
            return nil
        } catch {
            return error
        }
    }

    @Test func takesFilesInAnyOrder() throws {
        var expected = collateral
        expected.qeIdentity.issuerChain = expected.tcbInfo.issuerChain
        #expect(try TDXCollateral(files: files, roots: roots) == expected)
        #expect(try TDXCollateral(files: files.reversed(), roots: roots) == expected)
        #expect(try TDXCollateral(files: files + files, roots: roots) == expected)
        #expect(try TDXCollateral(files: [collateral.json], roots: roots) == collateral)
    }

    @Test(arguments: [
        (0, "the root's CRL"), (1, "the CRL of the PCK's CA"), (2, "the issuer chain of the TCB info"),
        (3, "the TCB info"), (4, "the identity of the quoting enclave"),
    ])
    func saysWhatIsMissing(_ index: Int, _ name: String) {
        var some = files
        some.remove(at: index)
        #expect(error(some) == .missing(name))
    }

    @Test func refusesWhatItCannotPlace() throws {
        let another = try TDXFixture.another()
        #expect(error(files + [try another.collateral().pckCRL]) == .duplicate("the CRL of the PCK's CA"))
        #expect(error(files + [PEMWriter.certificates([try another.rootDER()])]) == .unknown(6))
        #expect(error([Array("{}".utf8)]) == .unknown(0))
        #expect(
            error([Array(#"{"tcbInfo":{}}"#.utf8)])
                == .malformed(0, CollateralError(path: "response.signature", reason: .missing)))
        let size = (1 << 20) + 1
        #expect(
            error([[UInt8](repeating: 0x20, count: size)])
                == .malformed(0, CollateralError(path: "collateral", reason: .tooLarge(size))))
    }
}

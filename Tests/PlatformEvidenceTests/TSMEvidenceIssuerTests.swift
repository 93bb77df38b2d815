// SPDX-License-Identifier: Apache-2.0

import Attestation
import FoundationEssentials
import IR
import PlatformEvidence
import SimulatedPlatform
import TestSupport
import Testing

/// The kernel's interface, played by a directory whose files are there as soon as it is made.
struct TSMEvidenceIssuerTests {
    private let reportData = (0..<64).map { UInt8($0) }

    private func interface(_ directory: String, _ files: [String: [UInt8]]) -> TSMReportInterface {
        TSMReportInterface(directory: directory) { entry in
            do {
                try FileManager.default.createDirectory(atPath: entry, withIntermediateDirectories: false)
                for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: "\(entry)/\(name)")) }
                return 0
            } catch { return -1 }
        }
    }

    private static let snp: [String: [UInt8]] = [
        "provider": Array("sev_guest\n".utf8), "generation": Array("1\n".utf8), "inblob": [],
    ]

    private func platform() throws -> SimulatedSNPPlatform {
        try SimulatedSNPPlatform(
            .genoa, notBefore: Timestamp(seconds: 1_700_000_000), notAfter: Timestamp(seconds: 1_800_000_000),
            rsaBits: 2048)
    }

    @Test("a report and the host's certificates become a document; the request is what was asked")
    func snp() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let platform = try platform()
        let entry = SNPReferenceValues(trustedMeasurement: String(repeating: "11", count: 48))
        let made = try platform.attest(as: entry, hostData: [UInt8](repeating: 1, count: 32), reportData: reportData)
        let certificates = [made.endorsements.endorsementKey, made.endorsements.intermediate].compactMap { $0?.der }
        var files = Self.snp
        files["outblob"] = made.report
        files["auxblob"] = Self.table(certificates)
        let issuer = TSMEvidenceIssuer(interface: interface(directory.path, files)) { _ in
            var files = EndorsementFiles()
            for list in made.endorsements.revocationLists { try? files.add(list.der) }
            return files
        }
        let document = try await issuer.issue(reportData: reportData)
        #expect(document.kind == .snp)
        let read = try SNPAttestation(protobuf: document.bytes)
        #expect(read.report == made.report)
        #expect(read.endorsements.endorsementKey == made.endorsements.endorsementKey)
        #expect(read.endorsements.intermediate == made.endorsements.intermediate)
        #expect(read.endorsements.revocationLists == made.endorsements.revocationLists)
        let entries = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let request = try Data(contentsOf: URL(filePath: "\(directory.path)/\(try #require(entries.first))/inblob"))
        #expect(Array(request) == reportData)
    }

    private static func table(_ certificates: [[UInt8]]) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
        var offset = 24 * (certificates.count + 1)
        var head: [UInt8] = []
        for certificate in certificates {
            head += [UInt8](repeating: 9, count: 16) + number(offset) + number(certificate.count)
            offset += certificate.count
        }
        return head + [UInt8](repeating: 0, count: 24) + certificates.joined()
    }

    @Test("a table that lies about its certificates yields none")
    func lyingTable() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let made = try platform().attest(
            as: SNPReferenceValues(trustedMeasurement: String(repeating: "11", count: 48)),
            hostData: [UInt8](repeating: 1, count: 32), reportData: reportData)
        var files = Self.snp
        files["outblob"] = made.report
        files["auxblob"] = [UInt8](repeating: 0xFF, count: 100)
        let document = try await TSMEvidenceIssuer(interface: interface(directory.path, files)).issue(
            reportData: reportData)
        #expect(try SNPAttestation(protobuf: document.bytes).endorsements == SNPEndorsements())
    }

    @Test("of TDX, what the kernel says of the guest counts, not what a quote says")
    func ownHostData() async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let platform = try SimulatedTDXPlatform(
            notBefore: Timestamp(seconds: 1_700_000_000), notAfter: Timestamp(seconds: 1_800_000_000))
        var td = SimulatedTD()
        td.mrConfigID = [UInt8](repeating: 7, count: 32) + [UInt8](repeating: 0, count: 16)
        let files = [
            "provider": Array("tdx_guest\n".utf8), "generation": Array("1\n".utf8), "inblob": [],
            "outblob": try platform.quote(td),
        ]
        let issuer = TSMEvidenceIssuer(interface: interface(directory.path, files))
        let measurements = TDXMeasurements(directory: directory.path)
        func own() async throws -> OwnHostData? { try await OwnHostData(issuer, measurements: measurements) }
        let quoted = try #require(try await own())
        #expect(quoted.bytes == [UInt8](repeating: 7, count: 32))
        #expect(quoted.warning?.contains("comes from the host") == true)
        try Data([UInt8](repeating: 9, count: 48)).write(to: URL(filePath: measurements.file))
        let told = try #require(try await own())
        #expect(told.bytes == [UInt8](repeating: 9, count: 32) && told.warning == nil)
    }

    @Test("what the kernel refuses or another has disturbed is an error")
    func errors() async throws {
        func error(_ change: (inout [String: [UInt8]]) -> Void) async throws -> (any Error)? {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            var files = Self.snp
            files["outblob"] = [1, 2, 3]
            change(&files)
            do {
                _ = try await TSMEvidenceIssuer(interface: interface(directory.path, files)).issue(
                    reportData: reportData)
                return nil
            } catch { return error }
        }
        #expect(try await error { $0["generation"] = Array("2\n".utf8) } as? TSMError == .generation("2"))
        #expect(
            try await error { $0["provider"] = Array("arm_cca_guest\n".utf8) } as? TSMError
                == .provider("arm_cca_guest"))
        guard case .system("open", let path, _)? = try await error({ $0["outblob"] = nil }) as? TSMError else {
            Issue.record("no report is no error")
            return
        }
        #expect(path.hasSuffix("/outblob"))
        #expect(try await error { $0["outblob"] = [UInt8](repeating: 0, count: (1 << 20) + 1) } != nil)
        // Not a report of the right size.
        #expect(try await error { _ in } is SNPAttestationError)
        let missing = TSMReportInterface(directory: "/nonexistent")
        #expect(throws: TSMError.self) { try missing.report(reportData) }
    }
}

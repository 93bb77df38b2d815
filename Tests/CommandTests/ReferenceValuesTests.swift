// SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import IR
import Measurement
import TestSupport
import Testing

/// Binary inputs are made here, so these are no golden cases.
@Suite struct ReferenceValuesTests {
    private let measure = "reference-values measure --platform metal-qemu-snp --firmware fw/OVMF.fd"

    /// A page that is firmware: where vCPUs start, one section of memory, and the table that says so.
    private static let firmware: [UInt8] = {
        func entry(_ guid: [UInt8], _ data: [UInt8]) -> [UInt8] { data + [UInt8(data.count + 18), 0] + guid }
        let metadata =
            Array("ASEV".utf8) + [28, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x80, 0, 0, 0x10, 0, 0, 1, 0, 0, 0]
        let sev: [UInt8] = [
            0x66, 0x65, 0x88, 0xDC, 0x4A, 0x98, 0x98, 0x47, 0xA7, 0x5E, 0x55, 0x85, 0xA7, 0xBF, 0x67, 0xCC,
        ]
        let reset: [UInt8] = [
            0xDE, 0x71, 0xF7, 0x00, 0x7E, 0x1A, 0xCB, 0x4F, 0x89, 0x0E, 0x68, 0xC7, 0x7E, 0x2F, 0xB4, 0x4E,
        ]
        let footer: [UInt8] = [
            0xDE, 0x82, 0xB5, 0x96, 0xB2, 0x1F, 0xF7, 0x45, 0xBA, 0xEA, 0xA3, 0x66, 0xC5, 0x5A, 0x08, 0x2D,
        ]
        let entries = entry(sev, [0, 4, 0, 0]) + entry(reset, [0x04, 0xB0, 0x80, 0])
        let table = entries + [UInt8(entries.count + 18), 0] + footer
        return [UInt8](repeating: 0x90, count: 3072) + metadata
            + [UInt8](repeating: 0, count: 1024 - metadata.count - table.count - 32) + table
            + [UInt8](repeating: 0, count: 32)
    }()

    private func workspace() throws -> Workspace {
        let workspace = try Workspace(example: "cron")
        try Files.write(Self.firmware, to: workspace.path + "/fw/OVMF.fd")
        return workspace
    }

    private func digest(_ signature: CPUSignature, vCPUs: Int) throws -> [UInt8] {
        let launch = SNPLaunch(firmware: try Firmware(Self.firmware), kernel: nil, signature: signature)
        return try #require(launch.digests()[vCPUs: vCPUs]).bytes
    }

    @Test func printsWhatTheLibraryComputes() throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        let result = try workspace.contrast(measure, "--cpu Milan --vcpus 3")
        let text = String(decoding: result.stdout, as: UTF8.self)
        #expect(text.contains("AP reset EIP: 0080b004\n"))
        #expect(try text.contains("with 1 vCPU: \(Hex.text(digest(.milan, vCPUs: 1)))\n"))
        #expect(try text.contains("with 3 vCPUs: \(Hex.text(digest(.milan, vCPUs: 3)))\n"))
        #expect(result.stderr.isEmpty)
        // The same by numbers.
        let same = try workspace.contrast(measure, "--cpu-family 25 --cpu-model 1 --cpu-stepping 1 --vcpus 3")
        #expect(try String(decoding: same.stdout, as: UTF8.self).contains(Hex.text(digest(.milan, vCPUs: 3))))
        let json = try workspace.contrast(measure, "--cpu EPYC-Genoa-v2 --format json")
        let digests = try #require(JSONParser.parse(json.stdout)["launchDigests"]?.array)
        #expect(try digests.map { $0["launchDigest"]?.string } == [Hex.text(digest(.genoa, vCPUs: 1))])
    }

    @Test func bundlesLeadToIDBlocks() throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        let before = try workspace.tree()
        try workspace.contrast(measure, "--expires 2999-12-31 -o ./bundle.json")
        let bundle = try Files.read(workspace.path + "/bundle.json")
        try workspace.contrast(measure, "-o ./bundle.json")
        #expect(try Files.read(workspace.path + "/bundle.json") == bundle, "an update with the same values")
        let document = try JSONParser.parse(bundle)
        let input = try #require(document["provenance"]?["inputs"]?.array?.first)
        #expect(input["name"] == "OVMF.fd")
        #expect(input["sha256"] == .string(Hex.text(SHA256.digest(Self.firmware))))
        #expect(document["expires"] == "2999-12-31")

        let generate = "generate --reference-values ./bundle.json -m new.json --log-level error"
        try workspace.contrast(generate, "report.yaml")
        try workspace.contrast(generate, "--check report.yaml")
        var blocks = 0
        let known = try (1...8).map { try digest(.milan, vCPUs: $0) }
        for line in try Files.text(workspace.path + "/report.yaml").split(separator: "\n") {
            guard let value = line.split(separator: "snp_id_block_Milan: ").last, value != line else { continue }
            let block = try #require(Base64.decode(value.utf8))
            #expect(known.contains(Array(block[..<48])))
            blocks += 1
        }
        #expect(blocks > 0)
        try workspace.contrast("generate --remove report.yaml")
        let after = try workspace.tree()
        #expect(before.allSatisfy { after[$0.key] == $0.value })
    }

    @Test func bundlesOfOtherPlatformsStayAsTheyAre() throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        let register = String(repeating: "5a", count: 48)
        let tdx = "reference-values measure --platform metal-qemu-tdx -o ./tdx.json"
        try workspace.contrast(tdx, "--rtmr 1=\(register)")
        let bundle = try Files.read(workspace.path + "/tdx.json")
        try workspace.contrast(measure, "-o ./tdx.json", status: 1)
        #expect(try Files.read(workspace.path + "/tdx.json") == bundle)
        // What is not measured stays.
        try workspace.contrast(tdx, "--mr-seam \(register)")
        let entry = try JSONParser.parse(Files.read(workspace.path + "/tdx.json"))["referenceValues"]?["tdx"]?.array?
            .first
        #expect(entry?["MrSeam"] == .string(register))
        #expect(entry?["Rtmrs"] == ["", .string(register), "", ""])
    }

    @Test(arguments: ["--cpu EPYC-v4", "--guest-features 0x21", "--hypervisor gce", "--cpu Turin"])
    func bundlesHoldOnlyWhatManifestsCanSay(_ option: String) throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        try workspace.contrast(measure, option)
        let result = try workspace.contrast(measure, option, "-o ./bundle.json", status: 1)
        #expect(String(decoding: result.stderr, as: UTF8.self).contains("[CC0803]"))
        #expect(!Files.exists(workspace.path + "/bundle.json"))
    }

    @Test func comparesReportsWithTheManifest() throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        var report = [UInt8](repeating: 0, count: 1184)
        for (offset, bytes) in try [
            (0x00, [3]), (0x08, [0, 0, 3]), (0x34, [1]), (0x40, [1]), (0x90, digest(.milan, vCPUs: 5)),
            (0x188, [0x19, 1]), (0x1A0, [0xAB]), (0x38, [9, 0, 0, 0, 0, 0, 9, 9]),
            (0x180, [4, 0, 0, 0, 0, 0, 22, 213]),
            (0x1E0, [4, 0, 0, 0, 0, 0, 22, 213]), (0x1F0, [3, 0, 0, 0, 0, 0, 23, 209]),
        ] as [(Int, [UInt8])] { report.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
        try Files.write(report, to: workspace.path + "/report.bin")
        try workspace.contrast(measure, "-o ./bundle.json")
        try workspace.contrast("generate --reference-values ./bundle.json --log-level error .")
        let result = try workspace.contrast("reference-values tcb report.bin")
        let lines = String(decoding: result.stdout, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.first == "SEV-SNP report of version 3 from Milan, not verified")
        #expect(lines.contains("  met    TrustedMeasurement: with 5 vCPUs"))
        #expect(lines.contains("  open   MinimumTCB.MicrocodeVersion: still to be filled in, found 209"))
        #expect(lines.contains("  met    PlatformInfo: as required"))
        #expect(!lines.contains { $0.contains("Genoa") })
        let minimum = "{\"BootloaderVersion\":3,\"TEEVersion\":0,\"SNPVersion\":22,\"MicrocodeVersion\":209}"
        #expect(lines.contains("  \"MinimumTCB\": \(minimum)"))
    }

    private static let data = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"] ?? ""

    @Test(.enabled(if: !data.isEmpty, "CONTRAST_TEST_DATA is not set"))
    func comparesQuotesAndOldReports() throws {
        let workspace = try workspace()
        defer { workspace.remove() }
        let evidence = Self.data + "/attestation"
        let quote = try workspace.contrast("reference-values tcb \(evidence)/tdx/v4-phala/quote.bin")
        let text = String(decoding: quote.stdout, as: UTF8.self)
        #expect(text.contains("\nXFAM: e702060000000000\n"))
        #expect(text.contains("  \"Xfam\": \"e702060000000000\"\n"))
        #expect(!text.contains("The manifest has no entry"))
        try workspace.contrast("generate --reference-values metal-qemu-snp --log-level error .")
        let compared = try workspace.contrast("reference-values tcb \(evidence)/tdx/v4-phala/quote.bin")
        #expect(String(decoding: compared.stdout, as: UTF8.self).contains("The manifest has no entry"))
        // Of version 2, which names no product.
        let old = try workspace.contrast("reference-values tcb \(evidence)/snp/milan-v2-google/report.bin")
        let lines = String(decoding: old.stdout, as: UTF8.self)
        #expect(lines.contains("MicrocodeVersion"))
        #expect(lines.contains("ReferenceValues.snp[0]: Metal-QEMU-SNP Milan"))
        #expect(lines.contains("FAILS  GuestPolicy: Debug must be false and is true"))
    }
}

// SPDX-License-Identifier: Apache-2.0

import Backends
import Driver
import IR
import Measurement
import Testing

/// Which launch the annotations of pods state.
@Suite struct IDBlockTests {
    private static let digest = String(repeating: "3c", count: 48)

    /// A manifest with one SNP entry.
    private func manifest(digest: String = digest, apeip: String = "0080b004", product: String = "Genoa") -> SourceFile
    {
        let text = """
            {
              "Policies": {},
              "ReferenceValues": { "snp": [ {
                "Platform": "Metal-QEMU-SNP", "ProductName": "\(product)", "TrustedMeasurement": "\(digest)",
                "APEIP": "\(apeip)", "MinimumTCB": {}, "GuestPolicy": { "ABIMinor": 31, "SMT": true }
              } ] }
            }
            """
        return SourceFile(path: "manifest.json", bytes: Array(text.utf8))
    }

    private func run(_ manifest: SourceFile?, _ change: (inout GenerateRequest) -> Void = { _ in }) throws
        -> GenerateResult
    {
        let example = Example(name: "cron")
        var request = try example.request(example.inputs())
        request.manifest = manifest
        change(&request)
        return request.run()
    }

    /// Values of an annotation in the order of the pods.
    private func values(_ key: String, _ result: GenerateResult) -> [String] {
        result.outputs.flatMap { source in
            String(decoding: source.bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].hasSuffix(key) else { return nil }
                return parts[1].filter { $0 != " " && $0 != "\"" }
            }
        }
    }

    private func codes(_ result: GenerateResult) -> Set<DiagnosticCode> { Set(result.diagnostics.all.map(\.code)) }

    /// The shipped bundle has no digest, but the manifest was filled in.
    @Test func theManifestsValuesCount() throws {
        let result = try run(manifest())
        #expect(!codes(result).contains(.idBlockMissing))
        let one = try #require(Hex.decode(Self.digest).flatMap { LaunchDigest($0) })
        let digests = VCPULaunchDigests(oneVCPU: one, apResetEIP: 0x0080_B004, signature: .genoa)
        let expected = try result.report.workloads.map { workload in
            let digest = try #require(digests[vCPUs: workload.vcpus])
            return try #require(IDBlock(launchDigest: digest, policy: 0x3_001F).signed)
        }
        #expect(!expected.isEmpty)
        #expect(values("snp_id_block_Genoa", result) == expected.map { Base64.text($0.bytes) })
        #expect(values("snp_id_auth_Genoa", result) == expected.map { Base64.text($0.auth) })
        #expect(values("snp_guest_policy_Genoa", result) == expected.map { _ in "196639" })
        #expect(values("snp_id_block_Milan", result) == [])
    }

    @Test func withoutADigestThereAreNoneAndOneWarning() throws {
        let result = try run(nil)
        #expect(values("snp_id_block_Genoa", result) == [])
        #expect(result.diagnostics.all.count { $0.code == .idBlockMissing } == 1)
    }

    /// A digest that cannot be extended is for one vCPU.
    @Test func aDigestWithoutResetAddressIsForOneVCPU() throws {
        let result = try run(manifest(apeip: ""))
        let ones = result.report.workloads.count { $0.vcpus == 1 }
        #expect(values("snp_id_block_Genoa", result).count == ones)
        #expect(codes(result).contains(.vcpuCountUnsupported) == (ones < result.report.workloads.count))
    }

    @Test(arguments: ["metal-qemu-tdx", "aks-clh-snp"])
    func otherPlatformsHaveNone(_ name: String) throws {
        let result = try run(manifest()) {
            $0.platform = Platform(name: name)
            $0.switches.allowUnboundImages = true
        }
        #expect(values("snp_id_block_Genoa", result) == [])
        #expect(!codes(result).contains(.idBlockMissing))
    }

    @Test func bundlesExpireOnTheirDay() throws {
        let text = String(decoding: Bundle.shippedSource(for: Platform(.metalQEMUSNP)!).bytes, as: UTF8.self)
        let dated = text.dropLast(2) + ", \"expires\": \"2027-03-01\" }"
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "b.json", bytes: Array(dated.utf8))
        let bundle = try #require(Bundle.read(source, sha256: { $0 }, diagnostics: &diagnostics))
        for (today, expired) in [("2027-02-28", false), ("2027-03-01", true), ("2028-01-01", true)] {
            let result = try run(nil) {
                $0.bundles = Bundles(given: bundle)
                $0.today = CalendarDay(today)
            }
            #expect(codes(result).contains(.bundleExpired) == expired)
            #expect(!result.diagnostics.hasErrors)
        }
        let undated = try run(nil) { $0.bundles = Bundles(given: bundle) }
        #expect(!codes(undated).contains(.bundleExpired))
    }
}

// SPDX-License-Identifier: Apache-2.0

import Backends
import Digests
import IR
import Testing

private func text(_ manifest: Manifest) -> String { String(decoding: ManifestBackend.bytes(manifest), as: UTF8.self) }

private func read(_ text: String) throws -> Manifest {
    var diagnostics = Diagnostics()
    let source = SourceFile(path: "manifest.json", bytes: Array(text.utf8))
    let manifest = Manifest.read(source, diagnostics: &diagnostics)
    #expect(diagnostics.all.map(\.message) == [])
    return try #require(manifest)
}

private let complete = """
    {
      "Policies": {
        "0a": {
          "SANs": [
            "web\\u003c1\\u003e\\u0026",
            "*"
          ],
          "WorkloadSecretID": "apps/v1/Deployment/default/web"
        },
        "b0": {
          "SANs": null,
          "Role": "coordinator"
        }
      },
      "ReferenceValues": {
        "snp": [
          {
            "Platform": "Metal-QEMU-SNP",
            "ProductName": "Milan",
            "TrustedMeasurement": "0F",
            "APEIP": "fffffff0",
            "MinimumTCB": {
              "BootloaderVersion": 3,
              "TEEVersion": 0,
              "SNPVersion": null,
              "MicrocodeVersion": 255
            },
            "GuestPolicy": {
              "ABIMinor": 31,
              "ABIMajor": 0,
              "SMT": true,
              "MigrateMA": false,
              "Debug": false,
              "SingleSocket": false,
              "CXLAllowed": false,
              "MemAES256XTS": false,
              "RAPLDis": false,
              "CipherTextHidingDRAM": false,
              "PageSwapDisable": true
            },
            "PlatformInfo": {
              "SMTEnabled": true,
              "TSMEEnabled": false,
              "ECCEnabled": false,
              "RAPLDisabled": false,
              "CiphertextHidingDRAMEnabled": false,
              "AliasCheckComplete": false,
              "TIOEnabled": true
            },
            "MinimumMitigationVector": 18446744073709551615,
            "AllowedChipIDs": null
          }
        ],
        "tdx": [
          {
            "Platform": "Metal-QEMU-TDX",
            "MinTCBEvaluationDataNumber": 17,
            "MrTd": "",
            "MrSeam": "",
            "Rtmrs": [
              "a",
              "",
              "",
              ""
            ],
            "Xfam": "e702060000000000",
            "AllowedPIIDs": [],
            "MemoryIntegrity": true,
            "SMTDisabled": false,
            "StaticPlatform": true
          }
        ]
      },
      "WorkloadOwnerPubKeys": [
        "30"
      ],
      "SeedshareOwnerPubKeys": []
    }

    """

@Suite struct ManifestBackendTests {
    @Test func emptyManifest() {
        #expect(
            text(Manifest()) == """
                {
                  "Policies": {},
                  "ReferenceValues": {},
                  "WorkloadOwnerPubKeys": null,
                  "SeedshareOwnerPubKeys": null
                }

                """)
    }

    @Test func everyFieldIsReadAndWrittenBack() throws {
        let manifest = try read(complete)
        #expect(text(manifest) == complete)
        #expect(manifest.policies["0a"]?.sans == ["web<1>&", "*"])
    }

    @Test func optionalFieldsAreLeftOutWhenEmpty() {
        let manifest = Manifest(
            referenceValues: ReferenceValues(snp: [SNPReferenceValues()]), workloadOwnerKeyDigests: [])
        let bytes = text(manifest)
        for field in ["APEIP", "CPUs", "InsecureRoots", "tdx", "WorkloadOwnerKeyDigests"] {
            #expect(!bytes.contains("\"\(field)\""))
        }
        #expect(bytes.contains("\"Platform\": \"\""))
    }

    @Test func oldAndOwnFieldsAreKept() throws {
        var manifest = Manifest(workloadOwnerKeyDigests: ["d1"])
        manifest.minimumAPIVersion = "v1"
        manifest.referenceValues.snp = [SNPReferenceValues(productName: "Genoa", cpus: 4, insecureRoots: ["30"])]
        manifest.referenceValues.tdx = [TDXReferenceValues(insecureRoots: ["31"])]
        let bytes = text(manifest)
        #expect(bytes.contains("\"ProductName\": \"Genoa\",\n        \"CPUs\": 4,\n"))
        #expect(try read(bytes) == manifest)
    }

    @Test func policiesAreInBytewiseOrder() throws {
        var manifest = Manifest()
        for hash in ["b", "a0", "B", "a", "\u{E9}"] { manifest.policies[hash] = PolicyEntry(sans: nil) }
        let lines = text(manifest).split(separator: "\n").filter { $0.hasSuffix("\": {") && $0.hasPrefix("    ") }
        #expect(lines == ["    \"B\": {", "    \"a\": {", "    \"a0\": {", "    \"b\": {", "    \"\u{E9}\": {"])
    }

    /// Copied for each entry, the text would take minutes.
    @Test(.timeLimit(.minutes(5))) func manyPoliciesArePrintedOnce() {
        var manifest = Manifest()
        let entry = PolicyEntry(sans: ["name", "*"], workloadSecretID: "apps/v1/Deployment/default/name")
        for number in 0..<200_000 { manifest.policies[String(number)] = entry }
        #expect(ManifestBackend.bytes(manifest).count { $0 == UInt8(ascii: "\n") } == 200_000 * 7 + 7)
    }

    @Test func keysAreCheckedForBeingKeys() throws {
        let owner = try GeneratedKey(.workloadOwner).publicKey.hex
        let manifest = Manifest(
            workloadOwnerPubKeys: [owner, owner + "00"], seedshareOwnerPubKeys: ["zz", "3000"])
        #expect(
            manifest.keyProblems.map { $0.path.message($0.message) } == [
                "WorkloadOwnerPubKeys[1]: the key is malformed", "SeedshareOwnerPubKeys[1]: the key is malformed",
            ])
    }

    @Test func handlerNamesAreStable() throws {
        var diagnostics = Diagnostics()
        let bundle = try #require(
            Bundle.shipped(for: Platform(.metalQEMUSNP)!, sha256: SHA256.digest, diagnostics: &diagnostics))
        #expect(bundle.handler == "contrast-cc-metal-qemu-snp-4983c1e7")
    }
}

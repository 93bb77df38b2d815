// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

private let hash = String(repeating: "ab", count: 32)
private let measurement = String(repeating: "0f", count: 48)

private func read(_ text: String) -> (manifest: Manifest?, diagnostics: Diagnostics) {
    var diagnostics = Diagnostics()
    let source = SourceFile(path: "manifest.json", bytes: Array(text.utf8))
    let manifest = Manifest.read(source, diagnostics: &diagnostics)
    return (manifest, diagnostics)
}

@Suite struct ManifestReadingTests {
    @Test func keysAreReadInAnyCase() throws {
        let (manifest, diagnostics) = read(
            """
            {"policies": {"\(hash)": {"sans": ["web"], "workloadsecretid": "id", "ROLE": "coordinator"}},
             "REFERENCEVALUES": {"SNP": [{"productname": "Milan", "minimumtcb": {"snpversion": 7}}]},
             "workloadownerpubkeys": ["00"], "SeedshareOwnerPubKeys": null}
            """)
        let read = try #require(manifest)
        #expect(diagnostics.all.isEmpty)
        #expect(read.policies == [hash: PolicyEntry(sans: ["web"], workloadSecretID: "id", role: "coordinator")])
        #expect(read.referenceValues.snp.first?.productName == "Milan")
        #expect(read.referenceValues.snp.first?.minimumTCB.snpVersion == 7)
        #expect(read.workloadOwnerPubKeys == ["00"])
        #expect(read.seedshareOwnerPubKeys == nil)
        #expect(read.coordinatorPolicyHashes == [hash])
    }

    @Test func release08IsRead() throws {
        let (manifest, diagnostics) = read(
            """
            {"Policies": {"\(hash)": ["web", "*"], "\(measurement)": "old"},
             "ReferenceValues": {
               "SNP": {"MinimumTCB": {"BootloaderVersion": 3, "TEEVersion": 0, "SNPVersion": 8,
                                      "MicrocodeVersion": 115}},
               "TrustedMeasurement": "\(measurement)"},
             "WorkloadOwnerKeyDigests": ["\(hash)"]}
            """)
        let read = try #require(manifest)
        #expect(diagnostics.all.isEmpty)
        #expect(read.policies[hash] == PolicyEntry(sans: ["web", "*"]))
        #expect(read.policies[measurement] == PolicyEntry(sans: ["old"]))
        let entry = try #require(read.referenceValues.snp.first)
        #expect(entry.platform == "AKS-CLH-SNP")
        #expect(entry.trustedMeasurement == measurement)
        #expect(
            entry.minimumTCB
                == MinimumTCB(
                    bootloaderVersion: 3, teeVersion: 0, snpVersion: 8, microcodeVersion: 115))
        #expect(entry.guestPolicy.abiMinor == 31)
        #expect(read.workloadOwnerKeyDigests == [hash])
    }

    @Test func release09IsRead() throws {
        let (manifest, _) = read(
            """
            {"ReferenceValues": {
               "aks": {"SNP": {"MinimumTCB": {"SNPVersion": 8}}, "TrustedMeasurement": "\(measurement)"},
               "bareMetalTDX": {"TrustedMeasurement": "\(measurement)"}}}
            """)
        let values = try #require(manifest?.referenceValues)
        #expect(values.snp.map(\.trustedMeasurement) == [measurement])
        #expect(values.tdx.map(\.mrTd) == [measurement])
    }

    @Test func misspeltAndTransitionalFieldsAreRead() throws {
        let (manifest, diagnostics) = read(
            """
            {"ReferenceValues": {"snp": [{"CPUs": 3}], "tdx": [{"Rtrms": ["a"], "MinimumQeSvn": 1}]}}
            """)
        let values = try #require(manifest?.referenceValues)
        #expect(values.snp.first?.cpus == 3)
        // No GuestPolicy in the file: the one that was fixed then.
        #expect(values.snp.first?.guestPolicy == GuestPolicy())
        #expect(values.tdx.first?.rtmrs == ["a"])
        #expect(diagnostics.all.map(\.severity) == [.note])
        #expect(
            diagnostics.all.first?.message == "ReferenceValues.tdx[0].MinimumQeSvn: unknown field is ignored")
    }

    @Test(arguments: [
        (#"{"Policies": []}"#, "Policies: expected an object, found an array", 13),
        (#"{"Policies": {"a": 1}}"#, "Policies.a: expected an object or an array of names, found a number", 19),
        (
            #"{"ReferenceValues": {"snp": [{}, {"MinimumTCB": {"TEEVersion": 256}}]}}"#,
            "ReferenceValues.snp[1].MinimumTCB.TEEVersion: expected an integer from 0 to 255", 63
        ),
        (#"{"Policies": {}, "policies": {}}"#, "policies: the field 'Policies' stands twice, in different case", 29),
        (#"[]"#, "expected an object, found an array", 0),
        (#"{"Policies": {}"#, "not valid JSON: expected ',' or '}'", 15),
        (#"{"SeedshareOwnerPubKeys": [1]}"#, "SeedshareOwnerPubKeys[0]: expected a string, found a number", 27),
    ])
    func faultsAreReportedInPlace(text: String, message: String, offset: Int) {
        let (manifest, diagnostics) = read(text)
        #expect(manifest == nil)
        #expect(diagnostics.all.map(\.message) == [message])
        #expect(diagnostics.all.first?.code == .malformedManifest)
        #expect(diagnostics.all.first?.range?.start == offset)
    }

    @Test func hugeFilesAreRefusedUnparsed() {
        let (manifest, diagnostics) = read(String(repeating: " ", count: 16 << 20) + "{}")
        #expect(manifest == nil)
        #expect(diagnostics.all.map(\.code) == [.limitExceeded])
    }

    @Test func onlyTheFirstOfManyFindingsAreLocated() {
        let fields = (0..<500).map { "\"k\($0)\": 0" }.joined(separator: ",")
        let (manifest, diagnostics) = read("{\(fields)}")
        #expect(manifest != nil)
        #expect(diagnostics.all.count == 500)
        #expect(diagnostics.all.count { $0.range != nil } == 100)
        #expect(diagnostics.all.allSatisfy { $0.path == "manifest.json" })
    }

    @Test func locatorFindsTheKeyOfTheNearestValueThatIsThere() {
        let text = #"{ "a\u0062": [ {"x": "}]\""}, [1, -2.5e3 ] ], "z": true }"#
        let source = SourceFile(path: "t", bytes: Array(text.utf8))
        func found(_ path: ManifestPath) -> String {
            let range = ManifestLocator.range(of: path, in: source)
            return String(decoding: source.bytes[range.start..<range.end], as: UTF8.self)
        }
        let root = ManifestPath()
        #expect(found(root.key("AB").index(0).key("x")) == #""}]\"""#)
        #expect(found(root.key("ab").index(1).index(1)) == "-2.5e3")
        #expect(found(root.key("ab").index(1).index(7)) == "[")
        #expect(found(root.key("z").key("nothing")) == "\"z\"")
        #expect(found(root.key("none")) == "{")
    }
}

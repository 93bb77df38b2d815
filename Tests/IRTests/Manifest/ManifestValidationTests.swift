// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

private let measurement = String(repeating: "0f", count: 48)

private func snp(_ change: (inout SNPReferenceValues) -> Void = { _ in }) -> SNPReferenceValues {
    var entry = SNPReferenceValues(
        platform: "Metal-QEMU-SNP", productName: "Milan", trustedMeasurement: measurement,
        minimumTCB: MinimumTCB(bootloaderVersion: 1, teeVersion: 0, snpVersion: 2, microcodeVersion: 3))
    change(&entry)
    return entry
}

private func tdx(_ change: (inout TDXReferenceValues) -> Void = { _ in }) -> TDXReferenceValues {
    var entry = TDXReferenceValues(
        platform: "Metal-QEMU-TDX", mrTd: measurement, mrSeam: measurement,
        rtmrs: [measurement, measurement, measurement, measurement], xfam: "e702060000000000")
    change(&entry)
    return entry
}

private func problems(_ manifest: Manifest) -> [String] {
    manifest.problems.map { ($0.kind == .malformed ? "!" : "?") + $0.path.message($0.message) }
}

private func problems(snp change: (inout SNPReferenceValues) -> Void) -> [String] {
    problems(Manifest(referenceValues: ReferenceValues(snp: [snp(change)])))
}

private func problems(tdx change: (inout TDXReferenceValues) -> Void) -> [String] {
    problems(Manifest(referenceValues: ReferenceValues(tdx: [tdx(change)])))
}

@Suite struct ManifestValidationTests {
    @Test func completeEntriesHaveNoProblems() {
        #expect(problems(snp: { _ in }) == [])
        #expect(problems(tdx: { _ in }) == [])
        #expect(problems(snp: { $0.apeip = "fffffff0" }) == [])
        #expect(problems(snp: { $0.guestPolicy.abiMinor = 31 }) == [])
        #expect(problems(snp: { $0.guestPolicy.pageSwapDisable = true }) == [])
        #expect(problems(snp: { $0.allowedChipIDs = [String(repeating: "0", count: 128)] }) == [])
    }

    @Test func missingValuesAreStillToBeFilledIn() {
        #expect(
            problems(snp: { $0.minimumTCB = MinimumTCB(teeVersion: 0) }) == [
                "?ReferenceValues.snp[0].MinimumTCB.BootloaderVersion: field cannot be empty",
                "?ReferenceValues.snp[0].MinimumTCB.SNPVersion: field cannot be empty",
                "?ReferenceValues.snp[0].MinimumTCB.MicrocodeVersion: field cannot be empty",
            ])
        #expect(
            problems(snp: { $0.trustedMeasurement = "" }) == [
                "?ReferenceValues.snp[0].TrustedMeasurement: field cannot be empty"
            ])
        #expect(
            problems(tdx: { $0.mrSeam = "" }) == ["?ReferenceValues.tdx[0].MrSeam: field cannot be empty"])
        #expect(
            problems(tdx: { $0.rtmrs?[2] = "" }) == ["?ReferenceValues.tdx[0].RTMR[3]: field cannot be empty"])
        #expect(problems(tdx: { $0.rtmrs = nil }) == ["?ReferenceValues.tdx[0].Rtmrs: field cannot be empty"])
    }

    @Test(arguments: [("", 0), ("v1", 1), ("v12", 12)]) func readsAPIVersions(_ text: String, _ number: Int) {
        var manifest = Manifest(referenceValues: ReferenceValues(snp: [snp()]))
        manifest.minimumAPIVersion = text
        #expect(manifest.minimumAPIVersionNumber == number)
        #expect(problems(manifest) == [])
    }

    @Test(arguments: ["1", "v", "v0", "v01", "v+1", "v-1", "V1", "v1 ", "v99999999999999999999"])
    func refusesOtherAPIVersions(_ text: String) {
        var manifest = Manifest(referenceValues: ReferenceValues(snp: [snp()]))
        manifest.minimumAPIVersion = text
        #expect(manifest.minimumAPIVersionNumber == nil)
        #expect(problems(manifest) == ["!MinimumAPIVersion: expected a version such as 'v1'"])
    }

    @Test func malformedMrSeamIsAnError() {
        #expect(
            problems(tdx: { $0.mrSeam = "0f" }) == [
                "!ReferenceValues.tdx[0].MrSeam: invalid length: 1 bytes (expected 48)"
            ])
        #expect(problems(tdx: { $0.mrSeam = "xy" }).first?.hasPrefix("!ReferenceValues.tdx[0].MrSeam: ") == true)
    }

    @Test func malformedValuesAreErrors() {
        #expect(
            problems(snp: { $0.productName = "Rome" }) == [
                "!ReferenceValues.snp[0].ProductName: unknown product name 'Rome', expected 'Milan' or 'Genoa'"
            ])
        #expect(problems(snp: { $0.trustedMeasurement = "00" }).count == 1)
        #expect(problems(snp: { $0.apeip = "00" }).count == 1)
        #expect(problems(snp: { $0.allowedChipIDs = ["00"] }).count == 1)
        #expect(problems(snp: { $0.insecureRoots = ["00"] }).count == 1)
        #expect(problems(tdx: { $0.xfam = "00" }).count == 1)
        #expect(problems(tdx: { $0.rtmrs = [measurement] }).count == 1)
        #expect(problems(tdx: { $0.allowedPIIDs = ["zz"] }).count == 1)
        #expect(problems(tdx: { $0.mrTd = "00" }).count == 1)
    }

    @Test(arguments: GuestPolicy.flags.indices)
    func guestPolicyFlagsAreFixed(index: Int) {
        let (name, path) = GuestPolicy.flags[index]
        let expected =
            name == "PageSwapDisable"
            ? [] : ["!ReferenceValues.snp[0].GuestPolicy.\(name): modifying this field is not permitted"]
        #expect(problems(snp: { $0.guestPolicy[keyPath: path].toggle() }) == expected)
    }

    @Test func guestPolicyVersionsAreFixed() {
        #expect(problems(snp: { $0.guestPolicy.abiMajor = 1 }).count == 1)
        #expect(problems(snp: { $0.guestPolicy.abiMinor = 30 }).count == 1)
    }

    @Test func policiesAndKeys() {
        let values = ReferenceValues(snp: [snp()])
        let short = Manifest(policies: ["ab": PolicyEntry(sans: [], role: "boss")], referenceValues: values)
        #expect(
            problems(short) == [
                "!Policies.ab: invalid policy hash length: 2 (expected 64)",
                "!Policies.ab.Role: unknown role 'boss', expected 'coordinator' or none",
            ])
        let capital = Manifest(
            policies: [String(repeating: "AB", count: 32): PolicyEntry(sans: [])], referenceValues: values)
        #expect(problems(capital).count == 1)
        let keys = Manifest(
            referenceValues: values, workloadOwnerPubKeys: ["x"], workloadOwnerKeyDigests: ["00"],
            seedshareOwnerPubKeys: [""])
        #expect(problems(keys).count == 3)
    }

    @Test func referenceValuesMustBeThereAndOfOneSort() {
        #expect(
            problems(Manifest()).first?.hasPrefix("!ReferenceValues: reference values in manifest cannot be") == true)
        let mixed = ReferenceValues(snp: [snp(), snp { $0.platform = "Metal-QEMU-SNP-Insecure" }])
        #expect(
            problems(Manifest(referenceValues: mixed)) == [
                "?ReferenceValues.snp[1].InsecureRoots: field cannot be empty",
                "!ReferenceValues: insecure platform 'Metal-QEMU-SNP-Insecure' cannot stand beside 'Metal-QEMU-SNP'",
            ])
        #expect(
            problems(snp: {
                $0.platform = "Metal-QEMU-SNP-Insecure"
                $0.insecureRoots = ["00"]
            }) == [])
    }

    @Test func findingsHaveSeverityCodeAndPlace() throws {
        let source = SourceFile(
            path: "manifest.json",
            bytes: Array(#"{"ReferenceValues": {"tdx": [{"MrSeam": "", "Rtmrs": ["", "zz"]}]}}"#.utf8))
        var diagnostics = Diagnostics()
        let manifest = try #require(Manifest.read(source, diagnostics: &diagnostics))
        Manifest.report(manifest.problems, in: source, diagnostics: &diagnostics)
        let seam = try #require(diagnostics.all.first { $0.message.contains("MrSeam") })
        #expect(seam.severity == .warning && seam.code == .referenceValuesIncomplete)
        #expect(seam.range?.start == 40)
        let register = try #require(diagnostics.all.first { $0.message.contains("RTMR[2]") })
        #expect(register.severity == .error && register.code == .malformedManifest)
        #expect(register.range?.start == 58)
    }

    @Test func missingCoordinatorIsAWarning() {
        var diagnostics = Diagnostics()
        Manifest().reportMissingCoordinator(diagnostics: &diagnostics)
        #expect(diagnostics.all.map(\.code) == [.missingCoordinator])
        #expect(!diagnostics.hasErrors)
    }
}

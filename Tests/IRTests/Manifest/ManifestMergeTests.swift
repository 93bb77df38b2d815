// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

private func policy(
    _ hash: String, _ name: String, id: String? = nil, role: String = ""
) -> CompiledPolicy {
    CompiledPolicy(
        hash: hash,
        identity: WorkloadIdentity(
            sans: [name, "*"], workloadSecretID: id ?? "apps/v1/Deployment/default/\(name)", role: role,
            displayName: WorkloadDisplayName(kind: .deployment, namespace: "default", name: name)))
}

private func entry(_ sans: [String], id: String = "") -> PolicyEntry {
    PolicyEntry(sans: sans, workloadSecretID: id)
}

private let webID = "apps/v1/Deployment/default/web"

@Suite struct PolicyMergeTests {
    private func merge(
        _ old: [String: PolicyEntry], _ new: [CompiledPolicy]
    ) -> (policies: [String: PolicyEntry], diagnostics: [Diagnostic]) {
        var manifest = Manifest(policies: old)
        var diagnostics = Diagnostics()
        manifest.replacePolicies(by: new, diagnostics: &diagnostics)
        return (manifest.policies, diagnostics.all)
    }

    @Test func newPoliciesReplaceOldOnes() {
        let (policies, diagnostics) = merge(
            ["old": entry(["web", "*"], id: webID), "gone": entry(["gone", "*"])],
            [policy("new", "web"), policy("c", "coordinator", role: "coordinator")])
        #expect(policies.keys.sorted() == ["c", "new"])
        #expect(policies["new"] == entry(["web", "*"], id: webID))
        #expect(policies["c"]?.role == "coordinator")
        #expect(diagnostics.isEmpty)
    }

    @Test func editedNamesFollowTheSecretID() {
        let (policies, diagnostics) = merge(
            ["old": entry(["shop.example", "10.0.0.1"], id: webID)], [policy("new", "web"), policy("x", "other")])
        #expect(policies["new"]?.sans == ["shop.example", "10.0.0.1"])
        #expect(policies["x"]?.sans == ["other", "*"])
        #expect(diagnostics.isEmpty)
    }

    @Test func aNameThatIsNotTheWorkloadsOwnCountsAsEdited() {
        let (policies, _) = merge(["old": entry(["shop", "*"], id: webID)], [policy("new", "web")])
        #expect(policies["new"]?.sans == ["shop", "*"])
    }

    @Test func editedNamesFollowAUniqueFirstName() {
        let (policies, diagnostics) = merge(
            ["old": entry(["web", "www.example"])], [policy("new", "web"), policy("x", "other")])
        #expect(policies["new"]?.sans == ["web", "www.example"])
        #expect(diagnostics.isEmpty)
    }

    @Test func ambiguousNamesAreDroppedWithAWarning() {
        let (policies, diagnostics) = merge(
            ["a": entry(["web", "a.example"]), "b": entry(["web", "b.example"])], [policy("new", "web")])
        #expect(policies["new"]?.sans == ["web", "*"])
        #expect(diagnostics.map(\.code) == [.handEditedSANsDropped, .handEditedSANsDropped])
        #expect(
            diagnostics.first?.message
                == "Policies.a.SANs: edited names 'web', 'a.example' fit no workload and are dropped")
    }

    @Test func sharedSecretIDsAreToldApartByName() {
        let (policies, diagnostics) = merge(
            ["a": entry(["blue", "blue.example"], id: "shared"), "b": entry(["green", "*"], id: "shared")],
            [policy("1", "blue", id: "shared"), policy("2", "green", id: "shared")])
        #expect(policies["1"]?.sans == ["blue", "blue.example"])
        #expect(policies["2"]?.sans == ["green", "*"])
        #expect(diagnostics.isEmpty)
    }

    @Test func equalPoliciesOfOneIdentityShareAnEntry() {
        let new = [policy("h", "blue", id: "shared"), policy("h", "green", id: "shared")]
        let (policies, diagnostics) = merge([:], new)
        #expect(policies == ["h": entry(["blue", "green", "*"], id: "shared")])
        #expect(diagnostics.isEmpty)
        let again = merge(["h": entry(["blue", "x", "*"], id: "shared")], new)
        #expect(again.policies["h"]?.sans == ["blue", "x", "green", "*"])
    }

    @Test func equalPoliciesOfDifferentIdentitiesCollide() {
        let (policies, diagnostics) = merge([:], [policy("h", "blue"), policy("h", "green")])
        #expect(policies.count == 1)
        #expect(diagnostics.map(\.code) == [.policyHashCollision])
        #expect(diagnostics.first?.severity == .error)
        let roles = merge([:], [policy("h", "a", id: "i"), policy("h", "a", id: "i", role: "coordinator")])
        #expect(roles.diagnostics.map(\.code) == [.policyHashCollision])
    }

    @Test func keysAreAddedOnceAndSorted() {
        var manifest = Manifest(workloadOwnerPubKeys: ["cc"], workloadOwnerKeyDigests: ["D1", "d2"])
        manifest.addKeys(
            workloadOwners: [.init(der: "aa", digest: "d1"), .init(der: "cc", digest: "d3")], seedshareOwners: [])
        #expect(manifest.workloadOwnerPubKeys == ["aa", "cc"])
        #expect(manifest.workloadOwnerKeyDigests == ["d2"])
        #expect(manifest.seedshareOwnerPubKeys == nil)
        manifest.disableUpdates()
        #expect(manifest.workloadOwnerPubKeys == nil && manifest.workloadOwnerKeyDigests == nil)
    }
}

@Suite struct ReferenceValuesMergeTests {
    private let newMeasurement = String(repeating: "1", count: 96)
    private let oldMeasurement = String(repeating: "2", count: 96)

    private func bundle(_ platform: String, _ values: String) throws -> Bundle {
        var diagnostics = Diagnostics()
        let text = #"{"version": 1, "platform": "\#(platform)", "runtime": {}, "referenceValues": \#(values)}"#
        let bundle = Bundle.read(
            SourceFile(path: "bundle.json", bytes: Array(text.utf8)), sha256: { _ in [1, 2, 3, 4, 5] },
            diagnostics: &diagnostics)
        #expect(diagnostics.all.map(\.message) == [])
        return try #require(bundle)
    }

    private func snpBundle() throws -> Bundle {
        try bundle(
            "metal-qemu-snp", #"{"snp": [{"ProductName": "Milan", "TrustedMeasurement": "\#(newMeasurement)"}]}"#)
    }

    private func merge(
        _ old: ReferenceValues, _ bundles: [Bundle], refresh: Bool
    ) -> (values: ReferenceValues, diagnostics: [Diagnostic]) {
        var manifest = Manifest(referenceValues: old)
        var diagnostics = Diagnostics()
        manifest.mergeReferenceValues(from: bundles, refresh: refresh, diagnostics: &diagnostics)
        return (manifest.referenceValues, diagnostics.all)
    }

    private var outdated: SNPReferenceValues {
        SNPReferenceValues(
            platform: "Metal-QEMU-SNP", productName: "Milan", trustedMeasurement: oldMeasurement,
            minimumTCB: MinimumTCB(bootloaderVersion: 9), platformInfo: PlatformInfo(smtEnabled: true),
            allowedChipIDs: ["chip"])
    }

    @Test func anEmptyManifestTakesTheBundles() throws {
        let (values, diagnostics) = merge(ReferenceValues(), [try snpBundle()], refresh: false)
        #expect(values.snp.map(\.platform) == ["Metal-QEMU-SNP"])
        #expect(diagnostics.isEmpty)
    }

    @Test func outdatedValuesAreKeptAndReported() throws {
        let (values, diagnostics) = merge(ReferenceValues(snp: [outdated]), [try snpBundle()], refresh: false)
        #expect(values.snp == [outdated])
        #expect(diagnostics.map(\.code) == [.referenceValuesOutdated])
        #expect(diagnostics.first?.severity == .warning)
        #expect(diagnostics.first?.message.hasPrefix("ReferenceValues.snp[0]: 'TrustedMeasurement' differs") == true)
    }

    @Test func refreshKeepsWhatUsersFillIn() throws {
        var eight = [outdated, outdated]
        for index in eight.indices { eight[index].cpus = index + 1 }
        let (values, diagnostics) = merge(ReferenceValues(snp: eight), [try snpBundle()], refresh: true)
        var expected = outdated
        expected.trustedMeasurement = newMeasurement
        #expect(values.snp == [expected])
        #expect(diagnostics.allSatisfy { $0.severity == .note })
    }

    @Test func valuesThatOnlyTheUserKnowsAreNotOutdated() throws {
        let bundle = try bundle("metal-qemu-tdx", #"{"tdx": [{"Xfam": "e702060000000000"}]}"#)
        let filled = TDXReferenceValues(
            platform: "Metal-QEMU-TDX", mrTd: oldMeasurement, mrSeam: oldMeasurement, rtmrs: ["a"],
            xfam: "E702060000000000")
        for refresh in [false, true] {
            let (values, diagnostics) = merge(ReferenceValues(tdx: [filled]), [bundle], refresh: refresh)
            #expect(values.tdx == [filled])
            #expect(diagnostics.isEmpty)
        }
    }

    @Test func otherPlatformsStayAndNewOnesAreAdded() throws {
        var other = outdated
        other.platform = "Metal-QEMU-SNP-GPU"
        let (values, diagnostics) = merge(ReferenceValues(snp: [other]), [try snpBundle()], refresh: true)
        #expect(values.snp.map(\.platform) == ["Metal-QEMU-SNP-GPU", "Metal-QEMU-SNP"])
        #expect(values.snp.first == other)
        #expect(diagnostics.isEmpty)
    }

    @Test func anOldEntryWithoutPlatformIsRecognised() throws {
        var old = outdated
        old.platform = ""
        let (values, _) = merge(ReferenceValues(snp: [old]), [try snpBundle()], refresh: true)
        #expect(values.snp.map(\.platform) == ["Metal-QEMU-SNP"])
        #expect(values.snp.map(\.trustedMeasurement) == [newMeasurement])
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR
internal import Measurement

extension SNPReferenceValues {
    /// What an entry of a manifest requires of a genuine report.
    ///
    /// An entry that is still to be filled in, or malformed, is met by nothing.
    ///
    /// - Parameter path: where the entry stands.
    package func requirements(at path: ManifestPath) -> [Requirement<GenuineSNPReport>] {
        Attestation.requirements {
            Requirement(
                SNPRules.productName, field: "product", of: \.product.rawValue, equals: productName,
                origin: path.key("ProductName"), shown: { $0 })
            measurementRequirement(at: path)
            guestPolicyRequirement(at: path.key("GuestPolicy"))
            platformInfoRequirement(at: path.key("PlatformInfo"))
            Requirement(SNPRules.vmpl, field: "VMPL", of: \.report.vmpl, equals: 0, shown: { String($0) })
            minimumTCBRequirement(at: path.key("MinimumTCB"))
            mitigationsRequirement(at: path.key("MinimumMitigationVector"))
            if let allowedChipIDs, !allowedChipIDs.isEmpty {
                Self.chipRequirement(allowedChipIDs, at: path.key("AllowedChipIDs"))
            }
            if Platform(name: platform)?.usesIDBlock == true { idBlockRequirement(at: path) }
            Requirement(
                SNPRules.authorKey, field: "AUTHOR_KEY_EN", of: \.report.hasAuthorKey, equals: false,
                shown: { .flag($0) })
            Requirement(
                SNPRules.migrationAgent, field: "REPORT_ID_MA", of: \.report.migrationAgentReportID,
                equals: [UInt8](repeating: 0xFF, count: 32), shown: { .hex($0) })
        }
    }

    private func measurementRequirement(at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        let trusted = LaunchDigest(Hex.decode(trustedMeasurement) ?? [])
        let resetEIP = Hex.decode(apeip).flatMap { $0.count == 4 ? $0.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil }
        let isMalformed = trusted == nil || !apeip.isEmpty && resetEIP == nil
        let origin = path.key("TrustedMeasurement")
        let digests: VCPULaunchDigests? =
            if let trusted, let resetEIP, let signature = CPUSignature(product: productName) {
                VCPULaunchDigests(oneVCPU: trusted, apResetEIP: resetEIP, signature: signature)
            } else {
                nil
            }
        return Requirement(SNPRules.measurement) { genuine in
            let found = genuine.report.measurement
            if isMalformed {
                return Shortfall("MEASUREMENT", expected: "a launch digest", found: .hex(found), origin: origin)
            }
            if let digests {
                if LaunchDigest(found).flatMap({ digests.vCPUs(of: $0) }) != nil { return nil }
                let counts = VCPULaunchDigests.counts
                return Shortfall(
                    "MEASUREMENT",
                    expected:
                        "\(trustedMeasurement.asciiLowercased), extended for \(counts.lowerBound) to \(counts.upperBound) vCPUs",
                    found: .hex(found), origin: origin)
            }
            if trusted?.bytes == found { return nil }
            return Shortfall(
                "MEASUREMENT", expected: trustedMeasurement.asciiLowercased, found: .hex(found), origin: origin)
        }
    }

    private func guestPolicyRequirement(at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        Requirement(SNPRules.guestPolicy) { [guestPolicy] genuine in
            guard let found = GuestPolicy(abiValue: genuine.report.policy) else {
                return Shortfall("POLICY", expected: "a guest policy", found: .hex(genuine.report.policy))
            }
            if found.debug {
                return Shortfall("POLICY (Debug)", expected: "not set, whatever the manifest says", found: "set")
            }
            for (name, version) in GuestPolicy.versions where found[keyPath: version] != guestPolicy[keyPath: version] {
                return Shortfall(
                    "POLICY (\(name))", expected: "\(guestPolicy[keyPath: version])",
                    found: "\(found[keyPath: version])",
                    origin: path.key(name))
            }
            for (name, flag) in GuestPolicy.flags where found[keyPath: flag] != guestPolicy[keyPath: flag] {
                return Shortfall(
                    "POLICY (\(name))", expected: .flag(guestPolicy[keyPath: flag]), found: .flag(found[keyPath: flag]),
                    origin: path.key(name))
            }
            return nil
        }
    }

    /// What protects must be there when the manifest has it; what could weaken may be there only when it does.
    private func platformInfoRequirement(at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        Requirement(SNPRules.platformInfo) { [platformInfo] genuine in
            guard let found = PlatformInfo(abiValue: genuine.report.platformInfo) else {
                return Shortfall("PLATFORM_INFO", expected: "known flags", found: .hex(genuine.report.platformInfo))
            }
            let allowed: [PartialKeyPath<PlatformInfo>] = [\.smtEnabled, \.tsmeEnabled, \.tioEnabled]
            for (name, flag) in PlatformInfo.flags {
                let isAllowance = allowed.contains(flag)
                let isFound = found[keyPath: flag]
                if isFound != platformInfo[keyPath: flag], isFound == isAllowance {
                    return Shortfall(
                        "PLATFORM_INFO (\(name))", expected: .flag(!isFound), found: .flag(isFound),
                        origin: path.key(name))
                }
            }
            return nil
        }
    }

    /// The firmware that made the report (which only its key proves), that which cannot be rolled back any more, and that
    /// which launched the guest.
    private func minimumTCBRequirement(at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        Requirement(SNPRules.minimumTCB) { [minimumTCB] genuine in
            let versions = [
                ("REPORTED_TCB", genuine.reportedTCB), ("COMMITTED_TCB", genuine.committedTCB),
                ("LAUNCH_TCB", genuine.launchTCB),
            ]
            for (field, version) in versions {
                for component in version.components {
                    guard let (name, minimum) = minimumTCB.value(for: component) else { continue }
                    let origin = path.key(name)
                    guard let minimum else {
                        return Shortfall(
                            "\(field) (\(component.name))", expected: "a minimum, still to be filled in",
                            found: "\(component.value)", origin: origin)
                    }
                    if component.value < minimum {
                        return Shortfall(
                            "\(field) (\(component.name))", expected: "at least \(minimum)",
                            found: "\(component.value)",
                            origin: origin)
                    }
                }
            }
            return nil
        }
    }

    private func mitigationsRequirement(at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        Requirement(SNPRules.mitigations) { [minimumMitigationVector] genuine in
            let vectors = [
                ("LAUNCH_MIT_VECTOR", genuine.report.launchMitigations),
                ("CURRENT_MIT_VECTOR", genuine.report.currentMitigations),
            ]
            for (field, vector) in vectors where vector & minimumMitigationVector != minimumMitigationVector {
                return Shortfall(
                    field, expected: "all bits of \(String.hex(minimumMitigationVector))", found: .hex(vector),
                    origin: path)
            }
            return nil
        }
    }

    private static func chipRequirement(_ allowed: [String], at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        let chips = Set(allowed.compactMap { Hex.decode($0) })
        return Requirement(SNPRules.chipID) { genuine in
            guard genuine.report.isChipIDMasked || !chips.contains(genuine.report.chipID) else { return nil }
            return Shortfall(
                "CHIP_ID", expected: "one of \(allowed.count) listed",
                found: genuine.report.isChipIDMasked ? "a masked identity" : .hex(genuine.report.chipID), origin: path)
        }
    }

    /// The key is a function of digest and policy, so that no manifest needs to list it.
    private func idBlockRequirement(at path: ManifestPath) -> Requirement<GenuineSNPReport> {
        Requirement(SNPRules.idBlock) { [guestPolicy] genuine in
            let expected = LaunchDigest(genuine.report.measurement).flatMap {
                IDBlock(launchDigest: $0, policy: guestPolicy.abiValue).signed?.keyDigest
            }
            guard expected != genuine.report.idKeyDigest else { return nil }
            return Shortfall(
                "ID_KEY_DIGEST", expected: expected.map { .hex($0) } ?? "a digest",
                found: .hex(genuine.report.idKeyDigest), origin: path)
        }
    }
}

extension MinimumTCB {
    /// The member that limits a component, and its value; `nil` for a component that manifests do not have.
    fileprivate func value(for component: SNPTCBVersion.Component) -> (name: String, minimum: UInt8?)? {
        MinimumTCB.fields.first { $0.name == component.manifestName }.map { ($0.name, self[keyPath: $0.path]) }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import IR
internal import Measurement

/// What a SEV-SNP report says beside what reference values require.
struct SNPComparison {
    let report: SNPReport
    /// `nil` without a manifest.
    let entries: [SNPReferenceValues]?

    /// Decides on the layout of security versions. Old reports do not name it; all processors that make them are alike.
    private var layout: SNPProduct { report.product ?? .milan }

    var lines: [String] {
        let product = report.product?.rawValue ?? "a processor that it does not name"
        var lines = ["SEV-SNP report of version \(report.version) from \(product), not verified", ""]
        lines += table
        let compared = (entries ?? []).enumerated().filter { _, entry in
            report.product.map { $0.rawValue == entry.productName } ?? true
        }
        if entries != nil, compared.isEmpty { lines += ComparedField.noEntry }
        for (index, entry) in compared {
            let place = ManifestPath().key("ReferenceValues").key("snp").index(index).text
            lines += ComparedField.lines("\(place): \(entry.platform) \(entry.productName)", fields(entry))
        }
        return lines + ["", "To accept this machine as it is, write into the entry of its platform and product:"]
            + proposal.map { "  " + $0 }
    }

    // MARK: - Security versions

    private func version(_ raw: UInt64) -> SNPTCBVersion? { SNPTCBVersion(raw, layout) }

    private var table: [String] {
        let columns = [
            ("committed", report.committedTCB), ("launch", report.launchTCB), ("reported", report.reportedTCB),
            ("current", report.currentTCB),
        ].map { ($0.0, version($0.1)?.components) }
        let names = version(report.committedTCB)?.components.map { $0.manifestName ?? $0.name } ?? []
        let header = Self.left("") + columns.map { Self.right($0.0) }.joined()
        return [header]
            + names.enumerated().map { index, name in
                Self.left(name) + columns.map { Self.right($0.1.map { String($0[index].value) } ?? "?") }.joined()
            }
    }

    private static func left(_ text: String) -> String { text + blank(18 - text.utf8.count) }
    private static func right(_ text: String) -> String { blank(11 - text.utf8.count) + text }
    private static func blank(_ count: Int) -> String { String(repeating: " ", count: max(1, count)) }

    /// The lower of the committed version and the one at launch: both must reach the minimum.
    private var accepted: [(name: String, value: UInt8)] {
        guard let committed = version(report.committedTCB), let launch = version(report.launchTCB) else { return [] }
        return zip(committed.components, launch.components).compactMap { committed, launch in
            committed.manifestName.map { ($0, min(committed.value, launch.value)) }
        }
    }

    // MARK: - Entries

    private func fields(_ entry: SNPReferenceValues) -> [ComparedField] {
        [measurement(entry)] + tcb(entry.minimumTCB)
            + [
                guestPolicy(entry.guestPolicy), platformInfo(entry.platformInfo),
                mitigations(entry.minimumMitigationVector),
                .identity(
                    "AllowedChipIDs", allowed: entry.allowedChipIDs,
                    found: report.isChipIDMasked ? nil : Hex.text(report.chipID)),
            ]
    }

    private func measurement(_ entry: SNPReferenceValues) -> ComparedField {
        let found = Hex.text(report.measurement)
        guard !entry.apeip.isEmpty, let digest = Hex.decode(entry.trustedMeasurement).flatMap({ LaunchDigest($0) }),
            let apResetEIP = UInt32(entry.apeip, radix: 16), let measured = LaunchDigest(report.measurement),
            let signature = CPUSignature(product: entry.productName)
        else { return .equal("TrustedMeasurement", required: entry.trustedMeasurement, found: found) }
        let digests = VCPULaunchDigests(oneVCPU: digest, apResetEIP: apResetEIP, signature: signature)
        guard let count = digests.vCPUs(of: measured) else {
            return ComparedField(
                name: "TrustedMeasurement", isMet: false,
                text: "required \(entry.trustedMeasurement) with 1 to \(VCPULaunchDigests.counts.upperBound) vCPUs, "
                    + "found \(found)")
        }
        return ComparedField(
            name: "TrustedMeasurement", isMet: true, text: "with \(count) vCPU\(count == 1 ? "" : "s")")
    }

    private func tcb(_ minimum: MinimumTCB) -> [ComparedField] {
        MinimumTCB.fields.map { name, path in
            guard let found = accepted.first(where: { $0.name == name })?.value else {
                return ComparedField(name: "MinimumTCB.\(name)", isMet: nil, text: "not in the report")
            }
            guard let required = minimum[keyPath: path] else {
                return ComparedField(
                    name: "MinimumTCB.\(name)", isMet: nil, text: "still to be filled in, found \(found)")
            }
            return ComparedField(
                name: "MinimumTCB.\(name)", isMet: found >= required, text: "required \(required), found \(found)")
        }
    }

    private func guestPolicy(_ required: GuestPolicy) -> ComparedField {
        let found = GuestPolicy(abiValue: report.policy)
        let versions = GuestPolicy.versions.map { name, path in
            (name: name, required: "\(required[keyPath: path])", found: found.map { "\($0[keyPath: path])" })
        }
        let flags = GuestPolicy.flags.map { name, path in
            (name: name, required: "\(required[keyPath: path])", found: found.map { "\($0[keyPath: path])" })
        }
        return .parts("GuestPolicy", versions + flags)
    }

    private func platformInfo(_ required: PlatformInfo) -> ComparedField {
        let found = PlatformInfo(abiValue: report.platformInfo)
        let flags = PlatformInfo.flags.map { name, path in
            (name: name, required: "\(required[keyPath: path])", found: found.map { "\($0[keyPath: path])" })
        }
        return .parts("PlatformInfo", flags)
    }

    private func mitigations(_ minimum: UInt64) -> ComparedField {
        let found = report.launchMitigations & report.currentMitigations
        return ComparedField(
            name: "MinimumMitigationVector", isMet: found & minimum == minimum,
            text: "required 0x\(String(minimum, radix: 16)), found 0x\(String(found, radix: 16))")
    }

    // MARK: - What to write

    private var proposal: [String] {
        let tcb = JSONObject(accepted.map { ($0.name, .integer(Int128($0.value))) })
        var lines = ["\"MinimumTCB\": \(Self.json(.object(tcb)))"]
        if let info = PlatformInfo(abiValue: report.platformInfo) {
            let flags = JSONObject(PlatformInfo.flags.map { ($0.name, .bool(info[keyPath: $0.path])) })
            lines.append("\"PlatformInfo\": \(Self.json(.object(flags)))")
        }
        if !report.isChipIDMasked {
            lines.append("\"AllowedChipIDs\": [\"\(Hex.text(report.chipID))\"], to accept no other machine")
        }
        return lines
    }

    private static func json(_ value: JSONValue) -> String { JSONPrinter.text(value) }
}

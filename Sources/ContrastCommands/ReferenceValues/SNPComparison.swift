// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import IR
internal import Measurement

/// What a SEV-SNP report says beside what reference values require.
struct SNPComparison {
    private let report: SNPReport
    private let entries: [SNPReferenceValues]
    /// Layout of the security versions; old reports do not name their product, and all that make them have this one.
    private let layout: SNPProduct

    init(_ report: SNPReport, _ entries: [SNPReferenceValues]) {
        self.report = report
        self.entries = entries
        layout = report.product ?? .milan
    }

    var lines: [String] {
        let product = report.product?.rawValue ?? "a processor that it does not name"
        var lines = ["SEV-SNP report of version \(report.version) from \(product), not verified", ""]
        lines += table
        for (index, entry) in entries.enumerated()
        where report.product.map({ $0.rawValue == entry.productName }) ?? true {
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
                flags(
                    "GuestPolicy", GuestPolicy.flags.map { ($0.name, $0.path) }, entry.guestPolicy,
                    GuestPolicy(abiValue: report.policy)),
                flags(
                    "PlatformInfo", PlatformInfo.flags.map { ($0.name, $0.path) }, entry.platformInfo,
                    PlatformInfo(abiValue: report.platformInfo)),
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

    private func flags<Value: Equatable>(
        _ name: String, _ flags: [(name: String, path: WritableKeyPath<Value, Bool>)], _ required: Value,
        _ found: Value?
    ) -> ComparedField {
        guard let found else { return ComparedField(name: name, isMet: false, text: "has unknown bits") }
        if found == required { return ComparedField(name: name, isMet: true, text: "as required") }
        let differing = flags.filter { required[keyPath: $0.path] != found[keyPath: $0.path] }
            .map { "\($0.name) must be \(required[keyPath: $0.path]) and is \(found[keyPath: $0.path])" }
        return ComparedField(
            name: name, isMet: false,
            text: differing.isEmpty ? "another ABI version" : differing.joined(separator: ", "))
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

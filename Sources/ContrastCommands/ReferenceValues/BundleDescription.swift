// SPDX-License-Identifier: Apache-2.0

internal import IR
internal import Measurement

/// Says in words what the reference values of a bundle pin, and what they leave open.
struct BundleDescription {
    let bundle: Bundle
    /// The day on which it is read.
    let today: CalendarDay

    /// All of it.
    var lines: [String] {
        var lines = ["\(bundle.platform.displayName) (\(bundle.source.path))", "runtime class: \(bundle.handler)"]
        lines.append(expiry)
        if let provenance = bundle.provenance {
            lines.append("measured by \(provenance.tool) from:")
            lines += provenance.inputs.map { input in
                "  \(([input.role, input.name].filter { !$0.isEmpty }).joined(separator: " ")), sha256:\(input.sha256)"
            }
        } else {
            lines.append("does not say what it was measured from")
        }
        for entry in bundle.referenceValues.snp {
            lines += ["", "AMD SEV-SNP on \(entry.productName)"] + Self.statements(entry).map(\.line)
        }
        for entry in bundle.referenceValues.tdx {
            lines += ["", "Intel TDX"] + Self.statements(entry).map(\.line)
        }
        return lines + ["", "images"] + images
    }

    /// One line.
    var summary: String {
        let snp = bundle.referenceValues.snp.map { "\($0.productName) \(Self.state($0.trustedMeasurement))" }
        let tdx = bundle.referenceValues.tdx.map { "TDX \(Self.state($0.mrTd))" }
        let expired = bundle.expires.map { $0 <= today ? ", expired" : ", expires \($0)" } ?? ""
        return "\(bundle.platform.name)  \(bundle.handler)  \((snp + tdx).joined(separator: ", "))\(expired)"
    }

    private static func state(_ measurement: String) -> String { measurement.isEmpty ? "not measured" : "measured" }

    private var expiry: String {
        guard let expires = bundle.expires else { return "does not expire" }
        return expires <= today ? "expired on \(expires)" : "expires on \(expires)"
    }

    private var images: [String] {
        bundle.images.members.map { reference, entry in
            let digest = entry["digest"]?.string ?? ""
            return digest.isEmpty ? "  open  \(reference): has no digest" : "  pins  \(reference): \(digest)"
        }
    }

    /// One thing that a verifier looks at.
    private struct Statement {
        var isPinned: Bool
        var text: String

        var line: String { "  \(isPinned ? "pins" : "open")  \(text)" }

        static func pins(_ text: String) -> Statement { Statement(isPinned: true, text: text) }
        static func open(_ text: String) -> Statement { Statement(isPinned: false, text: text) }
    }

    private static func statements(_ entry: SNPReferenceValues) -> [Statement] {
        [
            launch(entry), minimumTCB(entry.minimumTCB),
            .pins(
                "the guest policy: ABI \(entry.guestPolicy.abiMajor).\(entry.guestPolicy.abiMinor), "
                    + flags(GuestPolicy.flags.map { ($0.name, entry.guestPolicy[keyPath: $0.path]) })),
            .pins(
                "what the host says of itself: "
                    + flags(PlatformInfo.flags.map { ($0.name, entry.platformInfo[keyPath: $0.path]) })),
            entry.minimumMitigationVector == 0
                ? .open("mitigations: none is asked for (MinimumMitigationVector)")
                : .pins("mitigations: at least 0x\(String(entry.minimumMitigationVector, radix: 16))"),
            machine(entry.allowedChipIDs, "AllowedChipIDs"),
        ]
    }

    private static func launch(_ entry: SNPReferenceValues) -> Statement {
        let covered = "firmware, kernel, initrd, command line and registers"
        if entry.trustedMeasurement.isEmpty { return .open("\(covered): not measured (TrustedMeasurement)") }
        let counts =
            entry.apeip.isEmpty
            ? "with \(entry.cpus ?? 1) vCPU\(entry.cpus ?? 1 == 1 ? "" : "s")"
            : "with 1 to \(VCPULaunchDigests.counts.upperBound) vCPUs, by the AP reset EIP \(entry.apeip)"
        return .pins("\(covered) \(counts): launch digest \(entry.trustedMeasurement)")
    }

    private static func minimumTCB(_ tcb: MinimumTCB) -> Statement {
        let missing = MinimumTCB.fields.filter { tcb[keyPath: $0.path] == nil }.map(\.name)
        guard missing.isEmpty else {
            return .open(
                "the processor's firmware: \(missing.joined(separator: ", ")) still to be filled in (MinimumTCB)")
        }
        let values = MinimumTCB.fields.map { "\($0.name) \(tcb[keyPath: $0.path] ?? 0)" }
        return .pins("the processor's firmware: at least \(values.joined(separator: ", "))")
    }

    private static func machine(_ identities: [String]?, _ field: String) -> Statement {
        guard let identities, !identities.isEmpty else { return .open("the machine: any (\(field))") }
        return .pins("the machine: one of \(identities.count)")
    }

    private static func statements(_ entry: TDXReferenceValues) -> [Statement] {
        let names = [
            "guest's shape and firmware settings", "kernel and boot", "command line and initrd", "guest itself",
        ]
        let registers = (0..<TDXReferenceValues.rtmrCount).map { index -> Statement in
            let value = index < entry.rtmrs?.count ?? 0 ? entry.rtmrs?[index] ?? "" : ""
            return value.isEmpty
                ? .open("RTMR\(index), \(names[index]): not measured (Rtmrs)")
                : .pins("RTMR\(index), \(names[index]): \(value)")
        }
        return [
            entry.mrTd.isEmpty ? .open("the firmware: not measured (MrTd)") : .pins("the firmware: MRTD \(entry.mrTd)"),
            entry.mrSeam.isEmpty
                ? .open("the TDX module: still to be filled in (MrSeam)")
                : .pins("the TDX module: MRSEAM \(entry.mrSeam)"),
        ] + registers + [
            .pins("extended features: XFAM \(entry.xfam)"),
            entry.minTCBEvaluationDataNumber == 0
                ? .open("Intel's TCB evaluation: any (MinTCBEvaluationDataNumber)")
                : .pins("Intel's TCB evaluation: \(entry.minTCBEvaluationDataNumber) or later"),
            demand(entry.memoryIntegrity, "memory integrity", "MemoryIntegrity"),
            demand(entry.smtDisabled, "SMT switched off", "SMTDisabled"),
            demand(entry.staticPlatform, "a platform that does not change", "StaticPlatform"),
            machine(entry.allowedPIIDs, "AllowedPIIDs"),
        ]
    }

    private static func demand(_ isMade: Bool, _ what: String, _ field: String) -> Statement {
        isMade ? .pins(what) : .open("\(what): not asked for (\(field))")
    }

    private static func flags(_ flags: [(name: String, isSet: Bool)]) -> String {
        let set = flags.filter(\.isSet).map(\.name)
        return set.isEmpty ? "no flag set" : "\(set.joined(separator: ", ")) and no other flag set"
    }
}

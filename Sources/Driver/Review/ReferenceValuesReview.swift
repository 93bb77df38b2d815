// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What changes from one set of reference values to another.
struct ReferenceValuesReview {
    private(set) var findings: [TrustFinding] = []

    init(from old: ReferenceValues, to new: ReferenceValues) {
        compare(
            old.snp, new.snp,
            { value in ["SEV-SNP", value.platform, value.productName, value.cpus.map { "\($0) vCPUs" } ?? ""] },
            Self.fields)
        compare(old.tdx, new.tdx, { ["TDX", $0.platform] }, Self.fields)
    }

    /// One number, digest or switch of an entry, and how trust depends on it.
    private struct Field {
        enum Direction {
            /// Evidence must have just this.
            case exact
            /// Evidence must have at least this.
            case minimum
            /// Evidence must have it where it is on.
            case demand
            /// Evidence may have it where it is on.
            case allowance
            /// Bits that evidence must have.
            case bits
        }

        var name: String
        var text: String
        var number: UInt64 = 0
        var direction = Direction.exact

        /// - Parameter text: hexadecimal digits of any case, or a number or flag.
        static func exact(_ name: String, _ text: String) -> Field { Field(name: name, text: text.asciiLowercased) }

        /// No evidence meets a minimum that is still to be filled in.
        static func minimum(_ name: String, _ value: UInt64?) -> Field {
            Field(
                name: name, text: value.map { "\($0)" } ?? "not filled in", number: value ?? .max, direction: .minimum)
        }

        static func flag(_ name: String, _ value: Bool, _ direction: Direction) -> Field {
            Field(name: name, text: "\(value)", number: value ? 1 : 0, direction: direction)
        }

        func widens(from old: Field) -> Bool {
            switch direction {
            case .exact: true
            case .minimum, .demand: number < old.number
            case .allowance: number > old.number
            case .bits: old.number & ~number != 0
            }
        }
    }

    /// What there is of an entry.
    private struct Fields {
        var single: [Field]
        /// Whose evidence it may be: `nil` for anyone's.
        var allowed: (name: String, ids: [String]?)
        var roots: [String]

        init(_ single: [Field], _ name: String, _ ids: [String]?, roots: [String]) {
            self.single = single
            // An empty list asks for nothing either.
            allowed = (name, ids?.isEmpty == false ? ids?.map(\.asciiLowercased) : nil)
            self.roots = roots
        }
    }

    private static func fields(_ value: SNPReferenceValues) -> Fields {
        let versions = GuestPolicy.versions.map { entry in
            Field.exact("GuestPolicy.\(entry.name)", "\(value.guestPolicy[keyPath: entry.path])")
        }
        let flags = GuestPolicy.flags.map { entry in
            Field.exact("GuestPolicy.\(entry.name)", "\(value.guestPolicy[keyPath: entry.path])")
        }
        let allowances: [PartialKeyPath<PlatformInfo>] = [\.smtEnabled, \.tsmeEnabled, \.tioEnabled]
        let platform = PlatformInfo.flags.map { entry in
            Field.flag(
                "PlatformInfo.\(entry.name)", value.platformInfo[keyPath: entry.path],
                allowances.contains(entry.path) ? .allowance : .demand)
        }
        let tcb = MinimumTCB.fields.map { entry in
            Field.minimum("MinimumTCB.\(entry.name)", value.minimumTCB[keyPath: entry.path].map(UInt64.init))
        }
        let vector = value.minimumMitigationVector
        let mitigations = Field(
            name: "MinimumMitigationVector", text: "\(vector)", number: vector, direction: .bits)
        return Fields(
            [.exact("TrustedMeasurement", value.trustedMeasurement), .exact("APEIP", value.apeip)] + tcb
                + versions + flags + platform + [mitigations],
            "AllowedChipIDs", value.allowedChipIDs, roots: value.insecureRoots)
    }

    private static func fields(_ value: TDXReferenceValues) -> Fields {
        let registers = (0..<TDXReferenceValues.rtmrCount).map { index in
            Field.exact("Rtmrs[\(index)]", value.rtmrs.flatMap { index < $0.count ? $0[index] : nil } ?? "")
        }
        return Fields(
            [
                .exact("MrTd", value.mrTd), .exact("MrSeam", value.mrSeam), .exact("Xfam", value.xfam),
                .minimum("MinTCBEvaluationDataNumber", UInt64(value.minTCBEvaluationDataNumber)),
                .flag("MemoryIntegrity", value.memoryIntegrity, .demand),
                .flag("SMTDisabled", value.smtDisabled, .demand),
                .flag("StaticPlatform", value.staticPlatform, .demand),
            ] + registers,
            "AllowedPIIDs", value.allowedPIIDs, roots: value.insecureRoots)
    }

    // MARK: - Comparison

    /// Entries are known by their names; of several with one name each is compared with the one at its place.
    private mutating func compare<Value>(
        _ old: [Value], _ new: [Value], _ name: (Value) -> [String], _ fields: (Value) -> Fields
    ) {
        let names: (Value) -> String = { name($0).filter { !$0.isEmpty }.joined(separator: " ") }
        let (before, after) = (Dictionary(grouping: old, by: names), Dictionary(grouping: new, by: names))
        for name in Set(before.keys).union(after.keys).sorted() {
            let (left, right) = (before[name] ?? [], after[name] ?? [])
            // The same entries in another order are no change.
            let same = Set(left.map { Self.key(fields($0)) }).intersection(right.map { Self.key(fields($0)) })
            let gone = left.filter { !same.contains(Self.key(fields($0))) }
            let added = right.filter { !same.contains(Self.key(fields($0))) }
            for (one, other) in zip(gone, added) { compare(fields(one), fields(other), name) }
            for value in added.dropFirst(gone.count) { findings.append(Self.entry(.newlyAllowed, name, fields(value))) }
            for value in gone.dropFirst(added.count) { findings.append(Self.entry(.newlyDenied, name, fields(value))) }
        }
    }

    private static func key(_ fields: Fields) -> [String] {
        fields.single.map(\.text) + (fields.allowed.ids ?? ["any"]) + [""] + fields.roots
    }

    private static func entry(_ change: TrustChange, _ name: String, _ fields: Fields) -> TrustFinding {
        let measurement = fields.single.first?.text
        let isNew = change == .newlyAllowed
        return TrustFinding(
            change, .referenceValue, widens: isNew, subject: name, "reference values",
            old: isNew ? nil : measurement, new: isNew ? measurement : nil)
    }

    private mutating func compare(_ old: Fields, _ new: Fields, _ name: String) {
        for (before, after) in zip(old.single, new.single) where !before.text.hasSameBytes(as: after.text) {
            findings.append(
                TrustFinding(
                    .changed, .referenceValue, widens: after.widens(from: before), subject: name, after.name,
                    old: before.text, new: after.text))
        }
        switch (old.allowed.ids, new.allowed.ids) {
        case (nil, nil): break
        case (let before?, let after?):
            findings += TrustFinding.lists(before, after, .referenceValue, old.allowed.name, subject: name)
        case (let before, let after):
            findings.append(
                TrustFinding(
                    .changed, .referenceValue, widens: after == nil, subject: name, old.allowed.name,
                    old: before?.joined(separator: ", ") ?? "any", new: after?.joined(separator: ", ") ?? "any"))
        }
        findings += TrustFinding.lists(
            old.roots.map(ManifestReview.fingerprint), new.roots.map(ManifestReview.fingerprint), .referenceValue,
            "insecure root certificate", subject: name)
    }
}

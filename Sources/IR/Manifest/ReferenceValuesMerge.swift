// SPDX-License-Identifier: Apache-2.0

/// An entry of reference values, as merging sees it.
private protocol MergedEntry: Equatable {
    var platform: String { get set }
    /// The fields other than the platform that tell entries of one platform apart.
    var variant: String { get }
    /// The fields that come from a release and not from the user, by name. An empty value says nothing.
    var releaseFields: [(name: String, value: String)] { get }
    /// The release's entry with what the user has filled in here.
    func refreshed(from release: Self) -> Self
}

extension SNPReferenceValues: MergedEntry {
    fileprivate var variant: String { productName }

    fileprivate var releaseFields: [(name: String, value: String)] {
        [
            ("TrustedMeasurement", trustedMeasurement.asciiLowercased), ("APEIP", apeip.asciiLowercased),
            ("InsecureRoots", insecureRoots.joined(separator: " ").asciiLowercased),
        ]
    }

    fileprivate func refreshed(from release: SNPReferenceValues) -> SNPReferenceValues {
        var entry = self
        entry.platform = release.platform
        entry.cpus = release.cpus
        if !release.trustedMeasurement.isEmpty { entry.trustedMeasurement = release.trustedMeasurement }
        if !release.apeip.isEmpty { entry.apeip = release.apeip }
        if !release.insecureRoots.isEmpty { entry.insecureRoots = release.insecureRoots }
        entry.guestPolicy = release.guestPolicy
        return entry
    }
}

extension TDXReferenceValues: MergedEntry {
    fileprivate var variant: String { "" }

    fileprivate var releaseFields: [(name: String, value: String)] {
        let registers = (rtmrs ?? []).allSatisfy(\.isEmpty) ? "" : (rtmrs ?? []).joined(separator: " ")
        return [
            ("MrTd", mrTd.asciiLowercased), ("Rtmrs", registers.asciiLowercased), ("Xfam", xfam.asciiLowercased),
            ("InsecureRoots", insecureRoots.joined(separator: " ").asciiLowercased),
        ]
    }

    fileprivate func refreshed(from release: TDXReferenceValues) -> TDXReferenceValues {
        var entry = self
        entry.platform = release.platform
        if !release.mrTd.isEmpty { entry.mrTd = release.mrTd }
        if let registers = release.rtmrs, !registers.allSatisfy(\.isEmpty) { entry.rtmrs = registers }
        if !release.xfam.isEmpty { entry.xfam = release.xfam }
        if !release.insecureRoots.isEmpty { entry.insecureRoots = release.insecureRoots }
        return entry
    }
}

extension Manifest {
    /// Adds the reference values of the platforms of a run. What the manifest has for a platform is kept; where it
    /// differs from the release in a field that users do not fill in, that is reported and, with `refresh`, replaced.
    /// Entries of other platforms stay.
    package mutating func mergeReferenceValues(
        from bundles: [Bundle], refresh: Bool, source: SourceFile? = nil, diagnostics: inout Diagnostics
    ) {
        let snp = Self.merge(referenceValues.snp, with: bundles.flatMap(\.referenceValues.snp), refresh: refresh)
        let tdx = Self.merge(referenceValues.tdx, with: bundles.flatMap(\.referenceValues.tdx), refresh: refresh)
        var places = FindingPlaces(source)
        let outdated =
            snp.outdated.map { ("snp", $0.index, $0.fields) } + tdx.outdated.map { ("tdx", $0.index, $0.fields) }
        for (list, index, fields) in outdated {
            let path = ManifestPath().key("ReferenceValues").key(list).index(index)
            let isOne = fields.count == 1
            let remedy = refresh ? "and \(isOne ? "is" : "are") replaced" : "and \(isOne ? "is" : "are") kept"
            let names = fields.map { "'\($0)'" }.joined(separator: ", ")
            diagnostics.add(
                Diagnostic(
                    refresh ? .note : .warning, .referenceValuesOutdated,
                    path.message("\(names) \(isOne ? "differs" : "differ") from this release's values \(remedy)"),
                    at: places.range(of: path), path: source?.path,
                    notes: refresh ? [] : [Diagnostic.Note("'--refresh' replaces what users do not fill in")]))
        }
        referenceValues = ReferenceValues(snp: snp.entries, tdx: tdx.entries)
    }

    private static func merge<Entry: MergedEntry>(
        _ existing: [Entry], with release: [Entry], refresh: Bool
    ) -> (entries: [Entry], outdated: [(index: Int, fields: [String])]) {
        var entries: [Entry] = []
        var outdated: [(index: Int, fields: [String])] = []
        for (index, entry) in existing.enumerated() {
            let candidates = release.filter { isOfSamePlatform(entry, $0, all: release) }
            let differences = candidates.map { differingFields(entry, $0) }
            guard let first = candidates.first, let fields = differences.first, !differences.contains([]) else {
                entries.append(entry)
                continue
            }
            outdated.append((index, fields))
            let result = refresh ? entry.refreshed(from: first) : entry
            if !(refresh && entries.contains(result)) { entries.append(result) }
        }
        for entry in release
        where !existing.contains(where: { isOfSamePlatform($0, entry, all: release) }) && !entries.contains(entry) {
            entries.append(entry)
        }
        return (entries, outdated)
    }

    /// An old entry without a platform belongs to the only one of the run, if there is just one.
    private static func isOfSamePlatform<Entry: MergedEntry>(_ old: Entry, _ new: Entry, all: [Entry]) -> Bool {
        guard old.variant == new.variant else { return false }
        if old.platform.isEmpty { return all.allSatisfy { $0.platform == new.platform } }
        return old.platform.asciiLowercased == new.platform.asciiLowercased
    }

    private static func differingFields<Entry: MergedEntry>(_ old: Entry, _ new: Entry) -> [String] {
        zip(old.releaseFields, new.releaseFields).filter { !$1.value.isEmpty && $0.value != $1.value }.map(\.0.name)
    }
}

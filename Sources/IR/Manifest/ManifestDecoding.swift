// SPDX-License-Identifier: Apache-2.0

extension Manifest {
    /// Reads a manifest of this or an older schema. Values are taken as they are; `problems` judges them.
    ///
    /// - Returns: `nil` when the file is not a manifest; why is among the diagnostics, as an error.
    package static func read(_ source: SourceFile, diagnostics: inout Diagnostics) -> Manifest? {
        var reader = ManifestReader(source: source, code: .malformedManifest, unknownFields: .note)
        defer { diagnostics.add(contentsOf: reader.diagnostics) }
        guard let document = reader.document() else { return nil }
        guard document.value.object != nil else {
            reader.fail(document.path, "expected an object, found \(document.value.kindName)")
            return nil
        }
        let manifest = reader.manifest(document)
        return reader.diagnostics.hasErrors ? nil : manifest
    }
}

extension ManifestReader {
    fileprivate mutating func manifest(_ cursor: Cursor) -> Manifest {
        let members = members(
            of: cursor,
            known: [
                "Policies", "ReferenceValues", "WorkloadOwnerPubKeys", "WorkloadOwnerKeyDigests",
                "SeedshareOwnerPubKeys", "MinimumAPIVersion",
            ])
        var manifest = Manifest()
        for (hash, entry) in entries(of: members["Policies"]) { manifest.policies[hash] = policyEntry(entry) }
        manifest.referenceValues = referenceValues(members["ReferenceValues"])
        manifest.workloadOwnerPubKeys = texts(members["WorkloadOwnerPubKeys"])
        manifest.workloadOwnerKeyDigests = texts(members["WorkloadOwnerKeyDigests"])
        manifest.seedshareOwnerPubKeys = texts(members["SeedshareOwnerPubKeys"])
        manifest.minimumAPIVersion = text(members["MinimumAPIVersion"])
        return manifest
    }

    /// The entry has been an object since workload secrets, before that an array of names, first a single name.
    private mutating func policyEntry(_ cursor: Cursor) -> PolicyEntry {
        switch cursor.value {
        case .string(let name): return PolicyEntry(sans: [name])
        case .array: return PolicyEntry(sans: texts(cursor))
        case .object:
            let members = members(of: cursor, known: ["SANs", "WorkloadSecretID", "Role"])
            return PolicyEntry(
                sans: texts(members["SANs"]), workloadSecretID: text(members["WorkloadSecretID"]),
                role: text(members["Role"]))
        default:
            fail(cursor.path, "expected an object or an array of names, found \(cursor.value.kindName)")
            return PolicyEntry(sans: nil)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// Prints `manifest.json` byte for byte as Go's encoding/json prints upstream's structures with an indent of two: fields
/// in the order of their declaration, keys of maps sorted, `<`, `>` and `&` escaped, a final newline.
///
/// Assumed of upstream's field tags, which its bytes depend on: left out when empty are `WorkloadSecretID`, `Role`,
/// `APEIP`, `CPUs`, `snp` and `tdx`; every other field is always there, an unset security version number, an absent
/// list of identities and an absent list of keys as `null`. `CPUs` stands after `ProductName`. These follow the
/// others where a manifest has them: `WorkloadOwnerKeyDigests`, `MinimumAPIVersion` and `InsecureRoots`.
package enum ManifestBackend {
    package static func bytes(_ manifest: Manifest) -> [UInt8] {
        let style = JSONPrinter.Style(indent: 2, goEscapes: true)
        var bytes = JSONPrinter.printObject(style, capacity: manifest.policies.count * entrySize) { root in
            root.add("Policies") { policies in
                let hashes = manifest.policies.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                for hash in hashes {
                    if let entry = manifest.policies[hash] { policies.add(hash, json(entry)) }
                }
            }
            root.add("ReferenceValues", json(manifest.referenceValues))
            root.add("WorkloadOwnerPubKeys", list(manifest.workloadOwnerPubKeys))
            root.add("SeedshareOwnerPubKeys", list(manifest.seedshareOwnerPubKeys))
            if let digests = manifest.workloadOwnerKeyDigests, !digests.isEmpty {
                root.add("WorkloadOwnerKeyDigests", list(digests))
            }
            if !manifest.minimumAPIVersion.isEmpty {
                root.add("MinimumAPIVersion", .string(manifest.minimumAPIVersion))
            }
        }
        bytes.append(0x0A)
        return bytes
    }

    /// About what the entry of a policy takes, in bytes.
    private static let entrySize = 256

    private static func json(_ entry: PolicyEntry) -> JSONValue {
        var object = JSONObject()
        object["SANs"] = list(entry.sans)
        if !entry.workloadSecretID.isEmpty { object["WorkloadSecretID"] = .string(entry.workloadSecretID) }
        if !entry.role.isEmpty { object["Role"] = .string(entry.role) }
        return .object(object)
    }

    private static func json(_ values: ReferenceValues) -> JSONValue {
        var object = JSONObject()
        if !values.snp.isEmpty { object["snp"] = .array(values.snp.map(json)) }
        if !values.tdx.isEmpty { object["tdx"] = .array(values.tdx.map(json)) }
        return .object(object)
    }

    private static func json(_ entry: SNPReferenceValues) -> JSONValue {
        var object = JSONObject()
        object["Platform"] = .string(entry.platform)
        object["ProductName"] = .string(entry.productName)
        if let cpus = entry.cpus, cpus != 0 { object["CPUs"] = .integer(Int128(cpus)) }
        object["TrustedMeasurement"] = .string(entry.trustedMeasurement)
        if !entry.apeip.isEmpty { object["APEIP"] = .string(entry.apeip) }
        object["MinimumTCB"] = .object(
            JSONObject(
                MinimumTCB.fields.map { name, path in
                    (name, entry.minimumTCB[keyPath: path].map { .integer(Int128($0)) } ?? .null)
                }))
        object["GuestPolicy"] = .object(
            JSONObject(
                GuestPolicy.versions.map { ($0, .integer(Int128(entry.guestPolicy[keyPath: $1]))) }
                    + GuestPolicy.flags.map { ($0, .bool(entry.guestPolicy[keyPath: $1])) }))
        object["PlatformInfo"] = .object(
            JSONObject(PlatformInfo.flags.map { ($0, .bool(entry.platformInfo[keyPath: $1])) }))
        object["MinimumMitigationVector"] = .integer(Int128(entry.minimumMitigationVector))
        object["AllowedChipIDs"] = list(entry.allowedChipIDs)
        if !entry.insecureRoots.isEmpty { object["InsecureRoots"] = list(entry.insecureRoots) }
        return .object(object)
    }

    private static func json(_ entry: TDXReferenceValues) -> JSONValue {
        var object = JSONObject()
        object["Platform"] = .string(entry.platform)
        object["MinTCBEvaluationDataNumber"] = .integer(Int128(entry.minTCBEvaluationDataNumber))
        object["MrTd"] = .string(entry.mrTd)
        object["MrSeam"] = .string(entry.mrSeam)
        object["Rtmrs"] = list(entry.rtmrs)
        object["Xfam"] = .string(entry.xfam)
        object["AllowedPIIDs"] = list(entry.allowedPIIDs)
        object["MemoryIntegrity"] = .bool(entry.memoryIntegrity)
        object["SMTDisabled"] = .bool(entry.smtDisabled)
        object["StaticPlatform"] = .bool(entry.staticPlatform)
        if !entry.insecureRoots.isEmpty { object["InsecureRoots"] = list(entry.insecureRoots) }
        return .object(object)
    }

    private static func list(_ texts: [String]?) -> JSONValue {
        texts.map { .array($0.map { .string($0) }) } ?? .null
    }
}

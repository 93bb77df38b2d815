// SPDX-License-Identifier: Apache-2.0

/// A policy that a run has made, and for which workload.
package struct CompiledPolicy: Sendable {
    /// SHA-256 of the measured document, 64 lower-case hexadecimal digits.
    package var hash: String
    package var identity: WorkloadIdentity

    package init(hash: String, identity: WorkloadIdentity) {
        self.hash = hash
        self.identity = identity
    }
}

extension Manifest {
    /// Replaces the policies by those of a run, which come in input order. Names that a user has edited are kept.
    ///
    /// Workloads are recognised by their workload secret ID; failing that, by their first name when it is unique. Equal
    /// hashes of one identity (secret ID and role) share an entry with the names of both; equal hashes of different
    /// identities are an error, because the Coordinator could not tell them apart.
    ///
    /// - Parameter place: where the workload of the policy at an index stands, asked for errors only.
    package mutating func replacePolicies(
        by compiled: [CompiledPolicy], source: SourceFile? = nil, place: (Int) -> SourceRange? = { _ in nil },
        diagnostics: inout Diagnostics
    ) {
        var fresh: [String: PolicyEntry] = [:]
        fresh.reserveCapacity(compiled.count)
        var firsts: [String: Int]?
        for (index, policy) in compiled.enumerated() {
            let identity = policy.identity
            guard var entry = fresh[policy.hash] else {
                fresh[policy.hash] = PolicyEntry(
                    sans: identity.sans, workloadSecretID: identity.workloadSecretID, role: identity.role)
                continue
            }
            guard entry.workloadSecretID == identity.workloadSecretID, entry.role == identity.role else {
                let known = firsts ?? Dictionary(zip(compiled.map(\.hash), compiled.indices)) { first, _ in first }
                firsts = known
                let first = known[policy.hash] ?? index
                diagnostics.error(
                    .policyHashCollision,
                    "\(identity.displayName) has the same policy as \(compiled[first].identity.displayName) but not its "
                        + "identity; give both the same '\(WorkloadIdentity.secretIDAnnotation)' or make them differ",
                    at: place(index), notes: [Diagnostic.Note("the other workload", at: place(first))])
                continue
            }
            entry.addNames(identity.sans)
            fresh[policy.hash] = entry
        }
        let edited = policies.filter(\.value.hasEditedNames)
        let kept = edited.isEmpty ? [:] : Self.matches(of: policies, among: fresh)
        var places = FindingPlaces(source)
        for (hash, entry) in edited.sorted(by: { $0.key < $1.key }) {
            if let target = kept[hash] {
                let names = fresh[target]?.sans ?? []
                fresh[target]?.sans = entry.sans
                // Of workloads that share an entry one may be new; what a user took from a single one's stays away.
                if names.count > 2 { fresh[target]?.addNames(names) }
            } else {
                let path = ManifestPath().key("Policies").key(hash).key("SANs")
                let names = (entry.sans ?? []).map { "'\($0)'" }.joined(separator: ", ")
                diagnostics.warning(
                    .handEditedSANsDropped,
                    path.message("edited names \(names.isEmpty ? "(none)" : names) fit no workload and are dropped"),
                    at: places.range(of: path), path: source?.path)
            }
        }
        policies = fresh
    }

    /// For each old entry the hash of the one new entry that it belongs to, if there is just one.
    private static func matches(
        of old: [String: PolicyEntry], among new: [String: PolicyEntry]
    ) -> [String: String] {
        var result: [String: String] = [:]
        var claimed: Set<String> = []
        let keys: [(PolicyEntry) -> String?] = [
            { $0.workloadSecretID.isEmpty ? nil : "\($0.workloadSecretID)\n\($0.sans?.first ?? "")" },
            { $0.workloadSecretID.isEmpty ? nil : $0.workloadSecretID },
            { $0.sans?.first },
        ]
        for key in keys {
            let oldByKey = Dictionary(grouping: old.keys.filter { result[$0] == nil }) { old[$0].flatMap(key) }
            let newByKey = Dictionary(grouping: new.keys.filter { !claimed.contains($0) }) { new[$0].flatMap(key) }
            for (value, hashes) in oldByKey where value != nil && hashes.count == 1 {
                guard let targets = newByKey[value], targets.count == 1 else { continue }
                result[hashes[0]] = targets[0]
                claimed.insert(targets[0])
            }
        }
        return result
    }
}

extension PolicyEntry {
    /// Whether the names are others than the compiler writes. Where the secret ID ends with the name of its workload
    /// (five parts), the first name must be that one; elsewhere any one name followed by `*` counts as ours.
    fileprivate var hasEditedNames: Bool {
        guard let sans, sans.count == 2, sans[1] == "*" else { return true }
        let parts = workloadSecretID.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 5 && parts[4] != sans[0]
    }

    /// Adds what is not there yet; `*` stays last.
    fileprivate mutating func addNames(_ names: [String]) {
        var all = (sans ?? []).filter { $0 != "*" }
        for name in names where name != "*" && !all.contains(name) { all.append(name) }
        sans = all + ["*"]
    }
}

extension Manifest {
    /// A public key that may change the manifest or recover its Coordinator, as a manifest lists it.
    package struct ListedKey: Sendable {
        /// DER in lower-case hexadecimal.
        package var der: String
        /// SHA-256 of the DER in lower-case hexadecimal.
        package var digest: String

        package init(der: String, digest: String) {
            self.der = der
            self.digest = digest
        }
    }

    /// Adds keys, each once, and sorts the lists. A key that an older release listed by digest is listed by itself.
    package mutating func addKeys(workloadOwners: [ListedKey], seedshareOwners: [ListedKey]) {
        workloadOwnerPubKeys = Self.sorted(workloadOwnerPubKeys, adding: workloadOwners)
        seedshareOwnerPubKeys = Self.sorted(seedshareOwnerPubKeys, adding: seedshareOwners)
        let known = Set(workloadOwners.map(\.digest))
        workloadOwnerKeyDigests?.removeAll { known.contains($0.asciiLowercased) }
        if workloadOwnerKeyDigests?.isEmpty == true { workloadOwnerKeyDigests = nil }
    }

    /// Leaves nobody who could change the manifest.
    package mutating func disableUpdates() {
        workloadOwnerPubKeys = nil
        workloadOwnerKeyDigests = nil
    }

    private static func sorted(_ keys: [String]?, adding added: [ListedKey]) -> [String]? {
        guard keys != nil || !added.isEmpty else { return nil }
        var all = keys ?? []
        for key in added where !all.contains(where: { $0.asciiLowercased == key.der }) { all.append(key.der) }
        return all.sorted()
    }
}

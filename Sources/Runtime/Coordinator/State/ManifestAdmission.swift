// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR
internal import Identity

/// Decides whether a manifest is one that a Coordinator can serve.
enum ManifestAdmission {
    /// Bytes of a manifest, and of one policy document.
    static let sizeLimit = 16 << 20
    /// Findings that a message tells; there may be more.
    private static let messageLimit = 10

    /// Reads a manifest; whether it can be served is another question.
    static func parse(_ bytes: [UInt8]) throws(CoordinatorError) -> Manifest {
        guard bytes.count <= sizeLimit else { throw .invalidArgument("the manifest is larger than \(sizeLimit) bytes") }
        var diagnostics = Diagnostics()
        guard let manifest = Manifest.read(SourceFile(path: "manifest", bytes: bytes), diagnostics: &diagnostics) else {
            throw invalid(diagnostics.all.filter { $0.severity == .error }.map(\.message))
        }
        return manifest
    }

    /// Checks everything in a manifest. That takes milliseconds for each RSA key.
    static func check(_ manifest: Manifest, _ configuration: CoordinatorConfiguration) throws(CoordinatorError) {
        let findings =
            manifest.problems.map { $0.path.message($0.message) } + keyProblems(manifest) + policyProblems(manifest)
            + platformProblems(manifest, configuration)
        if !findings.isEmpty { throw invalid(findings) }
    }

    /// Checks that the documents are those of the policies, each exactly once.
    static func checkDocuments(of request: SetManifestRequest, _ manifest: Manifest) throws(CoordinatorError) {
        var missing = Set(manifest.policies.keys)
        try request.forEachDocument { document throws(CoordinatorError) in
            guard document.count <= sizeLimit else {
                throw .invalidArgument("a policy document is larger than \(sizeLimit) bytes")
            }
            let hash = Hex.text(SHA256.digest(document))
            guard missing.remove(hash) != nil else {
                throw .invalidArgument("the document \(hash) is not of a policy in the manifest, or is there twice")
            }
        }
        if let first = missing.min() {
            throw .invalidArgument("the document of policy \(first) is missing (\(missing.count) of them)")
        }
    }

    private static func invalid(_ findings: [String]) -> CoordinatorError {
        let rest = findings.count - messageLimit
        let shown = findings.prefix(messageLimit) + (rest > 0 ? ["and \(rest) more"] : [])
        return .invalidArgument("the manifest cannot be used: " + shown.joined(separator: "; "))
    }

    private static func keyProblems(_ manifest: Manifest) -> [String] {
        let lists: [(String, [String]?, OwnerKey.Kind)] = [
            ("WorkloadOwnerPubKeys", manifest.workloadOwnerPubKeys, .workloadOwner),
            ("SeedshareOwnerPubKeys", manifest.seedshareOwnerPubKeys, .seedshareOwner),
        ]
        return lists.flatMap { name, keys, kind in
            (keys ?? []).enumerated().compactMap { index, key in
                // What is no hexadecimal is reported as such.
                guard let der = Hex.decode(key), !der.isEmpty else { return nil }
                do throws(KeyError) {
                    _ = try OwnerKey(der: der, kind: kind)
                    return nil
                } catch {
                    return ManifestPath().key(name).index(index).message(error.description)
                }
            }
        }
    }

    private static func policyProblems(_ manifest: Manifest) -> [String] {
        var findings: [String] = []
        if manifest.coordinatorPolicyHashes.isEmpty { findings.append("no policy has the role 'coordinator'") }
        let identities = Set(manifest.policies.values.map(\.workloadSecretID).filter { !$0.isEmpty })
        for (hash, entry) in manifest.policies.sorted(by: { $0.key < $1.key }) {
            let path = ManifestPath().key("Policies").key(hash)
            for (index, name) in (entry.sans ?? []).enumerated() where SubjectName(name) == nil {
                findings.append(path.key("SANs").index(index).message("'\(name)' is no name for a certificate"))
            }
            if let other = transitName(of: entry.workloadSecretID), identities.contains(other) {
                findings.append(
                    path.key("WorkloadSecretID").message("its secret would start with a transit key of '\(other)'"))
            }
        }
        return findings
    }

    /// The identity whose transit keys the secrets of `<number>_<identity>` would start with.
    private static func transitName(of identity: String) -> String? {
        let digits = identity.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let rest = identity.utf8.dropFirst(digits.count)
        guard !digits.isEmpty, rest.first == UInt8(ascii: "_") else { return nil }
        return String(decoding: rest.dropFirst(), as: UTF8.self)
    }

    private static func platformProblems(
        _ manifest: Manifest, _ configuration: CoordinatorConfiguration
    ) -> [String] {
        let values = manifest.referenceValues
        var findings: [String] = []
        let platforms = values.snp.map(\.platform) + values.tdx.map(\.platform)
        if !configuration.allowsInsecurePlatforms, let name = platforms.first(where: Platform.isInsecureName) {
            findings.append("the insecure platform '\(name)' is not allowed here")
        }
        guard configuration.requiresMachineLists else { return findings }
        let path = ManifestPath().key("ReferenceValues")
        for (index, entry) in values.snp.enumerated() where entry.allowedChipIDs?.isEmpty ?? true {
            findings.append(path.key("snp").index(index).key("AllowedChipIDs").message("machines must be listed"))
        }
        for (index, entry) in values.tdx.enumerated() where entry.allowedPIIDs?.isEmpty ?? true {
            findings.append(path.key("tdx").index(index).key("AllowedPIIDs").message("machines must be listed"))
        }
        return findings
    }
}

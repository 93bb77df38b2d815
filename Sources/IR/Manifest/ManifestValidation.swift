// SPDX-License-Identifier: Apache-2.0

/// A value of a manifest that cannot be used as it is.
package struct ManifestProblem: Sendable, Equatable {
    /// What the user has to do about it.
    package enum Kind: Sendable, Equatable {
        /// The value is wrong.
        case malformed
        /// The value is one that only the user knows, and is still to be filled in.
        case stillToBeFilledIn
    }

    package var path: ManifestPath
    package var message: String
    package var kind: Kind

    package init(path: ManifestPath, message: String, kind: Kind) {
        self.path = path
        self.message = message
        self.kind = kind
    }
}

extension Manifest {
    /// What is wrong with the manifest, in the order of its fields. Owner keys are checked for being hexadecimal only:
    /// whether they are keys is not known here. A missing Coordinator is not a problem of the manifest as such.
    package var problems: [ManifestProblem] {
        var check = ManifestCheck()
        check.policies(policies)
        check.referenceValues(referenceValues)
        let root = ManifestPath()
        check.keys(workloadOwnerPubKeys, at: root.key("WorkloadOwnerPubKeys"))
        for (index, digest) in (workloadOwnerKeyDigests ?? []).enumerated() {
            check.hex(digest, bytes: 32, at: root.key("WorkloadOwnerKeyDigests").index(index))
        }
        check.keys(seedshareOwnerPubKeys, at: root.key("SeedshareOwnerPubKeys"))
        if minimumAPIVersionNumber == nil {
            check.malformed(root.key("MinimumAPIVersion"), "expected a version such as 'v1'")
        }
        return check.problems
    }

    /// The problems as findings, with their places in the file when there is one: values still to be filled in are
    /// warnings, malformed ones errors.
    ///
    /// - Parameter path: what the manifest is called where there is no file yet.
    package static func report(
        _ problems: [ManifestProblem], in source: SourceFile?, path: String? = nil, diagnostics: inout Diagnostics
    ) {
        var places = FindingPlaces(source)
        for problem in problems {
            let isMissing = problem.kind == .stillToBeFilledIn
            diagnostics.add(
                Diagnostic(
                    isMissing ? .warning : .error, isMissing ? .referenceValuesIncomplete : .malformedManifest,
                    problem.path.message(problem.message), at: places.range(of: problem.path),
                    path: source?.path ?? path))
        }
    }

    /// A warning when no policy has the Coordinator's role.
    package func reportMissingCoordinator(path: String? = nil, diagnostics: inout Diagnostics) {
        guard coordinatorPolicyHashes.isEmpty else { return }
        diagnostics.warning(
            .missingCoordinator,
            "no workload has the role 'coordinator'; a deployment needs at least one to be verified and set",
            path: path)
    }
}

/// The rules of the manifest, applied part by part.
private struct ManifestCheck {
    var problems: [ManifestProblem] = []

    mutating func malformed(_ path: ManifestPath, _ message: String) {
        problems.append(ManifestProblem(path: path, message: message, kind: .malformed))
    }

    mutating func missing(_ path: ManifestPath) {
        problems.append(ManifestProblem(path: path, message: "field cannot be empty", kind: .stillToBeFilledIn))
    }

    mutating func hex(_ text: String, bytes count: Int, at path: ManifestPath) {
        guard let bytes = Hex.decode(text) else {
            return malformed(path, "expected \(2 * count) hexadecimal digits, found other characters or an odd number")
        }
        if bytes.count != count { malformed(path, "invalid length: \(bytes.count) bytes (expected \(count))") }
    }

    mutating func keys(_ keys: [String]?, at path: ManifestPath) {
        for (index, key) in (keys ?? []).enumerated() where key.isEmpty || Hex.decode(key) == nil {
            malformed(path.index(index), "expected the public key in hexadecimal digits")
        }
    }

    mutating func policies(_ policies: [String: PolicyEntry]) {
        for (hash, entry) in policies.sorted(by: { $0.key < $1.key }) {
            let path = ManifestPath().key("Policies").key(hash)
            if Hex.decode(hash) == nil || hash != hash.asciiLowercased {
                malformed(path, "invalid policy hash: expected 64 lower-case hexadecimal digits")
            } else if hash.utf8.count != 64 {
                malformed(path, "invalid policy hash length: \(hash.utf8.count) (expected 64)")
            }
            if !entry.role.isEmpty, entry.role != PolicyEntry.coordinatorRole {
                malformed(path.key("Role"), "unknown role '\(entry.role)', expected 'coordinator' or none")
            }
        }
    }

    mutating func referenceValues(_ values: ReferenceValues) {
        let path = ManifestPath().key("ReferenceValues")
        if values.isEmpty {
            malformed(path, "reference values in manifest cannot be empty; is the platform supported?")
        }
        for (index, entry) in values.snp.enumerated() { snp(entry, at: path.key("snp").index(index)) }
        for (index, entry) in values.tdx.enumerated() { tdx(entry, at: path.key("tdx").index(index)) }
        let platforms = values.snp.map(\.platform) + values.tdx.map(\.platform)
        if let insecure = platforms.first(where: Platform.isInsecureName),
            let secure = platforms.first(where: { !Platform.isInsecureName($0) })
        {
            malformed(path, "insecure platform '\(insecure)' cannot stand beside '\(secure)'")
        }
    }

    private mutating func snp(_ entry: SNPReferenceValues, at path: ManifestPath) {
        if entry.productName != "Milan", entry.productName != "Genoa" {
            malformed(
                path.key("ProductName"), "unknown product name '\(entry.productName)', expected 'Milan' or 'Genoa'")
        }
        required(entry.trustedMeasurement, bytes: 48, at: path.key("TrustedMeasurement"))
        if !entry.apeip.isEmpty { hex(entry.apeip, bytes: 4, at: path.key("APEIP")) }
        for (name, field) in MinimumTCB.fields where entry.minimumTCB[keyPath: field] == nil {
            missing(path.key("MinimumTCB").key(name))
        }
        guestPolicy(entry.guestPolicy, at: path.key("GuestPolicy"))
        for (index, chip) in (entry.allowedChipIDs ?? []).enumerated() {
            hex(chip, bytes: 64, at: path.key("AllowedChipIDs").index(index))
        }
        insecureRoots(entry.insecureRoots, platform: entry.platform, at: path)
    }

    private mutating func guestPolicy(_ policy: GuestPolicy, at path: ManifestPath) {
        let refusal = "modifying this field is not permitted"
        if policy.abiMinor != 0, policy.abiMinor != 31 { malformed(path.key("ABIMinor"), refusal) }
        if policy.abiMajor != 0 { malformed(path.key("ABIMajor"), refusal) }
        let required = GuestPolicy()
        for (name, flag) in GuestPolicy.flags
        where flag != \.pageSwapDisable && policy[keyPath: flag] != required[keyPath: flag] {
            malformed(path.key(name), refusal)
        }
    }

    private mutating func tdx(_ entry: TDXReferenceValues, at path: ManifestPath) {
        required(entry.mrTd, bytes: 48, at: path.key("MrTd"))
        required(entry.mrSeam, bytes: 48, at: path.key("MrSeam"))
        let registers = entry.rtmrs ?? []
        if registers.isEmpty {
            missing(path.key("Rtmrs"))
        } else if registers.count != TDXReferenceValues.rtmrCount {
            malformed(path.key("Rtmrs"), "expected \(TDXReferenceValues.rtmrCount) values, found \(registers.count)")
        }
        for (index, register) in registers.enumerated() {
            required(register, bytes: 48, at: path.key("Rtmrs", shownAs: "RTMR").index(index, shownAs: index + 1))
        }
        hex(entry.xfam, bytes: 8, at: path.key("Xfam"))
        for (index, identity) in (entry.allowedPIIDs ?? []).enumerated() {
            hex(identity, bytes: 16, at: path.key("AllowedPIIDs").index(index))
        }
        insecureRoots(entry.insecureRoots, platform: entry.platform, at: path)
    }

    private mutating func required(_ text: String, bytes: Int, at path: ManifestPath) {
        if text.isEmpty { missing(path) } else { hex(text, bytes: bytes, at: path) }
    }

    private mutating func insecureRoots(_ roots: [String], platform: String, at path: ManifestPath) {
        if !roots.isEmpty, !Platform.isInsecureName(platform) {
            malformed(path.key("InsecureRoots"), "only an insecure platform has roots of its own")
        }
        if roots.isEmpty, Platform.isInsecureName(platform) { missing(path.key("InsecureRoots")) }
        keys(roots, at: path.key("InsecureRoots"))
    }
}

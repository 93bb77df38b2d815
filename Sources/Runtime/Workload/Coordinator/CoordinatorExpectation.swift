// SPDX-License-Identifier: Apache-2.0

package import Digests
package import IR
internal import InitDataFormat

/// Which Coordinator a workload accepts, by its own measured initdata.
package enum CoordinatorExpectation: Sendable, Equatable {
    /// One whose manifest an owner has signed, and that runs with a policy to which this manifest gives the
    /// Coordinator's role. Not empty.
    case owners([OwnerKey])
    /// One that runs with one of these policies, by their 32-byte hashes; the manifest that it brings says what else its
    /// evidence must show. Not empty.
    case policies(Set<[UInt8]>)
    /// Any, because nothing was measured that tells one from another.
    case anyone

    /// Why no expectation can be had of initdata that was measured.
    package enum Fault: Error, Sendable, Equatable {
        /// The key is there, and its text is not an object of the two lists.
        case malformed
        case ownerKey(KeyError)
        /// A hash in hexadecimal that has other than 32 bytes.
        case policyHash(String)
    }

    /// - Parameter initData: `nil` when the pod has none, as on platforms whose agent gets its policy from the host.
    package init(_ measured: MeasuredInitData?) throws(Fault) {
        guard let text = measured?.initData.data[CoordinatorInfo.initDataKey] else {
            self = .anyone
            return
        }
        guard let info = CoordinatorInfo(json: Array(text.utf8)) else { throw .malformed }
        if !info.workloadOwnerPubKeys.isEmpty {
            var keys: [OwnerKey] = []
            for hex in info.workloadOwnerPubKeys {
                guard let der = Hex.decode(hex) else { throw .malformed }
                do throws(KeyError) {
                    keys.append(try OwnerKey(der: der, kind: .workloadOwner))
                } catch { throw .ownerKey(error) }
            }
            self = .owners(keys)
        } else {
            var hashes: Set<[UInt8]> = []
            for hex in info.coordinatorPolicyHashes {
                guard let hash = Hex.decode(hex), hash.count == 32 else { throw .policyHash(hex) }
                hashes.insert(hash)
            }
            self = .policies(hashes)
        }
    }

    /// What to tell the user before going on; `nil` when it is sure which Coordinator answers.
    package var warning: String? {
        switch self {
        case .owners: nil
        case .policies:
            "only the Coordinator's policy was measured, no owner key: the launch measurement is compared with the "
                + "manifest that the Coordinator brings, so a host that starts another guest with this policy can answer "
                + "in its place; compile with owner keys"
        case .anyone:
            "the measured initdata has no '\(CoordinatorInfo.initDataKey)': any Coordinator is accepted, so whoever "
                + "controls the network can choose this workload's certificates and secrets; compile with owner keys"
        }
    }

    /// Whether the manifest must be had, and be signed, before the Coordinator's evidence can be judged.
    package var needsManifest: Bool { if case .owners = self { true } else { false } }

    /// The manifest against which to verify the Coordinator's evidence, in the Coordinator's role, after an owner was
    /// shown to have signed it.
    ///
    /// - Parameters:
    ///   - manifest: as the Coordinator sent it.
    ///   - isSigned: whether the key, given as DER of its SubjectPublicKeyInfo, has signed the transition to this very
    ///     manifest.
    package func manifest(_ manifest: [UInt8], isSigned: ([UInt8]) -> Bool) throws(CoordinatorRefusal) -> Manifest {
        if case .owners(let keys) = self, !keys.contains(where: { isSigned($0.der) }) { throw .notSigned }
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "manifest.json", bytes: manifest)
        guard let manifest = Manifest.read(source, diagnostics: &diagnostics) else { throw .malformedManifest }
        return manifest
    }

    /// Checks the policy that the Coordinator's verified evidence names.
    ///
    /// - Parameters:
    ///   - hostData: the first 32 bytes of HOST_DATA or MRCONFIGID.
    ///   - manifest: from `manifest(_:isSigned:)`; needed for an expectation by owners alone.
    package func check(hostData: [UInt8], manifest: Manifest?) throws(CoordinatorRefusal) {
        let found = Hex.text(hostData)
        switch self {
        case .owners:
            guard let manifest else { throw .notSigned }
            let hashes = manifest.coordinatorPolicyHashes
            guard hashes.contains(found) else { throw .wrongPolicy(found: found, expected: hashes) }
        case .policies(let hashes):
            guard hashes.contains(hostData) else {
                throw .wrongPolicy(found: found, expected: hashes.map { Hex.text($0) }.sorted())
            }
        case .anyone: break
        }
    }
}

/// Why a Coordinator is not the one that a workload was made for.
package enum CoordinatorRefusal: Error, Sendable, Equatable {
    /// No owner of the measured list has signed its manifest.
    case notSigned
    case malformedManifest
    /// Hashes in lower-case hexadecimal.
    case wrongPolicy(found: String, expected: [String])
}

extension CoordinatorRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSigned:
            "the Coordinator's manifest is not signed by an owner whose key was measured with this workload"
        case .malformedManifest: "the Coordinator's manifest is malformed"
        case .wrongPolicy(let found, let expected):
            "the Coordinator runs with the policy \(found), expected \(expected.joined(separator: " or "))"
        }
    }
}

extension CoordinatorExpectation.Fault: CustomStringConvertible {
    package var description: String {
        let key = CoordinatorInfo.initDataKey
        return switch self {
        case .malformed: "the measured value of '\(key)' is malformed"
        case .ownerKey(let error): "an owner key in the measured value of '\(key)' cannot be used: \(error)"
        case .policyHash(let text): "'\(text)' in the measured value of '\(key)' is not a hash of 32 bytes"
        }
    }
}

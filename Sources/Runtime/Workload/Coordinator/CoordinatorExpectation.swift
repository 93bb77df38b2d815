// SPDX-License-Identifier: Apache-2.0

package import Digests
package import IR

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
        case ownerKey(KeyError)
        /// A hash in hexadecimal that has other than 32 bytes.
        case policyHash(String)
    }

    /// - Parameter info: of the measured document; `nil` when it says nothing of the Coordinator.
    package init(_ info: CoordinatorInfo?) throws(Fault) {
        guard let info else {
            self = .anyone
            return
        }
        if !info.workloadOwnerPubKeys.isEmpty {
            var keys: [OwnerKey] = []
            for hex in info.workloadOwnerPubKeys {
                do throws(KeyError) {
                    keys.append(try OwnerKey(der: Hex.decode(hex) ?? [], kind: .workloadOwner))
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
            "the measured document has no '\(CoordinatorInfo.initDataKey)': any Coordinator is accepted, so whoever "
                + "controls the network can choose this workload's certificates and secrets; compile with owner keys"
        }
    }

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
}

/// Why a Coordinator is not the one that a workload was made for.
package enum CoordinatorRefusal: Error, Sendable, Equatable {
    /// No owner of the measured list has signed its manifest.
    case notSigned
    case malformedManifest
}

extension CoordinatorRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSigned:
            "the Coordinator's manifest is not signed by an owner whose key was measured with this workload"
        case .malformedManifest: "the Coordinator's manifest is malformed"
        }
    }
}

extension CoordinatorExpectation.Fault: CustomStringConvertible {
    package var description: String {
        let key = CoordinatorInfo.initDataKey
        return switch self {
        case .ownerKey(let error): "an owner key in the measured value of '\(key)' cannot be used: \(error)"
        case .policyHash(let text): "'\(text)' in the measured value of '\(key)' is not a hash of 32 bytes"
        }
    }
}

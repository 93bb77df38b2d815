// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// The key files of a run: read, or generated in memory and written with the other outputs.
struct OwnerKeyFiles {
    private let options: KeyOptions
    private let inputs: GenerateInputOptions
    private let mayCreate: Bool
    private var pending: [(path: String, pem: SecretBytes)] = []
    private static let sizeLimit = 1 << 20

    init(_ options: KeyOptions, _ inputs: GenerateInputOptions, mayCreate: Bool) {
        self.options = options
        self.inputs = inputs
        self.mayCreate = mayCreate
    }

    mutating func workloadOwners(_ diagnostics: inout Diagnostics) -> [Manifest.ListedKey] {
        if options.disableUpdates { return [] }
        return keys(
            options.addWorkloadOwnerKey, default: "workload-owner.pem", .workloadOwner,
            without: "nobody can change the manifest once it is set", &diagnostics)
    }

    mutating func seedshareOwners(_ diagnostics: inout Diagnostics) -> [Manifest.ListedKey] {
        keys(
            options.addSeedshareOwnerKey, default: "seedshare-owner.pem", .seedshareOwner,
            without: "nobody can recover the Coordinator after a restart", &diagnostics)
    }

    private mutating func keys(
        _ given: [String], default name: String, _ kind: OwnerKey.Kind, without consequence: String,
        _ diagnostics: inout Diagnostics
    ) -> [Manifest.ListedKey] {
        let paths = given.isEmpty ? [inputs.path(nil, default: name)] : given
        return paths.compactMap { path in
            if FileSystem.info(path) == nil, paths.count == 1 {
                if mayCreate { return create(path, kind, &diagnostics) }
                if given.isEmpty {
                    diagnostics.warning(
                        .missingOwnerKey, "no key was given and there is no '\(path)', so \(consequence)",
                        notes: [.init("'--create-keys' makes one")])
                    return nil
                }
            }
            return read(path, kind, &diagnostics)
        }
    }

    private func read(_ path: String, _ kind: OwnerKey.Kind, _ diagnostics: inout Diagnostics) -> Manifest.ListedKey? {
        guard let source = SourceReader().read(path, limit: Self.sizeLimit, &diagnostics) else { return nil }
        do throws(KeyError) {
            return Self.listed(try OwnerKey(pem: source.bytes, kind: kind))
        } catch {
            diagnostics.error(.malformedKey, error.description, path: path)
            return nil
        }
    }

    private mutating func create(
        _ path: String, _ kind: OwnerKey.Kind, _ diagnostics: inout Diagnostics
    ) -> Manifest.ListedKey? {
        do throws(KeyError) {
            let key = try GeneratedKey(kind)
            pending.append((path, key.pem))
            return Self.listed(key.publicKey)
        } catch {
            diagnostics.error(.malformedKey, error.description, path: path)
            return nil
        }
    }

    private static func listed(_ key: OwnerKey) -> Manifest.ListedKey {
        Manifest.ListedKey(der: key.hex, digest: key.digestHex)
    }

    /// Stages the generated keys, readable for their owner only. They never replace a file.
    func stage(in transaction: inout FileTransaction) throws(FileError) {
        for key in pending {
            try transaction.stageNew(key.path, key.pem.withBytes { Array($0) }, mode: 0o600)
        }
    }
}

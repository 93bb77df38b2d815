// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Digests
internal import Driver
internal import IR

extension BuildStatement {
    /// The inputs in their order, below the working directory.
    var inputs: [InputFile] {
        materials.filter { $0.role == .input }.map { InputDiscovery.input($0.file.name, isNamed: false) }
    }
}

extension BuildStatement.Options {
    var workloadOwners: [Manifest.ListedKey] { workloadOwnerKeys.map(Self.listed) }
    var seedshareOwners: [Manifest.ListedKey] { seedshareOwnerKeys.map(Self.listed) }

    private static func listed(_ key: String) -> Manifest.ListedKey {
        Manifest.ListedKey(der: key, digest: Hex.text(SHA256.digest(Hex.decode(key) ?? [])))
    }
}

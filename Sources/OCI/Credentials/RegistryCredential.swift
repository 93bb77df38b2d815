// SPDX-License-Identifier: Apache-2.0

/// What a user proves to a registry who they are with. Never printed.
package enum RegistryCredential: Sendable, Equatable {
    case password(user: String, password: String)
    /// A token that is exchanged for others.
    case identityToken(String)

    /// Helpers give this name in place of a user's where the secret is an identity token.
    static let tokenUser = "<token>"
}

extension RegistryCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "credential" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Finds the credential for a repository.
package protocol CredentialProvider: Sendable {
    /// - Parameter repository: path in the registry.
    /// - Throws: `ImageError` when a credential is configured and cannot be had.
    func credential(for host: RegistryHost, repository: String) async throws -> RegistryCredential?
}

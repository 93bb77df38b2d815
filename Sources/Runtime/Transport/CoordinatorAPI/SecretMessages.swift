// SPDX-License-Identifier: Apache-2.0

/// A message with secrets in it. However it is printed, interpolated or dumped, only its name comes out; what the
/// generated code has would print all of it.
package protocol SecretMessage: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension SecretMessage {
    package var description: String { "\(Self.self)(secret)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

// Each says it for itself: all messages have a description of their own otherwise.
extension SetManifestResponse: SecretMessage { package var debugDescription: String { description } }
extension SeedShareDocument: SecretMessage { package var debugDescription: String { description } }
extension SeedShare: SecretMessage { package var debugDescription: String { description } }
extension RecoverRequest: SecretMessage { package var debugDescription: String { description } }
extension NewMeshCertResponse: SecretMessage { package var debugDescription: String { description } }
extension MeshRecoverResponse: SecretMessage { package var debugDescription: String { description } }

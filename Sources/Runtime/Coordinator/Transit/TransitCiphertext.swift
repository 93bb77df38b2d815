// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// A ciphertext of the transit engine: `vault:v<version>:<base64 of nonce, encrypted bytes and tag>`.
package struct TransitCiphertext: Sendable, Equatable {
    private static let prefix = "vault:v"

    /// Which key of a name it is encrypted with.
    package var keyVersion: UInt32
    /// See `AESGCM`.
    package var sealed: [UInt8]

    package init(keyVersion: UInt32, sealed: [UInt8]) {
        self.keyVersion = keyVersion
        self.sealed = sealed
    }

    /// `nil` for every other text, also one that is too short to hold nonce and tag.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let version = UInt32(parts[0]), parts[0] == "\(version)",
            let sealed = Base64.decode(parts[1].utf8), sealed.count >= AESGCM.nonceSize + AESGCM.tagSize
        else { return nil }
        keyVersion = version
        self.sealed = sealed
    }

    package var text: String { "\(Self.prefix)\(keyVersion):\(Base64.text(sealed))" }
}

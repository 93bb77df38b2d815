// SPDX-License-Identifier: Apache-2.0

/// Why an image cannot be resolved, in the form of a diagnostic's message.
package struct ImageError: Error, Sendable, Equatable {
    package enum Kind: Sendable {
        /// The content is not what the specification says, or beyond a limit.
        case malformed
        /// The content does not have the digest or the size by which it was asked for.
        case mismatch
        /// The source does not have it.
        case missing
        /// The source refuses it to this user.
        case refused
        /// The source did not answer, or not in time.
        case unreachable
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests

/// A run-time measurement register (RTMR): each digest that it is extended with is chained to those before.
package struct MeasurementRegister: Sendable, Hashable {
    /// How many a guest has.
    package static let count = 4
    /// Length in bytes.
    package static let size = 48

    /// Zeros at first.
    package private(set) var bytes = [UInt8](repeating: 0, count: Self.size)

    package init() {}

    /// - Parameter digest: SHA-384 of what is measured.
    package mutating func extend(_ digest: some Collection<UInt8>) { bytes = SHA384.digest(bytes + digest) }
}

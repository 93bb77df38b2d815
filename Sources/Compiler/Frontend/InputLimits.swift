// SPDX-License-Identifier: Apache-2.0

/// Bounds on what the frontend accepts. Each is far above any deployment seen, and each has a diagnostic.
package enum InputLimits {
    /// Bytes of one input file.
    package static let fileSize = 128 << 20
    /// Bytes of one scalar. Larger ones cannot be stored in a cluster.
    package static let scalarSize = 16 << 20
    /// Depth of nesting.
    package static let depth = 200
    /// Documents of one file.
    package static let documents = 1_000_000
    /// Nodes of one document after every alias is replaced by what it stands for.
    package static let expandedNodes = 4_000_000
    /// Bytes of scalars that all aliases of a file stand for, by the bytes of the file.
    package static func aliasedText(fileSize: Int) -> Int { (1 << 20) + 8 * fileSize }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// One input of a run.
package struct InputFile: Sendable {
    package let source: SourceFile
    /// Whether the user named the file itself rather than a directory above it.
    package let isNamed: Bool

    package init(source: SourceFile, isNamed: Bool) {
        self.source = source
        self.isNamed = isNamed
    }
}

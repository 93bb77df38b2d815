// SPDX-License-Identifier: Apache-2.0

package import IR

/// One input of a run. Its bytes are read when they are needed, which may be twice, and not kept in between.
package struct InputFile: Sendable {
    package let path: String
    /// Whether the user named the file itself rather than a directory above it.
    package let isNamed: Bool
    private let read: @Sendable () -> Result<SourceFile, ReadFailure>

    /// Why an input cannot be read.
    package struct ReadFailure: Error, Sendable {
        package var reason: String

        package init(reason: String) { self.reason = reason }
    }

    /// - Parameter read: must give the same bytes whenever it is called; the run fails when it does not.
    package init(path: String, isNamed: Bool, read: @escaping @Sendable () -> Result<SourceFile, ReadFailure>) {
        self.path = path
        self.isNamed = isNamed
        self.read = read
    }

    /// An input that is in memory.
    package init(source: SourceFile, isNamed: Bool) {
        self.init(path: source.path, isNamed: isNamed) { .success(source) }
    }

    /// The bytes, or nothing with an error.
    package func load(into diagnostics: inout Diagnostics) -> SourceFile? {
        switch read() {
        case .success(let source): return source
        case .failure(let failure):
            diagnostics.error(.unreadableInput, "the input cannot be read: \(failure.reason)", path: path)
            return nil
        }
    }
}

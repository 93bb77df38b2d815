// SPDX-License-Identifier: Apache-2.0

/// The place of a value in a manifest or bundle: as users read it, and as it is found in the document.
package struct ManifestPath: Sendable, Hashable {
    /// One step from a value to a part of it.
    package enum Step: Sendable, Hashable {
        /// Matches the same name, else one that differs in the case of ASCII letters only.
        case key(String)
        case index(Int)
    }

    /// Dotted form, e.g. `ReferenceValues.snp[0].MinimumTCB.SNPVersion`; empty for the document.
    package private(set) var text = ""
    package private(set) var steps: [Step] = []

    package init() {}

    package func key(_ name: String) -> ManifestPath { key(name, shownAs: name) }

    /// A member that messages call by another name than the document.
    package func key(_ name: String, shownAs shown: String) -> ManifestPath {
        var path = self
        path.text += (text.isEmpty ? "" : ".") + shown
        path.steps.append(.key(name))
        return path
    }

    package func index(_ index: Int) -> ManifestPath { self.index(index, shownAs: index) }

    /// An item that messages count from another number than the document.
    package func index(_ index: Int, shownAs shown: Int) -> ManifestPath {
        var path = self
        path.text += "[\(shown)]"
        path.steps.append(.index(index))
        return path
    }

    /// The message with the path in front of it.
    package func message(_ text: String) -> String { self.text.isEmpty ? text : "\(self.text): \(text)" }
}

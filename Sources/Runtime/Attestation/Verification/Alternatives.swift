// SPDX-License-Identifier: Apache-2.0

package import IR

/// Reference values of which any one suffices.
package struct Alternatives<Subject>: Sendable {
    /// One entry of the manifest as requirements.
    package struct Entry: Sendable {
        package var path: ManifestPath
        package var requirements: [Requirement<Subject>]

        package init(path: ManifestPath, requirements: [Requirement<Subject>]) {
            self.path = path
            self.requirements = requirements
        }
    }

    package var entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// What became of each entry that was looked at.
    package struct Result: Sendable {
        /// Index of the entry that the subject meets; entries after it were not looked at.
        package var match: Int?
        /// In the order of the entries.
        package var traces: [(path: ManifestPath, trace: Trace)]

        /// Index of the entry that fails the fewest requirements, the first of several; `nil` when there are none.
        package var nearest: Int? {
            traces.indices.min { traces[$0].trace.failures.count < traces[$1].trace.failures.count }
        }
    }

    /// Tries the entries in turn.
    package func evaluate(_ subject: Subject) -> Result {
        var result = Result(match: nil, traces: [])
        for (index, entry) in entries.enumerated() {
            var trace = Trace()
            let isMet = (try? trace.require(entry.requirements, of: subject)) != nil
            result.traces.append((entry.path, trace))
            if isMet {
                result.match = index
                break
            }
        }
        return result
    }

    /// Adds the steps of the entry that matches, else those of the nearest one, and throws its failures.
    ///
    /// - Parameter rule: what fails when there is no entry at all.
    /// - Returns: the path of the entry that matches.
    @discardableResult
    package func require(
        of subject: Subject, rule: Rule, trace: inout Trace
    ) throws(VerificationFailure) -> ManifestPath {
        let result = evaluate(subject)
        guard let chosen = result.match ?? result.nearest else {
            return try trace.step(rule) { () throws(Shortfall) in
                throw Shortfall("reference values", expected: "at least one entry", found: "none")
            }
        }
        trace.append(result.traces[chosen].trace)
        guard result.match != nil else { throw VerificationFailure(steps: result.traces[chosen].trace.failures) }
        return result.traces[chosen].path
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import Digests
package import IR
internal import Synchronization

/// The bundles of a run: one given by the user for its platform, those that are part of the program for the others.
package final class Bundles: Sendable {
    private let given: Bundle?
    private let cache = Mutex<[Platform: Bundle]>([:])

    package init(given: Bundle? = nil) { self.given = given }

    /// The bundle of a platform. `nil` only with an error.
    package func bundle(for platform: Platform, into diagnostics: inout Diagnostics) -> Bundle? {
        if let given, given.platform == platform { return given }
        if let cached = cache.withLock({ $0[platform] }) { return cached }
        let bundle = Bundle.shipped(for: platform, sha256: SHA256.digest, diagnostics: &diagnostics)
        if let bundle { cache.withLock { $0[platform] = bundle } }
        return bundle
    }

    /// The images of a bundle as entries of the lock's form.
    static func images(of bundle: Bundle, into diagnostics: inout Diagnostics) -> [String: LockEntry] {
        var entries: [String: LockEntry] = [:]
        for (reference, value) in bundle.images.members {
            let parsed = LockEntry.parse(value, digestRequired: false)
            entries[reference] = parsed.entry
            for problem in parsed.problems {
                let path = (["images", reference] + problem.path).joined(separator: ".")
                diagnostics.error(.malformedBundle, "\(path): \(problem.message)", path: bundle.source.path)
            }
        }
        return entries
    }
}

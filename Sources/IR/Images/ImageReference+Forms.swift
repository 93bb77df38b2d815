// SPDX-License-Identifier: Apache-2.0

extension ImageReference {
    /// Registry and repository with all defaults written out; the same for every spelling of one repository.
    package var canonicalName: String { "\(registry)/\(repository)" }

    /// The canonical name with tag and digest; `latest` when there is neither.
    package var canonical: String {
        let tagText = tag.map { ":" + $0 } ?? (digest == nil ? ":latest" : "")
        return canonicalName + tagText + digestText
    }

    /// The canonical form of the reference without its digest; a missing tag counts as `latest`.
    package var canonicalWithoutDigest: String { "\(canonicalName):\(tag ?? "latest")" }

    /// The shortest name that means the same, with tag and digest as written.
    package var familiar: String {
        var short = canonicalName
        if registry == "docker.io" {
            let parts = repository.split(separator: "/", maxSplits: 1)
            if parts.count == 2, parts[0] == "library", !parts[1].contains("/") {
                short = String(parts[1])
            } else if (try? ImageReference(repository))?.canonicalName == canonicalName {
                short = repository
            }
        }
        return short + tagText + digestText
    }

    /// The reference as the user wrote it, but without a digest.
    package var withoutDigest: String { name + tagText }

    /// The reference as the user wrote it with this digest, in place of its own if it has one.
    package func pinned(to digest: ImageDigest) -> String { "\(withoutDigest)@\(digest)" }

    private var tagText: String { tag.map { ":" + $0 } ?? "" }
    private var digestText: String { digest.map { "@\($0)" } ?? "" }
}

// SPDX-License-Identifier: Apache-2.0

/// Why a text is not an image reference, in the form of a diagnostic's message.
package struct ImageReferenceError: Error, Sendable, Equatable {
    package var reason: String

    init(_ reason: String) { self.reason = reason }
}

/// An image reference by the grammar of the OCI distribution specification, with Docker's defaults: no registry means
/// `docker.io`, and a single path component there means `library/…`.
package struct ImageReference: Sendable {
    /// Longest registry and repository together, in bytes.
    package static let nameLimit = 255
    /// Longest text that is looked at at all, in bytes: name, tag and the longest digest.
    package static let textLimit = 1024

    /// As the user wrote it.
    package let text: String
    /// The part of `text` before tag and digest.
    package let name: String
    /// Host with port, `docker.io` when the text names none.
    package let registry: String
    /// Path in the registry, with `library/` where Docker implies it.
    package let repository: String
    /// `nil` when the text has none; no `latest` is invented.
    package let tag: String?
    package let digest: ImageDigest?

    /// - Throws: the reason why the text is not a reference.
    package init(_ text: String) throws(ImageReferenceError) {
        guard !text.isEmpty else { throw ImageReferenceError("the image reference is empty") }
        guard text.utf8.count <= Self.textLimit else {
            throw ImageReferenceError(
                "the image reference is \(text.utf8.count) bytes long; the limit is \(Self.textLimit)")
        }
        // The tables of Unicode are slow.
        guard !text.unicodeScalars.contains(where: { !("!"..."~" ~= $0) && $0.properties.isWhitespace }) else {
            throw ImageReferenceError("the image reference '\(text)' holds white space")
        }
        guard !text.utf8.contains(UInt8(ascii: "$")) else {
            throw ImageReferenceError("the image reference '\(text)' holds a variable that was not replaced")
        }
        var rest = text[...]
        if let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
            digest = try ImageDigest(String(rest[rest.utf8.index(after: at)...]))
            rest = rest[..<at]
        } else {
            digest = nil
        }
        let lastSlash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) ?? rest.startIndex
        if let colon = rest[lastSlash...].utf8.firstIndex(of: UInt8(ascii: ":")) {
            let tag = rest[rest.utf8.index(after: colon)...]
            guard ReferenceGrammar.isTag(tag.utf8) else {
                throw ImageReferenceError(
                    "the tag '\(tag)' is not valid; expected up to 128 letters, digits, '_', '.' and '-'")
            }
            self.tag = String(tag)
            rest = rest[..<colon]
        } else {
            tag = nil
        }
        self.text = text
        name = String(rest)
        (registry, repository) = try Self.split(rest)
    }

    private static func split(_ name: Substring) throws(ImageReferenceError) -> (String, String) {
        guard !name.isEmpty else { throw ImageReferenceError("the image reference has no name") }
        var registry = "docker.io"
        var path = name
        if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")), isRegistryPart(name[..<slash]) {
            registry = String(name[..<slash])
            path = name[name.utf8.index(after: slash)...]
            guard ReferenceGrammar.isRegistry(registry) else {
                throw ImageReferenceError("'\(registry)' is not a registry; expected host or host:port")
            }
            if registry == "index.docker.io" { registry = "docker.io" }
        }
        for component in path.split(separator: "/", omittingEmptySubsequences: false) {
            try check(component, of: path)
        }
        if registry == "docker.io", !path.contains("/") {
            if path.utf8.count == 64, path.utf8.allSatisfy({ ReferenceGrammar.isDigit($0) || (0x61...0x66) ~= $0 }) {
                throw ImageReferenceError("'\(path)' is an image ID, not a reference; expected a name")
            }
            path = "library/" + path
        }
        guard registry.utf8.count + 1 + path.utf8.count <= nameLimit else {
            throw ImageReferenceError("the name of the image is longer than \(nameLimit) bytes")
        }
        return (registry, String(path))
    }

    /// Whether the part before the first '/' is a registry rather than the first component of a repository on Docker's.
    private static func isRegistryPart(_ part: Substring) -> Bool {
        part == "localhost"
            || part.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || ReferenceGrammar.isUpper($0) }
    }

    private static func check(_ component: Substring, of path: Substring) throws(ImageReferenceError) {
        if ReferenceGrammar.isPathComponent(component.utf8) { return }
        if component.isEmpty {
            throw ImageReferenceError("the repository '\(path)' has an empty part between slashes")
        }
        if component.utf8.contains(where: ReferenceGrammar.isUpper) {
            throw ImageReferenceError("the repository '\(path)' has upper-case letters; expected lower case")
        }
        throw ImageReferenceError(
            "the part '\(component)' of the repository '\(path)' is not valid; "
                + "expected lower-case letters and digits, separated by '.', '_', '__' or '-'")
    }
}

extension ImageReference: CustomStringConvertible {
    package var description: String { text }
}

// SPDX-License-Identifier: Apache-2.0

/// What a release knows of one platform: its measured software, its reference values and the images it adds to pods.
///
/// A bundle is a JSON document:
///
///     { "version": 1,
///       "platform": "Metal-QEMU-SNP",
///       "runtime": { … },            the measured stack; the name of the runtime class is derived from it
///       "handler": "contrast-cc-…",  optional: the name of the runtime class literally
///       "referenceValues": { "snp": […], "tdx": […] },    entries as in a manifest, "Platform" may be left out
///       "images": { "<reference>": { … } },               entries as in a lock file
///       "provenance": { … },         optional: what the values were measured from
///       "expires": "2027-01-01" }    optional: the first day on which the bundle is no longer to be used
package struct Bundle: Sendable {
    /// The only version of the format there is.
    package static let version = 1

    package let platform: Platform
    package let runtime: JSONObject
    /// Name and handler of the runtime class.
    package let handler: String
    package let referenceValues: ReferenceValues
    /// By reference; the entries have yet to be read.
    package let images: JSONObject
    /// What the values were measured from; `nil` when the bundle does not say.
    package let provenance: BundleProvenance?
    /// The first day on which the bundle is no longer to be used.
    package let expires: CalendarDay?
    /// Where it was read from, for findings about `images`.
    package let source: SourceFile

    /// Reads a bundle.
    ///
    /// - Parameter sha256: this part of the program has no cryptography of its own.
    /// - Returns: `nil` when it is unusable; why is among the diagnostics, as errors.
    package static func read(
        _ source: SourceFile, sha256: ([UInt8]) -> [UInt8], diagnostics: inout Diagnostics
    ) -> Bundle? {
        var reader = ManifestReader(source: source, code: .malformedBundle, unknownFields: .error)
        defer { diagnostics.add(contentsOf: reader.diagnostics) }
        guard let document = reader.document() else { return nil }
        guard document.value.object != nil else {
            reader.fail(document.path, "expected an object, found \(document.value.kindName)")
            return nil
        }
        let bundle = reader.bundle(document, sha256: sha256)
        return reader.diagnostics.hasErrors ? nil : bundle
    }

    /// `contrast-cc-<platform>-<first 8 digits of the SHA-256 of the runtime object>`, the object minified with its keys
    /// sorted.
    package static func handlerName(
        platform: Platform, runtime: JSONObject, sha256: ([UInt8]) -> [UInt8]
    ) -> String {
        let text = JSONPrinter.print(.object(runtime), JSONPrinter.Style(sortedKeys: true))
        return "\(RuntimeClass.genericName)-\(platform.name)-\(Hex.text(sha256(text).prefix(4)))"
    }
}

extension ManifestReader {
    fileprivate mutating func bundle(_ document: Cursor, sha256: ([UInt8]) -> [UInt8]) -> Bundle? {
        let members = members(
            of: document,
            known: [
                "version", "platform", "runtime", "handler", "referenceValues", "images", "provenance", "expires",
            ])
        if let version = members["version"] {
            if version.value != .integer(Int128(Bundle.version)) {
                fail(version.path, "unknown version, expected \(Bundle.version)")
            }
        } else {
            fail(document.path.key("version"), "field is missing")
        }
        let platformName = text(members["platform"])
        guard let platform = Platform(name: platformName) else {
            fail(document.path.key("platform"), "unknown platform '\(platformName)'")
            return nil
        }
        guard let runtime = members["runtime"]?.value.object else {
            fail(document.path.key("runtime"), "expected an object that describes the measured stack")
            return nil
        }
        let handler = text(members["handler"])
        if !handler.isEmpty, !Self.isObjectName(handler) {
            fail(document.path.key("handler"), "'\(handler)' cannot be the name of a runtime class")
        }
        var values = referenceValues(members["referenceValues"])
        for index in values.snp.indices { stamp(&values.snp[index].platform, platform, "snp", index) }
        for index in values.tdx.indices { stamp(&values.tdx[index].platform, platform, "tdx", index) }
        let foreign = platform.technology == .snp ? !values.tdx.isEmpty : !values.snp.isEmpty
        if foreign || values.isEmpty {
            fail(document.path.key("referenceValues"), "expected entries under '\(platform.technology.rawValue)' only")
        } else {
            // Their paths start as a manifest does, with the same field in other case.
            for problem in Manifest(referenceValues: values).problems where problem.kind == .malformed {
                fail(problem.path, problem.message)
            }
        }
        return Bundle(
            platform: platform, runtime: runtime,
            handler: handler.isEmpty
                ? Bundle.handlerName(platform: platform, runtime: runtime, sha256: sha256) : handler,
            referenceValues: values, images: images(members["images"]),
            provenance: members["provenance"].map { provenance($0) }, expires: day(members["expires"]),
            source: source)
    }

    private mutating func day(_ cursor: Cursor?) -> CalendarDay? {
        guard let cursor else { return nil }
        let day = CalendarDay(text(cursor))
        if day == nil { fail(cursor.path, "expected a day such as 2027-01-31") }
        return day
    }

    private mutating func provenance(_ cursor: Cursor) -> BundleProvenance {
        let members = members(of: cursor, known: ["tool", "inputs"])
        var provenance = BundleProvenance(tool: text(members["tool"]))
        for item in items(of: members["inputs"]) {
            let fields = self.members(of: item, known: ["role", "name", "sha256"])
            let digest = text(fields["sha256"])
            if Hex.decode(digest)?.count != 32 { fail(item.path.key("sha256"), "expected 64 hexadecimal digits") }
            provenance.inputs.append(
                .init(role: text(fields["role"]), name: text(fields["name"]), sha256: digest))
        }
        return provenance
    }

    private mutating func images(_ cursor: Cursor?) -> JSONObject {
        var images = JSONObject()
        for (reference, entry) in entries(of: cursor) {
            if entry.value.object == nil { fail(entry.path, "expected an object, found \(entry.value.kindName)") }
            images[reference] = entry.value
        }
        return images
    }

    private mutating func stamp(_ name: inout String, _ platform: Platform, _ list: String, _ index: Int) {
        if !name.isEmpty, Platform(name: name) != platform {
            fail(
                ManifestPath().key("referenceValues").key(list).index(index).key("Platform"),
                "'\(name)' is not the bundle's platform '\(platform.displayName)'")
        }
        name = platform.displayName
    }

    /// RFC 1123 subdomain, as Kubernetes demands of object names.
    private static func isObjectName(_ name: String) -> Bool {
        let isAlphanumeric = { (byte: UInt8) in 0x30...0x39 ~= byte || 0x61...0x7A ~= byte }
        return name.utf8.count <= 253
            && name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                guard let first = label.first, let last = label.last else { return false }
                return isAlphanumeric(first) && isAlphanumeric(last)
                    && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            }
    }
}

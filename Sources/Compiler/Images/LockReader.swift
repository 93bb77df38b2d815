// SPDX-License-Identifier: Apache-2.0

package import IR

/// Opens a `contrast.lock`: checks its frame and its keys. Entries are read when they are asked for.
package struct LockReader {
    /// Largest file, in bytes.
    package static let sizeLimit = 512 << 20
    /// Most images.
    package static let entryLimit = 200_000

    private let source: SourceFile

    /// The lock, or `nil` with the reasons in `diagnostics`.
    package static func read(_ source: SourceFile, into diagnostics: inout Diagnostics) -> LockFile? {
        guard source.bytes.count <= sizeLimit else {
            diagnostics.error(
                .limitExceeded, "the lock has \(source.bytes.count) bytes; the limit is \(sizeLimit)",
                path: source.path)
            return nil
        }
        do throws(SkimError) {
            return try LockReader(source: source).file(&diagnostics)
        } catch {
            let offset = min(error.offset, source.bytes.count)
            diagnostics.error(.malformedLock, error.message, at: SourceRange(source, offset, offset))
            return nil
        }
    }

    private func file(_ diagnostics: inout Diagnostics) throws(SkimError) -> LockFile? {
        let root = try children(at: 0, "the lock is not a JSON object")
        guard JSONSkim.skipSpace(in: source.bytes, from: root.range.upperBound) == source.bytes.count else {
            throw SkimError(message: "unexpected text after the lock", offset: root.range.upperBound)
        }
        var version: JSONSkim.Member?
        var images: JSONSkim.Member?
        var isSound = true
        for member in root.members {
            switch member.key {
            case "version": version = member
            case "images": images = member
            default:
                fail("unknown key '\(member.key ?? "")'; expected images, version", member.keyRange, &diagnostics)
                isSound = false
            }
        }
        guard let version else {
            fail("the lock has no 'version'", root.range.prefix(1), &diagnostics)
            return nil
        }
        guard (try? JSONParser.parse(Array(source.bytes[version.value])).integer) == ContrastLock.version else {
            let text = String(decoding: source.bytes[version.value].prefix(40), as: UTF8.self)
            fail("the version of the lock is \(text); expected \(ContrastLock.version)", version.value, &diagnostics)
            return nil
        }
        guard let images else {
            fail("the lock has no 'images'", root.range.prefix(1), &diagnostics)
            return nil
        }
        let entries = try children(at: images.value.lowerBound, "'images' is not an object").members
        guard entries.count <= Self.entryLimit else {
            diagnostics.error(
                .limitExceeded, "the lock has \(entries.count) images; the limit is \(Self.entryLimit)",
                path: source.path)
            return nil
        }
        let items = items(entries, &diagnostics)
        return isSound && items.count == entries.count ? LockFile(source: source, items: items) : nil
    }

    private func items(_ entries: [JSONSkim.Member], _ diagnostics: inout Diagnostics) -> [LockFile.Item] {
        var items: [LockFile.Item] = []
        items.reserveCapacity(entries.count)
        for entry in entries {
            do throws(ImageReferenceError) {
                let reference = try ImageReference(entry.key ?? "")
                items.append(LockFile.Item(reference: reference, keyRange: entry.keyRange, value: entry.value))
            } catch {
                fail(error.reason, entry.keyRange, &diagnostics)
            }
        }
        return items
    }

    /// The members of an object; one that has a key twice is an error.
    private func children(
        at offset: Int, _ message: String
    ) throws(SkimError) -> (members: [JSONSkim.Member], range: Range<Int>) {
        let start = JSONSkim.skipSpace(in: source.bytes, from: offset)
        guard start < source.bytes.count, source.bytes[start] == UInt8(ascii: "{") else {
            throw SkimError(message: message, offset: start)
        }
        let children = try JSONSkim.children(of: source.bytes, at: start)
        var seen: Set<String> = []
        for member in children.members {
            guard let key = member.key, !seen.insert(key).inserted else { continue }
            throw SkimError(
                message: "the key '\(key)' stands twice in one object", offset: member.keyRange.lowerBound)
        }
        return children
    }

    private func fail(_ message: String, _ range: Range<Int>, _ diagnostics: inout Diagnostics) {
        diagnostics.error(
            .malformedLock, message, at: SourceRange(source, range.lowerBound, range.upperBound))
    }
}

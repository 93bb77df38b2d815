// SPDX-License-Identifier: Apache-2.0

package import IR
import Synchronization

/// An opened `contrast.lock`. Its keys are known; an entry is parsed and verified when it is first asked for, and once,
/// whichever thread asks.
package final class LockFile: Sendable {
    /// `nil` for the empty lock of a run without a file.
    package let source: SourceFile?
    private let slots: [Slot]
    private let byText: [String: Int]
    private let byCanonical: [String: [Int]]
    private let byRepository: [String: [Int]]
    private let byLastPart: [String: [Int]]

    /// The place of one entry and what became of it.
    private final class Slot: Sendable {
        let key: String
        let keyRange: Range<Int>
        let value: Range<Int>
        let checked = Mutex<CheckedEntry?>(nil)

        init(key: String, keyRange: Range<Int>, value: Range<Int>) {
            self.key = key
            self.keyRange = keyRange
            self.value = value
        }
    }

    /// One image of the file, before anything is read of it.
    struct Item {
        var reference: ImageReference
        var keyRange: Range<Int>
        var value: Range<Int>
    }

    /// A lock without entries.
    package convenience init() { self.init(source: nil, items: []) }

    init(source: SourceFile?, items: [Item]) {
        self.source = source
        slots = items.map { Slot(key: $0.reference.text, keyRange: $0.keyRange, value: $0.value) }
        var byText: [String: Int] = [:]
        var byCanonical: [String: [Int]] = [:]
        var byRepository: [String: [Int]] = [:]
        var byLastPart: [String: [Int]] = [:]
        for (index, item) in items.enumerated() {
            byText[item.reference.text] = index
            byCanonical[item.reference.canonical, default: []].append(index)
            byRepository[item.reference.canonicalName, default: []].append(index)
            byLastPart[item.reference.lastPart, default: []].append(index)
        }
        self.byText = byText
        self.byCanonical = byCanonical
        self.byRepository = byRepository
        self.byLastPart = byLastPart
    }

    package var count: Int { slots.count }

    /// All keys in the order of the file.
    package var keys: [String] { slots.map(\.key) }

    /// All that is in the lock, parsed and verified; `nil` when anything is wrong.
    package func contents(into diagnostics: inout Diagnostics) -> ContrastLock? {
        var lock = ContrastLock()
        for index in slots.indices {
            let checked = entry(at: index)
            for problem in checked.problems { diagnostics.add(problem) }
            lock.images[slots[index].key] = checked.entry
        }
        return lock.images.count == slots.count ? lock : nil
    }

    /// The entries that may stand for a reference: the one under this very text, else those whose keys are other
    /// spellings of it. A digest in `text` counts.
    private func candidates(text: String, canonical: String) -> [Int] {
        if let exact = byText[text] { return [exact] }
        return byCanonical[canonical] ?? []
    }

    /// The entries that may stand for a reference: under it as written, else under it without its digest.
    func candidates(for reference: ImageReference) -> [Int] {
        let exact = candidates(text: reference.text, canonical: reference.canonical)
        guard exact.isEmpty, reference.digest != nil else { return exact }
        return candidates(text: reference.withoutDigest, canonical: reference.canonicalWithoutDigest)
    }

    /// Whether there is an entry for an image, right or wrong.
    package func has(_ reference: ImageReference) -> Bool { !candidates(for: reference).isEmpty }

    /// Keys a user may have meant, at most three: the same repository, else the same last part of it.
    package func similar(to reference: ImageReference) -> [String] {
        let found = byRepository[reference.canonicalName] ?? byLastPart[reference.lastPart] ?? []
        return found.prefix(3).map { slots[$0].key }
    }

    func key(at index: Int) -> String { slots[index].key }

    func range(at index: Int) -> SourceRange? {
        source.map { SourceRange($0, slots[index].keyRange.lowerBound, slots[index].keyRange.upperBound) }
    }

    /// The entry, parsed and verified on the first call.
    func entry(at index: Int) -> CheckedEntry {
        let slot = slots[index]
        return slot.checked.withLock { checked in
            if let checked { return checked }
            let result = read(slot)
            checked = result
            return result
        }
    }

    private func read(_ slot: Slot) -> CheckedEntry {
        guard let source else { return CheckedEntry(entry: nil, problems: [], isProven: false) }
        do throws(JSONError) {
            let value = try JSONParser.parse(Array(source.bytes[slot.value]))
            return CheckedEntry(LockEntry.parse(value), named: slot.key) { path in
                LockLocator.range(of: path, in: source, key: slot.keyRange, value: slot.value)
            }
        } catch {
            let offset = min(slot.value.lowerBound + error.offset, source.bytes.count)
            let problem = Diagnostic(
                .error, .malformedLock, error.message, at: SourceRange(source, offset, offset))
            return CheckedEntry(entry: nil, problems: [problem], isProven: false)
        }
    }
}

extension ImageReference {
    fileprivate var lastPart: String { repository.split(separator: "/").last.map(String.init) ?? repository }
}

/// Where a member of an entry stands in the file.
enum LockLocator {
    /// The key of the member at the end of `path`, or of the nearest member around it that is there.
    static func range(
        of path: [String], in source: SourceFile, key: Range<Int>, value: Range<Int>
    ) -> SourceRange {
        var found = key
        var value = value
        for component in path {
            guard let children = try? JSONSkim.children(of: source.bytes, at: value.lowerBound).members,
                let child = children.first(where: { $0.key == component })
                    ?? Int(component).flatMap({ children.indices.contains($0) ? children[$0] : nil })
            else { break }
            found = child.keyRange
            value = child.value
        }
        return SourceRange(source, found.lowerBound, found.upperBound)
    }
}

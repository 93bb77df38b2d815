// SPDX-License-Identifier: Apache-2.0

package import IR
import Synchronization

/// What an image reference stands for. A class, since all containers of an image share it.
package final class ResolvedImage: Sendable {
    package let reference: ImageReference
    /// `index` is absent where the reference names the platform's manifest itself, so that `index ?? digest` is always
    /// the digest in `pinned`.
    package let facts: ImageFacts
    /// The reference as written, with a digest: its own, else that of the index, else that of the manifest. Without one
    /// only for an image of our own whose digest nobody knows yet.
    package let pinned: String
    /// Bytes that unpacking the image takes, its layers both as they come and unpacked; `nil` when the entry does not
    /// say.
    package let layerBytes: Int64?
    /// Bytes of its layers as they come; `nil` when the entry does not say.
    package let compressedBytes: Int64?
    /// Whether the facts follow from the digest; else they are what the lock or the bundle asserts.
    package let isProven: Bool

    fileprivate init(
        _ reference: ImageReference, _ facts: ImageFacts, pinned: String, _ entry: LockEntry, isProven: Bool
    ) {
        self.reference = reference
        self.facts = facts
        self.pinned = pinned
        layerBytes = entry.layerBytes
        compressedBytes = entry.compressedBytes
        self.isProven = isProven
    }
}

/// Looks images up in the lock and, for those that Contrast itself adds, in the bundle. One resolver serves all
/// documents of a run, from any thread.
package final class ImageResolver: Sendable {
    private let lock: LockFile
    private let requireProof: Bool
    private let bundle: [String: BundledImage]
    /// References of ours that were already warned about.
    private let warned = Mutex<Set<String>>([])
    /// What was found, since most documents of a run use the same few images.
    private let known = Mutex<[Question: ResolvedImage]>([:])

    private struct Question: Hashable {
        var text: String
        var bundled: String?
    }

    private final class BundledImage: Sendable {
        let name: String
        let entry: LockEntry
        let checked = Mutex<CheckedEntry?>(nil)

        init(name: String, entry: LockEntry) {
            self.name = name
            self.entry = entry
        }
    }

    /// - Parameters:
    ///   - bundleImages: the `images` of the platform's bundle, by reference.
    ///   - requireProof: whether an image with asserted facts is an error.
    package init(lock: LockFile, bundleImages: [String: LockEntry] = [:], requireProof: Bool = false) {
        self.lock = lock
        self.requireProof = requireProof
        bundle = bundleImages.reduce(into: [:]) { $0[$1.key] = BundledImage(name: $1.key, entry: $1.value) }
    }

    /// The image, or `nil` with the reason in `diagnostics`.
    ///
    /// - Parameter bundled: for an image that Contrast itself adds, the name under which the bundle lists it; the text
    ///   of the reference may differ from it by `--image-replacements`.
    package func resolve(
        _ image: Located<String>, bundled: String? = nil, into diagnostics: inout Diagnostics
    ) -> ResolvedImage? {
        let question = Question(text: image.value, bundled: bundled)
        if let answer = known.withLock({ $0[question] }) { return answer }
        guard let answer = find(image, bundled, &diagnostics) else { return nil }
        known.withLock { $0[question] = answer }
        return answer
    }

    private func find(
        _ image: Located<String>, _ bundled: String?, _ diagnostics: inout Diagnostics
    ) -> ResolvedImage? {
        let reference: ImageReference
        do throws(ImageReferenceError) { reference = try ImageReference(image.value) } catch {
            diagnostics.error(.malformedImageReference, error.reason, at: image.range)
            return nil
        }
        switch lookUp(reference) {
        case .found(let index):
            return use(lock.entry(at: index), for: reference, image, place: lock.range(at: index), &diagnostics)
        case .contradicted(let candidates):
            contradict(reference, image, candidates, &diagnostics)
            return nil
        case .missing: break
        }
        if let bundled, let found = bundle[reference.withoutDigest] ?? bundle[bundled] {
            return use(found, for: reference, image, &diagnostics)
        }
        var notes = lock.similar(to: reference).map { Diagnostic.Note("the lock has '\($0)'") }
        notes.append(Diagnostic.Note("'contrast lock' resolves images and records them in the lock"))
        diagnostics.error(
            .imageNotLocked, "the image '\(reference)' is not in the lock", at: image.range, notes: notes)
        return nil
    }

    private enum LookUp {
        case found(Int)
        /// There are entries for the name, but none that the reference can mean.
        case contradicted([Int])
        case missing
    }

    private func lookUp(_ reference: ImageReference) -> LookUp {
        let candidates = lock.candidates(for: reference)
        guard let first = candidates.first else { return .missing }
        let entries = candidates.map { lock.entry(at: $0).entry }
        if let broken = zip(candidates, entries).first(where: { $0.1 == nil }) { return .found(broken.0) }
        if let wanted = reference.digest {
            let accepted = zip(candidates, entries).first { $0.1?.digest == wanted || $0.1?.index == wanted }
            return accepted.map { .found($0.0) } ?? .contradicted(candidates)
        }
        return entries.allSatisfy { $0?.digest == entries[0]?.digest } ? .found(first) : .contradicted(candidates)
    }

    private func contradict(
        _ reference: ImageReference, _ image: Located<String>, _ candidates: [Int],
        _ diagnostics: inout Diagnostics
    ) {
        let notes = candidates.prefix(3).map { index in
            let entry = lock.entry(at: index).entry
            let digests = [("index", entry?.index), ("digest", entry?.digest)].compactMap { name, digest in
                digest.map { "\(name) \($0)" }
            }
            return Diagnostic.Note(
                "the lock has '\(lock.key(at: index))' with \(digests.joined(separator: " and "))",
                at: lock.range(at: index))
        }
        let message =
            if let digest = reference.digest, let entry = lock.entry(at: candidates[0]).entry {
                "the image '\(reference)' asks for \(digest), but the lock has "
                    + (entry.index.map { "\($0) of " } ?? "") + (entry.digest.map { "\($0)" } ?? "no digest")
            } else {
                "the image '\(reference)' has several entries in the lock, and their digests differ"
            }
        diagnostics.error(.lockDigestMismatch, message, at: image.range, notes: notes)
    }

    private func use(
        _ checked: CheckedEntry, for reference: ImageReference, _ image: Located<String>, place: SourceRange?,
        _ diagnostics: inout Diagnostics
    ) -> ResolvedImage? {
        for problem in checked.problems { diagnostics.add(problem) }
        guard let entry = checked.entry else { return nil }
        if requireProof, !checked.isProven {
            diagnostics.error(
                .imageNotProven, "the facts of the image '\(reference)' are asserted, not proven", at: image.range,
                notes: [
                    Diagnostic.Note("its entry has no 'manifest' and 'configBlob'", at: place),
                    Diagnostic.Note("'contrast lock --update' records them"),
                ])
            return nil
        }
        return resolved(reference, entry, isProven: checked.isProven)
    }

    private func use(
        _ bundled: BundledImage, for reference: ImageReference, _ image: Located<String>,
        _ diagnostics: inout Diagnostics
    ) -> ResolvedImage? {
        let checked = bundled.checked.withLock { checked in
            if let checked { return checked }
            let result = CheckedEntry((bundled.entry, []), named: bundled.name) { _ in nil }
            checked = result
            return result
        }
        guard var entry = checked.entry else {
            for problem in checked.problems { diagnostics.add(problem) }
            return nil
        }
        var isProven = checked.isProven
        if let digest = reference.digest, digest != entry.digest, digest != entry.index {
            if let known = entry.digest, bundle[reference.withoutDigest] === bundled {
                diagnostics.error(
                    .lockDigestMismatch, "the image '\(reference)' asks for \(digest), but the bundle has \(known)",
                    at: image.range)
                return nil
            }
            // A replacement: another build of the image, which the bundle's facts describe but do not prove.
            entry.digest = digest
            entry.index = nil
            isProven = false
        }
        guard entry.digest != nil else {
            if warned.withLock({ $0.insert(reference.text).inserted }) {
                diagnostics.warning(
                    .contrastImageWithoutDigest,
                    "the image '\(reference)' of Contrast has no digest, so nothing pins its content",
                    notes: [Diagnostic.Note("'contrast lock' resolves it, or --image-replacements names one")])
            }
            return resolved(reference, entry, isProven: false)
        }
        return use(
            CheckedEntry(entry: entry, problems: [], isProven: isProven), for: reference, image, place: nil,
            &diagnostics)
    }

    private func resolved(_ reference: ImageReference, _ entry: LockEntry, isProven: Bool) -> ResolvedImage {
        var facts = entry.facts
        if let digest = reference.digest, digest == entry.digest, digest != entry.index { facts.index = nil }
        let pinned =
            if reference.digest != nil {
                reference.text
            } else {
                (entry.index ?? entry.digest).map(reference.pinned) ?? reference.text
            }
        return ResolvedImage(reference, facts, pinned: pinned, entry, isProven: isProven)
    }
}

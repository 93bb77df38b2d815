// SPDX-License-Identifier: Apache-2.0

package import IR

/// What has to be resolved so that a lock has the images of some inputs.
package struct LockPlan: Sendable {
    package struct Task: Sendable {
        /// Under which the lock has, or will have, the image.
        package var key: String
        package var reference: ImageReference
        /// What to resolve; `nil` for what the tag leads to now.
        package var digest: ImageDigest?
        /// What the lock has.
        package var old: LockEntry?
        /// The first place that names the image.
        package var range: SourceRange?
        /// Whether the sizes of all layers are wanted, or are in the lock.
        package var needsSizes: Bool
    }

    package struct Options: Sendable {
        /// Ask where the tags lead to now.
        package var update = false
        /// Prove every entry again, from the layers; those that no input names too, unless they are to be removed.
        package var prove = false
        package var prune = false
        /// Record the sizes of all layers.
        package var sizes = false
        /// `os/architecture`, with a variant where one was asked for.
        package var platform: String

        package init(platform: String) { self.platform = platform }
    }

    /// In bytewise order of their keys.
    package private(set) var tasks: [Task] = []
    /// Keys of the lock that no input names, in bytewise order.
    package private(set) var unused: [String] = []

    package init(
        _ images: [ImageInventory.Image], lock: ContrastLock, _ options: Options, into diagnostics: inout Diagnostics
    ) {
        var keys: [String: String] = [:]
        for key in lock.images.keys {
            if let reference = try? ImageReference(key) { keys[Self.identity(reference)] = key }
        }
        var wanted: [String: ImageInventory.Image] = [:]
        for image in images {
            let identity = Self.identity(image.reference)
            guard let first = wanted[identity] else {
                wanted[identity] = image
                continue
            }
            guard let digest = image.reference.digest else { continue }
            if let other = first.reference.digest, other != digest {
                diagnostics.error(
                    .lockDigestMismatch,
                    "the image '\(image.reference.withoutDigest)' is asked for with two digests, \(other) and \(digest)",
                    at: image.range,
                    notes: [.init("the other one", at: first.range)])
            }
            wanted[identity] = image
        }
        for (identity, image) in wanted {
            let key = keys[identity] ?? ContrastLock.key(for: image.reference)
            if let task = Self.task(key, image, lock.images[key], options) { tasks.append(task) }
        }
        unused = keys.filter { wanted[$0.key] == nil }.map(\.value)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if options.prove, !options.prune {
            for key in unused {
                guard let reference = try? ImageReference(key) else { continue }
                var fixed = options
                fixed.update = false
                let image = ImageInventory.Image(reference: reference, range: nil)
                if let task = Self.task(key, image, lock.images[key], fixed) { tasks.append(task) }
            }
        }
        tasks.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// `nil` when the entry can stay as it is, unseen.
    private static func task(
        _ key: String, _ image: ImageInventory.Image, _ old: LockEntry?, _ options: Options
    ) -> Task? {
        let hasSizes = old?.layers.map { $0.allSatisfy { $0.uncompressedSize != nil } } ?? false
        var task = Task(
            key: key, reference: image.reference, digest: image.reference.digest, old: old, range: image.range,
            needsSizes: options.sizes || hasSizes)
        guard let old else { return task }
        if let digest = task.digest, digest != old.digest, digest != old.index { return task }
        let isFixed = task.digest != nil || !options.update
        let isOther = old.platform != options.platform && !old.platform.hasPrefix(options.platform + "/")
        if isFixed, !options.prove, !isOther, hasSizes || !options.sizes, !old.isAsserted, old.passwd != nil,
            old.group != nil, old.layers != nil
        {
            return nil
        }
        // For another platform only the index helps.
        if isFixed { task.digest = isOther ? task.digest ?? old.index : task.digest ?? old.index ?? old.digest }
        // The written digest may be that of the platform's manifest, of an entry that came from an index.
        if let index = old.index, task.digest == old.digest { task.digest = index }
        return task
    }

    /// The same for all spellings of one key.
    private static func identity(_ reference: ImageReference) -> String {
        reference.tag == nil ? reference.canonical : reference.canonicalWithoutDigest
    }
}

/// What became of an entry of the lock.
package enum LockChange: Sendable, Equatable {
    case added(LockEntry)
    /// It names another image now.
    case moved(from: LockEntry, to: LockEntry)
    /// It says more, or something else, of the same image.
    case completed(LockEntry)
    case removed

    /// `nil` when nothing differs.
    package init?(_ old: LockEntry?, _ new: LockEntry) {
        guard let old else {
            self = .added(new)
            return
        }
        if old == new { return nil }
        self = old.digest == new.digest && old.index == new.index ? .completed(new) : .moved(from: old, to: new)
    }

    /// A line for people.
    package func line(_ key: String) -> String {
        switch self {
        case .added(let entry): "added \(key) \(Self.name(entry))"
        case .moved(let old, let new): "updated \(key) \(Self.name(old)) → \(Self.name(new))"
        case .completed(let entry): "completed \(key) \(Self.name(entry))"
        case .removed: "removed \(key)"
        }
    }

    private static func name(_ entry: LockEntry) -> String { (entry.index ?? entry.digest)?.description ?? "no digest" }
}

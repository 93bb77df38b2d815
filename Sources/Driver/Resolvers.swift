// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR
internal import Synchronization

/// One image resolver per bundle, since bundles list images of their own.
final class Resolvers: Sendable {
    private let lock: LockFile
    private let requireProof: Bool
    private let cache = Mutex<[String: ImageResolver]>([:])

    init(lock: LockFile, requireProof: Bool) {
        self.lock = lock
        self.requireProof = requireProof
    }

    func resolver(for bundle: Bundle, into diagnostics: inout Diagnostics) -> ImageResolver {
        if let made = cache.withLock({ $0[bundle.source.path] }) { return made }
        let images = Bundles.images(of: bundle, into: &diagnostics)
        let made = ImageResolver(lock: lock, bundleImages: images, requireProof: requireProof)
        return cache.withLock { cache in
            if let other = cache[bundle.source.path] { return other }
            cache[bundle.source.path] = made
            return made
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many may have evidence made for them over HTTP at once. The platform makes one piece after the other, for those that
/// connect to the other APIs, too; so one who asks and asks here must not make them wait for long.
final class EvidencePlaces: Sendable {
    static let limit = 4

    private let taken = Mutex(0)

    /// - Throws: `CoordinatorError` when all places are taken.
    func take() throws(CoordinatorError) {
        let hasTaken = taken.withLock { count in
            if count >= Self.limit { return false }
            count += 1
            return true
        }
        if !hasTaken { throw .busy }
    }

    func give() { taken.withLock { $0 -= 1 } }
}

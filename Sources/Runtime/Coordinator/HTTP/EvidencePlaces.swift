// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many may have evidence made for them over HTTP at once. The platform makes one piece after the other, for those that
/// connect to the other APIs, too; so many who ask here must not make them wait for long. They wait for each other, first
/// come, first served.
final class EvidencePlaces: Sendable {
    static let limit = 4
    static let waitingLimit = 64

    private struct State {
        var taken = 0
        /// The first of them are done.
        var waiting: [CheckedContinuation<Bool, Never>] = []
        var done = 0
    }

    private let state = Mutex(State())

    /// Waits for a place, which must be given back.
    ///
    /// - Throws: `CoordinatorError` when too many wait.
    func take() async throws(CoordinatorError) {
        let hasPlace = await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.taken < Self.limit {
                    state.taken += 1
                    return true
                }
                if state.waiting.count - state.done >= Self.waitingLimit { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
        if !hasPlace { throw .busy }
    }

    /// Gives a place to who waits longest, if anybody does.
    func give() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard state.done < state.waiting.count else {
                state.taken -= 1
                return nil
            }
            defer { state.done += 1 }
            if state.done >= Self.waitingLimit {
                state.waiting.removeFirst(state.done)
                state.done = 0
            }
            return state.waiting[state.done]
        }
        next?.resume(returning: true)
    }
}

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
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())

    /// Does something in a place, once there is one.
    ///
    /// - Throws: `CoordinatorError` when too many wait, or when the task has been cancelled by the time of its turn.
    func run<Result: Sendable>(
        _ body: () async throws(CoordinatorError) -> Result
    ) async throws(CoordinatorError) -> Result {
        guard await take() else { throw .busy }
        defer { give() }
        // Nobody waits for it any more.
        if Task.isCancelled { throw .busy }
        return try await body()
    }

    /// Whether there is a place, which must be given back.
    private func take() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.taken < Self.limit {
                    state.taken += 1
                    return true
                }
                if state.waiting.count == Self.waitingLimit { return false }
                state.waiting.append(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Gives a place to who waits longest, if anybody does.
    private func give() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            if state.waiting.isEmpty {
                state.taken -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: true)
    }
}

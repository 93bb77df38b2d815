// SPDX-License-Identifier: Apache-2.0

internal import Coordinator
internal import Logging
internal import ServiceLifecycle

/// What a Coordinator does from time to time: it looks whether the store still has what it serves, and asks its peers
/// where it cannot serve.
struct Upkeep: Sendable {
    let states: StateGuard
    let recovery: PeerRecovery
    let interval: Duration
    let logger: Logger

    /// Runs until the task is cancelled, or the service group that it is in shuts down.
    ///
    /// - Parameter afterFirst: called once everything has been done for the first time, or the time for that is over.
    func run(afterFirst: @escaping @Sendable () -> Void) async {
        await cancelWhenGracefulShutdown {
            let patience = Task {
                try await Task.sleep(for: PeerRecovery.timeLimit)
                afterFirst()
            }
            await once()
            patience.cancel()
            afterFirst()
            while !Task.isCancelled {
                // Replicas that started together do not come together.
                try? await Task.sleep(for: interval * .random(in: 0.8...1.2))
                if !Task.isCancelled { await once() }
            }
        }
    }

    private func once() async {
        let before = states.standing
        do {
            try await states.refresh()
        } catch {
            logger.warning("the store cannot be read", metadata: ["reason": "\(error)"])
        }
        if case .active = before, case .stale = states.standing {
            logger.warning("the store has gone on without this Coordinator, which needs recovery")
        }
        _ = await recovery.attempt()
    }
}

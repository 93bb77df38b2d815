// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Answers Kubernetes' probes (port 9102).
package final class Probes: Sendable {
    /// What must have happened before a Coordinator counts as started.
    package enum Milestone: Sendable, CaseIterable {
        case userAPIListens
        case meshAPIListens
        /// The first attempt to recover from a peer has ended, whatever came of it.
        case peersAsked
    }

    private let states: StateGuard
    private let reached = Mutex<Set<Milestone>>([])

    package init(_ states: StateGuard) { self.states = states }

    package func reach(_ milestone: Milestone) { reached.withLock { _ = $0.insert(milestone) } }

    /// - Returns: `nil` for paths that are no probe's.
    package func respond(to path: String) -> HTTPResponse? {
        switch path {
        case "/probe/startup", "/probe/liveness": HTTPResponse(status: isStarted ? 200 : 503)
        case "/probe/readiness": HTTPResponse(status: isReady ? 200 : 503)
        default: nil
        }
    }

    private var isStarted: Bool { reached.withLock { $0.count == Milestone.allCases.count } }

    /// Whether a manifest is served.
    private var isReady: Bool { if case .active = states.standing { true } else { false } }
}

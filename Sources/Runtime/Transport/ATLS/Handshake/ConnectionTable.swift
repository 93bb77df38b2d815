// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import NIOCore
internal import Synchronization

/// The connections of a server.
///
/// A connection is named by a number that is never used again, so that what is known of one client can never be taken
/// for another's, whatever addresses they come from.
final class ConnectionTable: Sendable {
    typealias ID = UInt64

    private struct HalfOpen {
        var channel: any Channel
        /// The client has sent its ClientHello.
        var hasHello = false
    }

    private struct State {
        var next: ID = 1
        var halfOpen: [ID: HalfOpen] = [:]
        var established: [ID: (peer: ATLSPeer, place: AdmissionTable.ID)] = [:]
    }

    private let state = Mutex(State())
    private let limits: ATLSLimits
    private let places: AdmissionTable

    init(_ limits: ATLSLimits) {
        self.limits = limits
        places = AdmissionTable(places: limits.connections)
    }

    /// Takes a new connection in. Where there are too many, the oldest that has sent nothing is closed, or else the
    /// oldest: a client that does its part needs little time.
    func admit(_ channel: any Channel) -> ID {
        let (id, victim) = state.withLock { state in
            let id = state.next
            state.next += 1
            var victim: (any Channel)?
            if state.halfOpen.count >= max(1, limits.halfOpenConnections) {
                let oldest = state.halfOpen.min {
                    ($0.value.hasHello ? 1 : 0, $0.key) < ($1.value.hasHello ? 1 : 0, $1.key)
                }
                if let oldest { victim = state.halfOpen.removeValue(forKey: oldest.key)?.channel }
            }
            state.halfOpen[id] = HalfOpen(channel: channel)
            return (id, victim)
        }
        victim?.pipeline.fireUserInboundEventTriggered(ATLSServerHandler.Eviction())
        return id
    }

    /// Whether the connection still has its place.
    func hasHello(_ id: ID) -> Bool {
        state.withLock { state in
            state.halfOpen[id]?.hasHello = true
            return state.halfOpen[id] != nil
        }
    }

    /// - Returns: whether there is a place for the connection.
    func establish(_ id: ID, _ peer: ATLSPeer) -> Bool {
        guard let channel = state.withLock({ $0.halfOpen.removeValue(forKey: id)?.channel }),
            let place = places.enter(evict: { channel.close(promise: nil) })
        else { return false }
        state.withLock { $0.established[id] = (peer, place) }
        return true
    }

    func remove(_ id: ID) {
        let place = state.withLock { state in
            state.halfOpen[id] = nil
            return state.established.removeValue(forKey: id)?.place
        }
        if let place { places.leave(place) }
    }

    func peer(_ id: ID) -> ATLSPeer? { state.withLock { $0.established[id]?.peer } }

    /// A request of the connection is handled: the connection keeps its place until that is done. While it sends a request or
    /// reads an answer it has no more right to its place than others.
    ///
    /// - Returns: what says that it is done; `nil` when the connection has lost its place.
    func pin(_ id: ID) -> (@Sendable () -> Void)? {
        guard let place = state.withLock({ $0.established[id]?.place }), places.pin(place) else { return nil }
        return { [places] in places.unpin(place) }
    }

    /// How many there are, for tests and metrics.
    var counts: (halfOpen: Int, established: Int) { state.withLock { ($0.halfOpen.count, $0.established.count) } }
}

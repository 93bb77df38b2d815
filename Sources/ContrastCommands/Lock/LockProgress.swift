// SPDX-License-Identifier: Apache-2.0

internal import IR
internal import OCI
internal import Synchronization

/// A line on the terminal that says how far a resolution is.
final class LockProgress: ResolutionObserver {
    private struct State {
        var images = 0
        var finished = 0
        var expected = 0
        var received = 0
        var running: [String] = []
        var begin = ContinuousClock.now
        var shown: ContinuousClock.Instant?
        var isStopped = false
    }

    private let state = Mutex(State())
    private static let interval = Duration.milliseconds(100)

    func start(images: Int) { state.withLock { $0.images = images } }

    /// Removes the line.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            if state.shown != nil { FileSystem.writeError(Array("\r\u{1B}[K".utf8)) }
        }
    }

    func began(_ reference: ImageReference) { change { $0.running.append(reference.familiar) } }
    func expect(_ bytes: Int) { change { $0.expected += bytes } }
    func received(_ bytes: Int) { change { $0.received += bytes } }

    func finished(_ reference: ImageReference) {
        change { state in
            state.finished += 1
            if let index = state.running.firstIndex(of: reference.familiar) { state.running.remove(at: index) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            let now = ContinuousClock.now
            guard !state.isStopped, state.shown.map({ now - $0 >= Self.interval }) ?? true else { return }
            state.shown = now
            FileSystem.writeError(Array("\r\u{1B}[K\(Self.line(state, now))".utf8))
        }
    }

    private static func line(_ state: State, _ now: ContinuousClock.Instant) -> String {
        let seconds = max(0.1, (now - state.begin) / .seconds(1))
        let rate = bytes(Int(Double(state.received) / seconds))
        let counts = "\(state.finished)/\(state.images) images, \(bytes(state.received)) of \(bytes(state.expected))"
        return "\(counts), \(rate)/s  " + String((state.running.first ?? "").prefix(40))
    }

    private static func bytes(_ count: Int) -> String {
        var value = count
        for unit in ["B", "KB", "MB"] {
            if value < 10_000 { return "\(value) \(unit)" }
            value /= 1000
        }
        return "\(value) GB"
    }
}

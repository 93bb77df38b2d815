// SPDX-License-Identifier: Apache-2.0

internal import IR
internal import OCI
internal import Synchronization

/// Lines on the terminal that say how far a resolution is: one for each image that is read, and one for all.
///
/// Between two changes the cursor stands in the first column below them, so that whoever ends the program finds the
/// terminal in order.
final class LockProgress: ResolutionObserver {
    fileprivate struct Amount {
        var expected = 0
        var received = 0
    }

    fileprivate struct State {
        var images = 0
        var finished = 0
        var total = Amount()
        /// In the order in which they began.
        var running: [(reference: ImageReference, amount: Amount)] = []
        var begin = ContinuousClock.now
        var shown: ContinuousClock.Instant?
        /// Lines on the terminal.
        var height = 0
        var isStopped = false
    }

    private let state = Mutex(State())
    private static let interval = Duration.milliseconds(100)

    func start(images: Int) { state.withLock { $0.images = images } }

    /// Removes the lines.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            FileSystem.writeError(Array(Self.clearing(state.height).utf8))
        }
    }

    func began(_ reference: ImageReference) { change { $0.running.append((reference, Amount())) } }

    func expect(_ bytes: Int, of reference: ImageReference) { add(reference) { $0.expected += bytes } }
    func received(_ bytes: Int, of reference: ImageReference) { add(reference) { $0.received += bytes } }

    func finished(_ reference: ImageReference) {
        change { state in
            state.finished += 1
            if let index = state.index(of: reference) { state.running.remove(at: index) }
        }
    }

    private func add(_ reference: ImageReference, _ body: (inout Amount) -> Void) {
        change { state in
            body(&state.total)
            if let index = state.index(of: reference) { body(&state.running[index].amount) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            let now = ContinuousClock.now
            guard !state.isStopped, state.shown.map({ now - $0 >= Self.interval }) ?? true else { return }
            state.shown = now
            let size = Terminal.size(2)
            let lines = Self.lines(state, now, rows: size.rows - 1).map { $0.prefix(size.columns - 1) + "\n" }
            FileSystem.writeError(Array((Self.clearing(state.height) + lines.joined()).utf8))
            state.height = lines.count
        }
    }

    /// Moves the cursor up by some lines and erases what is below it.
    private static func clearing(_ height: Int) -> String { height == 0 ? "" : "\u{1B}[\(height)A\u{1B}[J" }

    /// The images as far as there are rows for them, then all together.
    private static func lines(_ state: State, _ now: ContinuousClock.Instant, rows: Int) -> [String] {
        let seconds = max(0.1, (now - state.begin) / .seconds(1))
        let rate = ByteCount.text(Int(Double(state.total.received) / seconds))
        let images = state.running.prefix(max(0, rows - 1)).map { reference, amount in
            "  \(reference.familiar)" + (amount.expected > 0 ? "  \(text(amount))" : "")
        }
        return images + ["\(state.finished)/\(state.images) images, \(text(state.total)), \(rate)/s"]
    }

    private static func text(_ amount: Amount) -> String {
        "\(ByteCount.text(amount.received)) of \(ByteCount.text(amount.expected))"
    }
}

extension LockProgress.State {
    fileprivate func index(of reference: ImageReference) -> Int? {
        running.firstIndex { $0.reference.text == reference.text }
    }
}

/// Amounts for people.
private enum ByteCount {
    static func text(_ count: Int) -> String {
        var value = count
        for unit in ["B", "KB", "MB"] {
            if value < 10_000 { return "\(value) \(unit)" }
            value /= 1000
        }
        return "\(value) GB"
    }
}

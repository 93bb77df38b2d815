// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Work over an index range on several threads, with results in the order of the indices.
enum Parallel {
    /// - Parameters:
    ///   - jobs: how many threads work at once; one works on the caller's.
    ///   - worker: makes what one thread keeps between its items.
    static func map<Worker, Result: Sendable>(
        count: Int, jobs: Int, worker: @Sendable () -> Worker,
        _ body: @Sendable (_ index: Int, _ worker: inout Worker) -> Result
    ) -> [Result] {
        let threads = max(1, min(jobs, count))
        guard threads > 1 else {
            var state = worker()
            return (0..<count).map { body($0, &state) }
        }
        let next = Atomic(0)
        let gathered = Mutex<[(index: Int, result: Result)]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var state = worker()
            var own: [(index: Int, result: Result)] = []
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { break }
                own.append((index, body(index, &state)))
            }
            gathered.withLock { $0.append(contentsOf: own) }
        }
        return gathered.withLock { all in all.sorted { $0.index < $1.index }.map(\.result) }
    }
}

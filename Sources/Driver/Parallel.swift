// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

/// Work over an index range on several threads, with results in the order of the indices.
enum Parallel {
    /// - Parameter jobs: how many threads work at once; one works on the caller's.
    static func map<Result: Sendable>(
        count: Int, jobs: Int, _ body: @Sendable (_ index: Int) -> Result
    ) -> [Result] {
        Workers(jobs: min(jobs, count)) { () }.map(count: count) { index, _ in body(index) }
    }
}

/// Threads for work in several parts, each with something of its own that it keeps from one part to the next.
struct Workers<Own>: Sendable {
    private final class Worker: Sendable {
        let own: Mutex<Own>

        init(_ own: sending Own) { self.own = Mutex(own) }
    }

    private let workers: [Worker]

    /// - Parameters:
    ///   - jobs: how many threads work at once; one works on the caller's.
    ///   - make: what a thread has of its own.
    init(jobs: Int, _ make: () -> sending Own) {
        workers = (0..<max(1, jobs)).map { _ in Worker(make()) }
    }

    /// Does a part of the work; one part at a time.
    func map<Result: Sendable>(
        count: Int, _ body: @Sendable (_ index: Int, _ own: inout Own) -> Result
    ) -> [Result] {
        let threads = min(workers.count, count)
        guard threads > 1 else {
            return workers[0].own.withLock { own in (0..<count).map { body($0, &own) } }
        }
        let next = Atomic(0)
        let gathered = Mutex<[(index: Int, result: Result)]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let found = workers[thread].own.withLock { own in
                var found: [(index: Int, result: Result)] = []
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < count else { return found }
                    found.append((index, body(index, &own)))
                }
            }
            gathered.withLock { $0.append(contentsOf: found) }
        }
        return gathered.withLock { all in all.sorted { $0.index < $1.index }.map(\.result) }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Keeps answers in memory, for a server that needs the same ones again and again. The oldest make room for new ones.
package final class EndorsementMemory: EndorsementStore {
    private struct State {
        var answers: [String: EndorsementAnswer] = [:]
        /// URLs, the oldest first.
        var order: [String] = []
        var size = 0
    }

    private let sizeLimit: Int
    private let state = Mutex(State())

    /// - Parameter sizeLimit: bytes of all answers.
    package init(sizeLimit: Int = 16 << 20) { self.sizeLimit = sizeLimit }

    package func read(_ request: EndorsementRequest) -> EndorsementAnswer? {
        state.withLock { $0.answers[request.url] }
    }

    package func write(_ answer: EndorsementAnswer, for request: EndorsementRequest) {
        state.withLock { state in
            if state.answers[request.url] != nil { state.order.removeAll { $0 == request.url } }
            state.order.append(request.url)
            state.size += answer.size - (state.answers.updateValue(answer, forKey: request.url)?.size ?? 0)
            var count = 0
            while state.size > sizeLimit, count < state.order.count {
                state.size -= state.answers.removeValue(forKey: state.order[count])?.size ?? 0
                count += 1
            }
            state.order.removeFirst(count)
        }
    }
}

extension EndorsementAnswer {
    fileprivate var size: Int { body.count + issuerChain.count }
}

// SPDX-License-Identifier: Apache-2.0

import Attestation
import Endorsements
import Foundation
import Synchronization

/// Time that passes only by waiting.
final class ManualClock: WaitingClock {
    private let waits = Mutex<[Duration]>([])
    /// What each attempt costs beside the waits.
    private let extra = Mutex<Duration>(.zero)

    var now: Duration { waits.withLock { $0.reduce(.zero, +) } + extra.withLock { $0 } }
    var date: Timestamp { Timestamp(seconds: 784_111_767) }  // Sun, 06 Nov 1994 08:49:27 GMT
    var waited: [Duration] { waits.withLock { $0 } }

    func wait(_ duration: Duration) async throws { waits.withLock { $0.append(duration) } }
    func pass(_ duration: Duration) { extra.withLock { $0 += duration } }
}

/// Answers from a script, and remembers what was asked.
final class ReplayTransport: EndorsementTransport {
    typealias Outcome = Result<TransportResponse, TransportError>

    private let script: @Sendable (_ url: String, _ number: Int) -> Outcome
    private let log = Mutex<[String]>([])

    init(_ script: @escaping @Sendable (_ url: String, _ number: Int) -> Outcome) { self.script = script }

    var asked: [String] { log.withLock { $0 } }

    func get(_ url: String, sizeLimit: Int, timeout: Duration) async throws(TransportError) -> TransportResponse {
        let number = log.withLock { log in
            log.append(url)
            return log.count
        }
        switch script(url, number) {
        case .success(let response): return response
        case .failure(let error): throw error
        }
    }
}

/// Lets everybody wait for its answer.
final class SlowTransport: EndorsementTransport {
    private let count = Mutex(0)
    private let isAnswered = Mutex(false)
    private let cancelled = Mutex(false)

    var isCancelled: Bool { cancelled.withLock { $0 } }
    var asked: Int { count.withLock { $0 } }
    func answer() { isAnswered.withLock { $0 = true } }

    func get(_ url: String, sizeLimit: Int, timeout: Duration) async throws(TransportError) -> TransportResponse {
        count.withLock { $0 += 1 }
        while !isAnswered.withLock({ $0 }) {
            do { try await Task.sleep(for: .milliseconds(5)) } catch {
                cancelled.withLock { $0 = true }
                throw .cancelled
            }
        }
        return TransportResponse(status: 200, body: Array("list".utf8))
    }
}

/// Keeps answers in memory.
final class MemoryStore: EndorsementStore {
    private let answers = Mutex<[String: EndorsementAnswer]>([:])

    init(_ answers: [String: EndorsementAnswer] = [:]) { self.answers.withLock { $0 = answers } }

    var urls: Set<String> { answers.withLock { Set($0.keys) } }
    func read(_ request: EndorsementRequest) -> EndorsementAnswer? { answers.withLock { $0[request.url] } }
    func write(_ answer: EndorsementAnswer, for request: EndorsementRequest) {
        answers.withLock { $0[request.url] = answer }
    }
}

extension Result where Success == TransportResponse, Failure == TransportError {
    static func ok(_ text: String) -> Self { .success(TransportResponse(status: 200, body: Array(text.utf8))) }
    static func status(_ status: Int, _ fields: [String: String] = [:]) -> Self {
        .success(TransportResponse(status: status, fields: fields))
    }
}

extension EndorsementRequest {
    static let fixed = EndorsementRequest(
        base: "https://a.example", target: "/fixed?x=1", sizeLimit: 1000, isRevalidated: false)
    static let changing = EndorsementRequest(
        base: "https://a.example", target: "/changing", sizeLimit: 1000, isRevalidated: true)
}

/// A directory that is removed at the end.
final class TemporaryDirectory: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "endorsements-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

enum TestEnvironment {
    /// Bytes of a file below the directory of shared test data; `nil` when there is none.
    static func data(_ path: String) -> [UInt8]? {
        guard let root = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"], !root.isEmpty else { return nil }
        return FileManager.default.contents(atPath: "\(root)/attestation/\(path)").map { Array($0) }
    }

    static var hasData: Bool { data("index.json") != nil }
}

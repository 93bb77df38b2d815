// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import IR

/// Why there is no endorsement.
package enum EndorsementFetchError: Error, Sendable, Equatable {
    /// Nobody answers, or everybody is busy.
    case unavailable(String)
    /// The service has no such thing, by its status.
    case refused(Int)
    /// The answer is not what was asked for.
    case malformed(String)
    /// Offline, and nothing is stored.
    case notStored
    case cancelled
}

extension EndorsementFetchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason): reason
        case .refused(let status): "the service answers with status \(status)"
        case .malformed(let reason): "the answer is not what was asked for: \(reason)"
        case .notStored: "it is not in the cache"
        case .cancelled: "interrupted"
        }
    }
}

/// Gets what services publish: from the store where it never changes, else from the proxy, else from the service, and
/// from the store when both fail.
package actor EndorsementClient {
    /// What an answer is worth.
    package enum Verdict: Sendable, Equatable {
        /// Proven to be what was asked for; it is stored.
        case good
        /// Of the right form, but not proven; it is handed out, so that a verification can say why, and not stored.
        case doubtful
        /// Not what was asked for.
        case malformed(String)
    }

    package struct Fetched: Sendable, Equatable {
        package var answer: EndorsementAnswer
        /// Why the answer is a stored one although the service was asked.
        package var failure: EndorsementFetchError?

        package init(answer: EndorsementAnswer, failure: EndorsementFetchError? = nil) {
            self.answer = answer
            self.failure = failure
        }
    }

    /// Bytes of issuers in a header field.
    package static let issuerChainLimit = 64 << 10
    /// How long nobody asks a proxy that did not answer.
    package static let proxyPause = Duration.seconds(120)
    /// Statuses after which another attempt may help.
    private static let passing = [408, 425, 429, 500, 502, 503, 504]

    /// `nil`: offline.
    private let transport: (any EndorsementTransport)?
    private let store: (any EndorsementStore)?
    private let proxy: CollateralProxy?
    private let retry: RetryPolicy
    package nonisolated let clock: any WaitingClock
    private let freshFor: Duration
    private var proxyPausedUntil: Duration?
    /// When the good answers that change were got, by their URLs.
    private var times: [String: Duration] = [:]
    private var flights: [String: Flight] = [:]
    private var lastFlight = 0

    /// One request for many.
    private struct Flight {
        var number: Int
        var task: Task<Result<EndorsementAnswer, EndorsementFetchError>, Never>
        /// How many wait for it.
        var passengers = 0
    }

    /// How long a server waits for a new answer where it has a good one, and how long it does not ask again in vain.
    private static let patience = Duration.seconds(5)
    private static let pause = Duration.seconds(60)

    /// - Parameter freshFor: how long an answer that changes is taken from the store without asking for it again. Zero for
    ///   one that verifies a few pieces of evidence; else all who want one address at a time ask for it once.
    package init(
        transport: (any EndorsementTransport)?, store: (any EndorsementStore)?, proxy: CollateralProxy? = nil,
        retry: RetryPolicy = RetryPolicy(), freshFor: Duration = .zero, clock: any WaitingClock = SystemClock()
    ) {
        self.transport = transport
        self.store = store
        self.proxy = proxy
        self.retry = retry
        self.freshFor = freshFor
        self.clock = clock
    }

    /// - Parameters:
    ///   - end: when to give up, by the clock's `now`.
    ///   - judge: judges answers, stored ones too.
    package func get(
        _ request: EndorsementRequest, until end: Duration,
        judge: @escaping @Sendable (EndorsementAnswer) -> Verdict
    ) async throws(EndorsementFetchError) -> Fetched {
        var stored = store?.read(request)
        let verdict = stored.map(judge)
        if case .malformed = verdict { stored = nil }
        if let stored, verdict == .good, !request.isRevalidated || isFresh(request) { return Fetched(answer: stored) }
        guard let transport else {
            guard let stored else { throw .notStored }
            return Fetched(answer: stored)
        }
        var end = end
        if freshFor > .zero, verdict == .good { end = min(end, clock.now + Self.patience) }
        do throws(EndorsementFetchError) {
            let (answer, verdict) =
                if freshFor > .zero { try await share(request, transport, until: end, judge) } else {
                    try await fetch(request, transport, until: end, judge)
                }
            if verdict == .good { keep(answer, for: request) }
            return Fetched(answer: answer)
        } catch {
            guard let stored, error != .cancelled else { throw error }
            if freshFor > .zero, verdict == .good { times[request.url] = clock.now - freshFor + Self.pause }
            return Fetched(answer: stored, failure: error)
        }
    }

    private func isFresh(_ request: EndorsementRequest) -> Bool {
        times[request.url].map { clock.now < $0 + freshFor } ?? false
    }

    private func keep(_ answer: EndorsementAnswer, for request: EndorsementRequest) {
        store?.write(answer, for: request)
        if request.isRevalidated { times[request.url] = clock.now }
    }

    /// What the first to ask gets is for all who ask until then; each judges it for itself. It ends when all of them are
    /// cancelled.
    private func share(
        _ request: EndorsementRequest, _ transport: any EndorsementTransport, until end: Duration,
        _ judge: @escaping @Sendable (EndorsementAnswer) -> Verdict
    ) async throws(EndorsementFetchError) -> (EndorsementAnswer, Verdict) {
        let url = request.url
        let flight = flights[url] ?? start(request, transport, until: end, judge)
        flights[url] = Flight(number: flight.number, task: flight.task, passengers: flight.passengers + 1)
        let result = await withTaskCancellationHandler {
            await flight.task.value
        } onCancel: {
            Task { await leave(url, flight.number) }
        }
        let answer = try result.get()
        let verdict = judge(answer)
        if case .malformed(let reason) = verdict { throw .malformed(reason) }
        return (answer, verdict)
    }

    private func start(
        _ request: EndorsementRequest, _ transport: any EndorsementTransport, until end: Duration,
        _ judge: @escaping @Sendable (EndorsementAnswer) -> Verdict
    ) -> Flight {
        lastFlight += 1
        let number = lastFlight
        return Flight(
            number: number,
            task: Task {
                defer { arrive(request.url, number) }
                do throws(EndorsementFetchError) {
                    let (answer, _) = try await fetch(request, transport, until: end, judge)
                    return .success(answer)
                } catch {
                    return .failure(error)
                }
            })
    }

    private func leave(_ url: String, _ number: Int) {
        guard var flight = flights[url], flight.number == number else { return }
        flight.passengers -= 1
        flights[url] = flight
        guard flight.passengers == 0 else { return }
        flight.task.cancel()
        arrive(url, number)
    }

    /// Whoever asks from now on asks anew.
    private func arrive(_ url: String, _ number: Int) {
        if flights[url]?.number == number { flights[url] = nil }
    }

    private func fetch(
        _ request: EndorsementRequest, _ transport: any EndorsementTransport, until end: Duration,
        _ judge: @Sendable (EndorsementAnswer) -> Verdict
    ) async throws(EndorsementFetchError) -> (EndorsementAnswer, Verdict) {
        if let proxy, proxyPausedUntil.map({ $0 <= clock.now }) ?? true {
            // Half of the time is left for the service itself.
            let half = clock.now + (end - clock.now) / 2
            do throws(EndorsementFetchError) {
                return try await ask(proxy.url(for: request), request, transport, until: half, judge)
            } catch .unavailable {
                proxyPausedUntil = clock.now + Self.proxyPause
            } catch .cancelled {
                throw .cancelled
            } catch {
                // The proxy has an answer, if not a good one; it is asked again the next time.
            }
        }
        return try await ask(request.url, request, transport, until: end, judge)
    }

    /// Asks one address, again where that may help.
    private func ask(
        _ url: String, _ request: EndorsementRequest, _ transport: any EndorsementTransport, until end: Duration,
        _ judge: @Sendable (EndorsementAnswer) -> Verdict
    ) async throws(EndorsementFetchError) -> (EndorsementAnswer, Verdict) {
        var failures = 0
        var last = "no time is left"
        while clock.now < end {
            var asked: Duration?
            switch await attempt(url, request, transport, until: end) {
            case .success(let response) where response.status == 200:
                let answer = try Self.answer(response, request)
                let verdict = judge(answer)
                guard case .malformed(let reason) = verdict else { return (answer, verdict) }
                throw .malformed(reason)
            case .success(let response):
                guard Self.passing.contains(response.status) else { throw .refused(response.status) }
                last = "the service answers with status \(response.status)"
                asked = response.fields["retry-after"].flatMap { RetryAfter.parse($0, now: clock.date.seconds) }
            case .failure(.unreachable(let reason)): last = reason
            case .failure(.tooLarge(let limit)): throw .malformed("it is larger than \(limit) bytes")
            case .failure(.untrusted): throw .unavailable("the certificate of the server cannot be verified")
            case .failure(.cancelled): throw .cancelled
            }
            failures += 1
            let delay = retry.delay(after: failures, asked: asked)
            guard failures < retry.attempts, clock.now + delay < end else { break }
            do { try await clock.wait(delay) } catch { throw .cancelled }
        }
        throw .unavailable(failures > 1 ? "\(last), \(failures) times" : last)
    }

    private func attempt(
        _ url: String, _ request: EndorsementRequest, _ transport: any EndorsementTransport, until end: Duration
    ) async -> Result<TransportResponse, TransportError> {
        do throws(TransportError) {
            let timeout = min(retry.attemptLimit, end - clock.now)
            let response = try await transport.get(url, sizeLimit: request.sizeLimit, timeout: timeout)
            return .success(response)
        } catch {
            return .failure(error)
        }
    }

    private static func answer(
        _ response: TransportResponse, _ request: EndorsementRequest
    ) throws(EndorsementFetchError) -> EndorsementAnswer {
        guard let field = request.issuerChainField else { return EndorsementAnswer(body: response.body) }
        guard let text = response.fields[field], let chain = PercentEncoding.decode(text),
            chain.count <= issuerChainLimit
        else { throw .malformed("the field '\(field)' has no issuers") }
        return EndorsementAnswer(body: response.body, issuerChain: chain)
    }
}

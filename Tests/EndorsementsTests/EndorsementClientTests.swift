// SPDX-License-Identifier: Apache-2.0

import Endorsements
import Testing

/// When the store, the proxy and the service are asked.
struct EndorsementClientTests {
    private let clock = ManualClock()
    private let limit = Duration.seconds(600)

    /// Good, unless the text says otherwise.
    @Sendable private func judge(_ answer: EndorsementAnswer) -> EndorsementClient.Verdict {
        switch String(decoding: answer.body, as: UTF8.self) {
        case "malformed": .malformed("by its text")
        case "doubtful": .doubtful
        default: .good
        }
    }

    private func get(
        _ request: EndorsementRequest, _ transport: ReplayTransport?, _ store: MemoryStore = MemoryStore(),
        proxy: CollateralProxy? = nil
    ) async throws(EndorsementFetchError) -> EndorsementClient.Fetched {
        let client = EndorsementClient(transport: transport, store: store, proxy: proxy, clock: clock)
        return try await client.get(request, until: limit, judge: judge)
    }

    private func answer(_ text: String) -> EndorsementAnswer { EndorsementAnswer(body: Array(text.utf8)) }

    @Test func whatNeverChangesIsAskedForOnce() async throws {
        let store = MemoryStore()
        let transport = ReplayTransport { _, _ in .ok("certificate") }
        for _ in 0..<3 {
            #expect(try await get(.fixed, transport, store).answer == answer("certificate"))
        }
        #expect(transport.asked == ["https://a.example/fixed?x=1"])
    }

    @Test func whatChangesIsAskedForEachTimeAndTheStoreIsTheFallback() async throws {
        let store = MemoryStore()
        let transport = ReplayTransport { _, number in number < 3 ? .ok("list \(number)") : .status(503) }
        #expect(try await get(.changing, transport, store).answer == answer("list 1"))
        #expect(try await get(.changing, transport, store).answer == answer("list 2"))
        let fallback = try await get(.changing, transport, store)
        #expect(fallback.answer == answer("list 2"))
        #expect(fallback.failure == .unavailable("the service answers with status 503, 5 times"))
        #expect(transport.asked.count == 7)
    }

    @Test func offlineOnlyTheStoreIsRead() async throws {
        let store = MemoryStore([EndorsementRequest.changing.url: answer("list")])
        #expect(try await get(.changing, nil, store) == .init(answer: answer("list"), failure: nil))
        await #expect(throws: EndorsementFetchError.notStored) { try await get(.fixed, nil, store) }
    }

    @Test func aBadStoredAnswerIsReplaced() async throws {
        for bad in ["malformed", "doubtful"] {
            let store = MemoryStore([EndorsementRequest.fixed.url: answer(bad)])
            #expect(try await get(.fixed, ReplayTransport { _, _ in .ok("right") }, store).answer == answer("right"))
            #expect(try await get(.fixed, nil, store).answer == answer("right"))
        }
    }

    @Test func onlyProvenAnswersAreStored() async throws {
        let store = MemoryStore()
        #expect(try await get(.fixed, ReplayTransport { _, _ in .ok("doubtful") }, store).answer == answer("doubtful"))
        await #expect(throws: EndorsementFetchError.malformed("by its text")) {
            try await get(.fixed, ReplayTransport { _, _ in .ok("malformed") }, store)
        }
        #expect(store.urls.isEmpty)
    }

    // MARK: - Again

    @Test func waitsGrowAndAreRandom() async throws {
        let transport = ReplayTransport { _, _ in .failure(.unreachable("no route")) }
        await #expect(throws: EndorsementFetchError.unavailable("no route, 5 times")) {
            try await get(.fixed, transport)
        }
        let ceilings: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]
        #expect(clock.waited.count == ceilings.count)
        for (wait, ceiling) in zip(clock.waited, ceilings) { #expect((ceiling / 2...ceiling).contains(wait)) }
        let other = ManualClock()
        let client = EndorsementClient(transport: transport, store: nil, clock: other)
        _ = try? await client.get(.fixed, until: limit, judge: judge)
        #expect(other.waited != clock.waited)
    }

    @Test func theServiceSaysHowLongToWait() async throws {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"  // Ten seconds from now.
        let transport = ReplayTransport { _, number in
            number == 1
                ? .status(429, ["retry-after": "30"]) : number == 2 ? .status(503, ["retry-after": date]) : .ok("ok")
        }
        _ = try await get(.fixed, transport)
        try #require(clock.waited.count == 2)
        #expect((Duration.seconds(30)...Duration.seconds(30.5)).contains(clock.waited[0]))
        #expect((Duration.seconds(10)...Duration.seconds(10.5)).contains(clock.waited[1]))
    }

    @Test func aWaitBeyondTheEndIsNotBegun() async throws {
        let transport = ReplayTransport { _, _ in .status(429, ["retry-after": "3600"]) }
        await #expect(throws: EndorsementFetchError.unavailable("the service answers with status 429")) {
            try await get(.fixed, transport)
        }
        #expect(transport.asked.count == 1)
        #expect(clock.waited.isEmpty)
    }

    @Test func whatCannotGetBetterIsNotAskedAgain() async throws {
        let outcomes: [(ReplayTransport.Outcome, EndorsementFetchError)] = [
            (.status(404), .refused(404)), (.status(301), .refused(301)), (.status(400), .refused(400)),
            (.failure(.tooLarge(limit: 1000)), .malformed("it is larger than 1000 bytes")),
            (.failure(.untrusted), .unavailable("the certificate of the server cannot be verified")),
            (.failure(.cancelled), .cancelled),
        ]
        for (outcome, error) in outcomes {
            let transport = ReplayTransport { _, _ in outcome }
            await #expect(throws: error) { try await get(.fixed, transport) }
            #expect(transport.asked.count == 1)
        }
    }

    // MARK: - For servers

    private func server(_ transport: any EndorsementTransport) -> EndorsementClient {
        EndorsementClient(
            transport: transport, store: EndorsementMemory(), freshFor: .seconds(600), clock: clock)
    }

    @Test func whatChangesIsFreshForATime() async throws {
        let transport = ReplayTransport { _, number in number < 3 ? .ok("list \(number)") : .status(404) }
        let client = server(transport)
        func get() async throws -> EndorsementClient.Fetched {
            try await client.get(.changing, until: clock.now + limit, judge: judge)
        }
        #expect(try await get().answer == answer("list 1"))
        clock.pass(.seconds(599))
        #expect(try await get().answer == answer("list 1"))
        clock.pass(.seconds(1))
        #expect(try await get().answer == answer("list 2"))
        clock.pass(.seconds(600))
        #expect(try await get() == .init(answer: answer("list 2"), failure: .refused(404)))
        // Nobody is asked in vain again for a minute.
        #expect(try await get() == .init(answer: answer("list 2"), failure: nil))
        clock.pass(.seconds(60))
        #expect(try await get().failure == .refused(404))
    }

    @Test func manyWhoWantTheSameAskOnce() async throws {
        let transport = SlowTransport()
        let client = server(transport)
        let end = clock.now + limit
        try await withThrowingTaskGroup(of: EndorsementClient.Fetched.self) { group in
            for _ in 0..<50 { group.addTask { try await client.get(.changing, until: end, judge: judge) } }
            while transport.asked == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(100))
            transport.answer()
            for try await fetched in group { #expect(fetched.answer == answer("list")) }
        }
        #expect(transport.asked == 1)
    }

    @Test func whatNobodyWaitsForEnds() async throws {
        let transport = SlowTransport()
        let client = server(transport)
        let end = clock.now + limit
        let waiting = (0..<3).map { _ in Task { try await client.get(.changing, until: end, judge: judge) } }
        while transport.asked == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(100))
        for task in waiting.dropLast() { task.cancel() }
        try await Task.sleep(for: .milliseconds(100))
        #expect(!transport.isCancelled)
        waiting.last?.cancel()
        for task in waiting { await #expect(throws: EndorsementFetchError.cancelled) { try await task.value } }
        #expect(transport.isCancelled && transport.asked == 1)
    }

    @Test func aDoubtfulAnswerForOneIsJudgedByTheOthersForThemselves() async throws {
        let transport = ReplayTransport { _, number in .ok(number == 1 ? "doubtful" : "right") }
        let client = server(transport)
        let end = clock.now + limit
        #expect(try await client.get(.fixed, until: end, judge: judge).answer == answer("doubtful"))
        #expect(try await client.get(.fixed, until: end, judge: judge).answer == answer("right"))
        #expect(try await client.get(.fixed, until: end, judge: judge).answer == answer("right"))
        #expect(transport.asked.count == 2)
    }

    @Test func memoryHoldsTheLatestAnswers() {
        let memory = EndorsementMemory(sizeLimit: 100)
        func request(_ number: Int) -> EndorsementRequest {
            EndorsementRequest(base: "https://a.example", target: "/\(number)", sizeLimit: 1000, isRevalidated: false)
        }
        let body = [UInt8](repeating: 7, count: 40)
        for number in [1, 2, 1, 3] { memory.write(EndorsementAnswer(body: body), for: request(number)) }
        #expect(memory.read(request(1))?.body == body && memory.read(request(3))?.body == body)
        #expect(memory.read(request(2)) == nil)
        memory.write(EndorsementAnswer(body: [], issuerChain: [UInt8](repeating: 7, count: 101)), for: request(4))
        #expect((1...4).allSatisfy { memory.read(request($0)) == nil })
    }

    // MARK: - Proxy

    @Test func theProxyIsAskedFirst() async throws {
        let proxy = try #require(CollateralProxy("http://proxy.example:8080/cache/"))
        let transport = ReplayTransport { _, _ in .ok("certificate") }
        _ = try await get(.fixed, transport, proxy: proxy)
        #expect(transport.asked == ["http://proxy.example:8080/cache/fixed?x=1"])
    }

    @Test func aProxyThatDoesNotAnswerIsLeftAloneForAWhile() async throws {
        let proxy = try #require(CollateralProxy("http://proxy.example"))
        let transport = ReplayTransport { url, _ in
            url.hasPrefix("http://proxy") ? .failure(.unreachable("refused")) : .ok("list")
        }
        let client = EndorsementClient(transport: transport, store: nil, proxy: proxy, clock: clock)
        func proxyAttempts() async throws -> Int {
            let before = transport.asked.count
            _ = try await client.get(.changing, until: clock.now + limit, judge: judge)
            return transport.asked[before...].filter { $0.hasPrefix("http://proxy") }.count
        }
        #expect(try await proxyAttempts() == 5)
        #expect(try await proxyAttempts() == 0)
        clock.pass(EndorsementClient.proxyPause)
        #expect(try await proxyAttempts() == 5)
    }

    @Test func aProxyWithoutTheRightAnswerIsPassedBy() async throws {
        let proxy = try #require(CollateralProxy("http://proxy.example"))
        for outcome in [ReplayTransport.Outcome.status(404), .ok("malformed")] {
            let transport = ReplayTransport { url, _ in url.hasPrefix("http://proxy") ? outcome : .ok("right") }
            #expect(try await get(.fixed, transport, proxy: proxy).answer == answer("right"))
            #expect(transport.asked.count == 2)
        }
    }

    @Test(arguments: [
        "", "proxy", "ftp://proxy", "http://", "http://user:secret@proxy", "http://proxy?x", "http://proxy#x",
        "http://pro xy", "/path",
    ])
    func noProxy(_ text: String) { #expect(CollateralProxy(text) == nil) }

    // MARK: - Header fields

    @Test func issuersComeOutOfTheHeaderField() async throws {
        var request = EndorsementRequest.changing
        request.issuerChainField = "x-issuers"
        let good = TransportResponse(status: 200, fields: ["x-issuers": "a%20b%0A+"], body: [1])
        let fetched = try await get(request, ReplayTransport { _, _ in .success(good) })
        #expect(fetched.answer == EndorsementAnswer(body: [1], issuerChain: Array("a b\n+".utf8)))
        for value in [nil, "%", "%2", "%zz", "%+1", String(repeating: "a", count: (64 << 10) + 1)] {
            let bad = TransportResponse(status: 200, fields: value.map { ["x-issuers": $0] } ?? [:], body: [1])
            await #expect(throws: EndorsementFetchError.malformed("the field 'x-issuers' has no issuers")) {
                try await get(request, ReplayTransport { _, _ in .success(bad) })
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import Attestation
import Endorsements
import EndorsementsHTTP
import Foundation
import IR
import SimulatedPlatform
import Testing

/// Evidence of simulated platforms, whose endorsements come over the loopback device.
@Suite(.serialized)
struct EndorsementFetcherTests {
    private static let start = Timestamp(seconds: 1_700_000_000)
    private static let now = Timestamp(seconds: 1_750_000_000)
    private static let end = Timestamp(seconds: 1_800_000_000)

    private func fetch(
        _ evidence: Evidence, _ verifier: EvidenceVerifier, _ services: PublishedServices, store: MemoryStore,
        files: EndorsementFiles = EndorsementFiles()
    ) async throws -> (files: EndorsementFiles, problems: [EndorsementFetcher.Problem]) {
        let server = try await LoopbackServer { services.answer($0) }
        let transport = HTTPTransport(userAgent: "test")
        var addresses = EndorsementServices()
        (addresses.amd, addresses.intel, addresses.intelCertificates) = (server.url, server.url, server.url)
        let result = await complete(evidence, verifier, transport, store, addresses, files)
        await transport.close()
        await server.stop()
        return result
    }

    private func complete(
        _ evidence: Evidence, _ verifier: EvidenceVerifier, _ transport: (any EndorsementTransport)?,
        _ store: any EndorsementStore, _ services: EndorsementServices = EndorsementServices(),
        _ files: EndorsementFiles = EndorsementFiles()
    ) async -> (files: EndorsementFiles, problems: [EndorsementFetcher.Problem]) {
        let client = EndorsementClient(transport: transport, store: store, clock: ManualClock())
        var files = files
        let problems = await EndorsementFetcher(client: client, services: services, verifier: verifier)
            .complete(&files, for: evidence)
        return (files, problems)
    }

    // MARK: - SEV-SNP

    private struct SNP {
        let platform: SimulatedSNPPlatform
        let evidence: Evidence
        let verifier: EvidenceVerifier
        let path: String
        let listPath: String

        init(_ product: SNPProduct) throws {
            platform = try SimulatedSNPPlatform(product, notBefore: start, notAfter: end, rsaBits: 2048)
            let entry = SNPReferenceValues(
                platform: "Metal-QEMU-SNP-insecure", trustedMeasurement: String(repeating: "11", count: 48))
            let attestation = try platform.attest(
                as: entry, hostData: [UInt8](repeating: 0xAB, count: 32), reportData: [UInt8](repeating: 1, count: 64))
            evidence = .snp(SNPAttestation(report: attestation.report))
            let root = try #require(platform.endorsements.root)
            verifier = EvidenceVerifier(
                time: now,
                snpAnchors: SNPTrustAnchors([product: .init(ark: root, ask: platform.endorsements.intermediate)]))
            let chip = try SNPReport(attestation.report).chipID.prefix(product.chipIDSize)
            path = "/vcek/v1/\(product.rawValue)/\(Hex.text(Array(chip)))"
            listPath = "/vcek/v1/\(product.rawValue)/crl"
        }

        func services() throws -> PublishedServices {
            let key = try #require(platform.endorsements.endorsementKey)
            let list = try #require(platform.endorsements.revocationLists.first)
            return PublishedServices(answers: [
                path: .response(status: 200, body: key.der),
                listPath: .response(status: 200, body: list.der),
            ])
        }
    }

    @Test(arguments: SNPProduct.allCases)
    func certificateAndListOfAMDAreFetched(_ product: SNPProduct) async throws {
        let snp = try SNP(product)
        let store = MemoryStore()
        let (files, problems) = try await fetch(snp.evidence, snp.verifier, snp.services(), store: store)
        #expect(problems.isEmpty)
        #expect(store.urls.count == 2)
        #expect(store.urls.contains { $0.contains("blSPL=255&teeSPL=255&snpSPL=255&ucodeSPL=255") })
        #expect(store.urls.contains { $0.hasSuffix("&fmcSPL=255") } == (product == .turin))
        var trace = Trace()
        _ = try snp.verifier.verify(snp.evidence, files, nil, trace: &trace)
        #expect(!trace.steps.contains { if case .skipped = $0.outcome { true } else { false } })
    }

    @Test func anOutageOfAMDIsBridgedByTheStore() async throws {
        let snp = try SNP(.milan)
        let store = MemoryStore()
        let services = try snp.services()
        let server = try await LoopbackServer { services.answer($0) }
        var addresses = EndorsementServices()
        addresses.amd = server.url
        let before = HTTPTransport(userAgent: "test")
        #expect(await complete(snp.evidence, snp.verifier, before, store, addresses).problems.isEmpty)
        await before.close()
        await server.stop()
        let transport = HTTPTransport(userAgent: "test")
        let (files, problems) = await complete(snp.evidence, snp.verifier, transport, store, addresses)
        await transport.close()
        // The certificate never changes; only the list had to be asked for.
        #expect(problems.map(\.url) == ["\(server.url)/vcek/v1/Milan/crl"])
        #expect(problems.map(\.isStored) == [true])
        var trace = Trace()
        _ = try snp.verifier.verify(snp.evidence, files, nil, trace: &trace)
        let offline = await complete(snp.evidence, snp.verifier, nil, store, addresses)
        #expect(offline.problems.isEmpty)
        _ = try snp.verifier.verify(snp.evidence, offline.files, nil, trace: &trace)
    }

    @Test func aCertificateOfAnotherChipIsNotStored() async throws {
        let snp = try SNP(.milan)
        let other = try SNP(.milan)
        var services = try snp.services()
        services.answers[snp.path] = .response(
            status: 200, body: try #require(other.platform.endorsements.endorsementKey).der)
        let store = MemoryStore()
        let (files, _) = try await fetch(snp.evidence, snp.verifier, services, store: store)
        #expect(store.urls.allSatisfy { $0.hasSuffix("/crl") })
        var trace = Trace()
        #expect(throws: VerificationFailure.self) {
            try snp.verifier.verify(snp.evidence, files, nil, trace: &trace)
        }
    }

    @Test func whatIsNoCertificateIsAProblem() async throws {
        let snp = try SNP(.milan)
        var services = try snp.services()
        services.answers[snp.path] = .response(status: 200, body: Array("<html>log in</html>".utf8))
        let store = MemoryStore()
        let (files, problems) = try await fetch(snp.evidence, snp.verifier, services, store: store)
        #expect(problems.map(\.error) == [.malformed("no certificate in DER")])
        #expect(files.snp.endorsementKey == nil)
    }

    @Test func nothingIsAskedForThatIsThere() async throws {
        let snp = try SNP(.milan)
        var files = EndorsementFiles()
        try files.add(try #require(snp.platform.endorsements.endorsementKey).der)
        try files.add(try #require(snp.platform.endorsements.revocationLists.first).der)
        let transport = ReplayTransport { _, _ in .status(404) }
        _ = await complete(snp.evidence, snp.verifier, transport, MemoryStore(), EndorsementServices(), files)
        #expect(transport.asked.isEmpty)
    }

    /// A report of version 2 does not say of which product it is.
    @Test(.enabled(if: TestEnvironment.hasData, "CONTRAST_TEST_DATA is not set"))
    func oldReportsAreTriedWithBothProducts() async throws {
        let report = try #require(TestEnvironment.data("snp/milan-v2-azure/report.bin"))
        let vcek = try #require(TestEnvironment.data("snp/milan-v2-azure/vcek.der"))
        let certificate = try Certificate(der: vcek)
        let transport = ReplayTransport { url, _ in
            url.contains("/vcek/v1/Milan/") && !url.hasSuffix("/crl")
                ? .success(TransportResponse(status: 200, body: vcek)) : .status(404)
        }
        let verifier = EvidenceVerifier(time: certificate.notBefore)
        let store = MemoryStore()
        let (files, problems) = await complete(try Evidence(report), verifier, transport, store)
        #expect(files.snp.endorsementKey == certificate)
        #expect(problems.map(\.url) == ["https://kdsintf.amd.com/vcek/v1/Milan/crl"])
        #expect(store.urls.count == 1)
        let neither = ReplayTransport { _, _ in .status(404) }
        _ = await complete(try Evidence(report), verifier, neither, MemoryStore())
        #expect(neither.asked.map { $0.split(separator: "/")[4] } == ["Milan", "Genoa"])
    }

    // MARK: - TDX

    private func tdx() throws -> (evidence: Evidence, verifier: EvidenceVerifier, services: PublishedServices) {
        let platform = try SimulatedTDXPlatform(notBefore: Self.start, notAfter: Self.end)
        let verifier = EvidenceVerifier(time: Self.now, tdxRoots: [try Certificate(der: platform.rootDER())])
        return (.tdx(try platform.quote(SimulatedTD())), verifier, PublishedServices(try platform.collateral()))
    }

    @Test func collateralOfIntelIsFetched() async throws {
        let (evidence, verifier, services) = try tdx()
        let store = MemoryStore()
        let (files, problems) = try await fetch(evidence, verifier, services, store: store)
        #expect(problems.isEmpty)
        #expect(store.urls.count == 4)
        #expect(store.urls.contains { $0.hasSuffix("/pckcrl?ca=platform&encoding=der") })
        #expect(store.urls.contains { $0.contains("/tcb?fmspc=") && $0.last?.isHexDigit == true })
        var trace = Trace()
        guard case .tdx = try verifier.verify(evidence, files, nil, trace: &trace).genuine else {
            Issue.record("the collateral was not used")
            return
        }
    }

    @Test func withoutOnePartThereIsNoCollateral() async throws {
        let (evidence, verifier, services) = try tdx()
        for part in services.answers.keys {
            var fewer = services
            fewer.answers[part] = .response(status: 404)
            let (files, problems) = try await fetch(evidence, verifier, fewer, store: MemoryStore())
            #expect(problems.map(\.error) == [.refused(404)])
            #expect(try files.tdx(roots: verifier.tdxRoots) == nil)
        }
    }

    @Test func aRateLimitIsWaitedFor() async throws {
        let (evidence, verifier, services) = try tdx()
        let server = try await LoopbackServer { services.answer($0) }
        let http = HTTPTransport(userAgent: "test")
        let limited = RateLimited(http)
        var addresses = EndorsementServices()
        (addresses.intel, addresses.intelCertificates) = (server.url, server.url)
        let result = await complete(evidence, verifier, limited, MemoryStore(), addresses)
        await http.close()
        await server.stop()
        #expect(result.problems.isEmpty)
        #expect(try result.files.tdx(roots: verifier.tdxRoots) != nil)
    }

    /// Refuses every other request, as a service under load does.
    private actor RateLimited: EndorsementTransport {
        private let inner: HTTPTransport
        private var count = 0

        init(_ inner: HTTPTransport) { self.inner = inner }

        func get(
            _ url: String, sizeLimit: Int, timeout: Duration
        ) async throws(TransportError) -> TransportResponse {
            count += 1
            if count % 2 == 1 { return TransportResponse(status: 429, fields: ["retry-after": "1"]) }
            return try await inner.get(url, sizeLimit: sizeLimit, timeout: timeout)
        }
    }

    @Test(.enabled(if: TestEnvironment.hasData, "CONTRAST_TEST_DATA is not set"))
    func aRealQuoteVerifiesWithItsCollateralReplayed() async throws {
        let quote = try #require(TestEnvironment.data("tdx/v4-phala/quote.bin"))
        let collateral = try TDXCollateral(json: try #require(TestEnvironment.data("tdx/v4-phala/collateral.json")))
        let verifier = EvidenceVerifier(time: try #require(Timestamp("2025-06-25T00:00:00Z")))
        let (files, problems) = try await fetch(
            try Evidence(quote), verifier, PublishedServices(collateral), store: MemoryStore())
        #expect(problems.isEmpty)
        #expect(try files.tdx() == collateral)
        var trace = Trace()
        _ = try verifier.verify(try Evidence(quote), files, nil, trace: &trace)
        #expect(trace.failures.isEmpty)
    }
}

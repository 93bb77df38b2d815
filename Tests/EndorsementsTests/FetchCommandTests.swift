// SPDX-License-Identifier: Apache-2.0

import Attestation
import Backends
import Foundation
import IR
import SimulatedPlatform
import Synchronization
import TestSupport
import Testing

/// `contrast evidence verify --fetch`, against a server on loopback that answers as AMD's and Intel's do.
@Suite(.serialized) struct FetchCommandTests {
    /// What the server was asked for, without queries.
    private final class Log: Sendable {
        private let targets = Mutex<[String]>([])
        var asked: [String] { targets.withLock { $0 } }
        func add(_ target: String) { targets.withLock { $0.append(String(target.prefix { $0 != "?" })) } }
    }

    private static let unshare: String? = ["/usr/bin/unshare", "/bin/unshare"].first { path in
        let probe = Subprocess(executable: path, arguments: ["-rn", "true"], directory: "/")
        return (try? probe.run().status) == 0
    }

    /// Runs contrast where there is no network at all.
    private func isolated(_ workspace: Workspace, _ arguments: String, status: Int) throws -> Subprocess.Result {
        try workspace.run(
            #require(Self.unshare), ["-rn", Locations.contrast(), arguments], environment: environment, status: status)
    }

    private let environment = ["CONTRAST_ALLOW_INSECURE_RUNTIMES": "1"]
    private let verify = "evidence verify report.bin --endorsements ask.der --manifest manifest.json --INSECURE --fetch"

    /// A report without endorsements, the manifest that it meets, and what AMD would publish about it.
    private func prepare(_ workspace: Workspace) throws -> [String: [UInt8]] {
        let now = Int64(Date().timeIntervalSince1970)
        let platform = try SimulatedSNPPlatform(
            .milan, notBefore: Timestamp(seconds: now - 86_400), notAfter: Timestamp(seconds: now + 86_400),
            rsaBits: 2048)
        let entry = SNPReferenceValues(
            platform: "Metal-QEMU-SNP-Insecure", productName: "Milan",
            trustedMeasurement: String(repeating: "5a", count: 48),
            minimumTCB: MinimumTCB(bootloaderVersion: 1, teeVersion: 1, snpVersion: 1, microcodeVersion: 1),
            insecureRoots: [platform.root])
        let manifest = Manifest(
            policies: [String(repeating: "ab", count: 32): PolicyEntry(sans: ["web"])],
            referenceValues: ReferenceValues(snp: [entry]))
        let report = try platform.attest(
            as: entry, hostData: [UInt8](repeating: 0xAB, count: 32), reportData: [UInt8](repeating: 1, count: 64)
        ).report
        try Files.write(report, to: workspace.path + "/report.bin")
        try Files.write(try #require(platform.endorsements.intermediate).der, to: workspace.path + "/ask.der")
        try Files.write(ManifestBackend.bytes(manifest), to: workspace.path + "/manifest.json")
        let chip = try SNPReport(report).chipID
        return [
            "/vcek/v1/Milan/\(Hex.text(chip))": try #require(platform.endorsements.endorsementKey).der,
            "/vcek/v1/Milan/crl": try #require(platform.endorsements.revocationLists.first).der,
        ]
    }

    @Test func fetchesOnceAndLivesOnTheCache() async throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let answers = try prepare(workspace)
        let log = Log()
        let server = try await LoopbackServer { target in
            log.add(target)
            let body = answers[String(target.prefix { $0 != "?" })]
            return .response(status: body == nil ? 404 : 200, body: body ?? [])
        }
        let first = try workspace.contrast(
            verify, "--cache-dir cache --collateral-proxy \(server.url)", environment: environment)
        #expect(Set(log.asked) == Set(answers.keys) && log.asked.count == 2)
        #expect(String(decoding: first.stdout, as: UTF8.self).contains("meets: ReferenceValues.snp[0]\n"))
        #expect(first.stderr.isEmpty, "\(first.errorText)")
        // The certificate never changes; the CRL does.
        try workspace.contrast(
            verify, "--cache-dir cache --collateral-proxy \(server.url)", environment: environment)
        #expect(log.asked.count == 3 && log.asked.last == "/vcek/v1/Milan/crl")
        await server.stop()
        let offline = try workspace.contrast(verify, "--cache-dir cache --offline", environment: environment)
        #expect(offline.stdout == first.stdout)
        #expect(offline.stderr.isEmpty, "\(offline.errorText)")
        #expect(log.asked.count == 3)
        #expect(try Files.mode(workspace.path + "/cache") == 0o700)

        let nothing = try workspace.contrast(
            verify, "--cache-dir other --offline", environment: environment, status: 1)
        #expect(nothing.errorText.contains("it is not in the cache"))
        #expect(nothing.errorText.contains("snp.chain.endorsement-key"))

        // Whoever writes to the cache cannot make evidence good or bad: what is changed is not taken.
        for (name, bytes) in try Files.tree(workspace.path + "/cache") {
            try Files.write(bytes.dropLast() + [~(bytes.last ?? 0)], to: "\(workspace.path)/cache/\(name)")
        }
        try workspace.contrast(verify, "--cache-dir cache --offline", environment: environment, status: 1)
    }

    @Test(.enabled(if: unshare != nil, "unshare cannot take the network away here"))
    func anOutageIsTold() async throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        let answers = try prepare(workspace)
        let server = try await LoopbackServer { target in
            .response(status: 200, body: answers[String(target.prefix { $0 != "?" })] ?? [])
        }
        try workspace.contrast(
            verify, "--cache-dir cache --collateral-proxy \(server.url)", environment: environment)
        await server.stop()
        let outage = try isolated(workspace, verify + " --cache-dir cache", status: 0)
        #expect(String(decoding: outage.stdout, as: UTF8.self).contains("meets: ReferenceValues.snp[0]\n"))
        let lines = outage.errorText.split(separator: "\n")
        #expect(lines.first?.hasPrefix("https://kdsintf.amd.com/vcek/v1/Milan/crl: warning: ") == true)
        #expect(lines.dropFirst().first?.hasSuffix("note: the answer in the cache is used") == true)
        // An outage never makes evidence good that would not be otherwise.
        let nothing = try isolated(
            workspace, verify + " --cache-dir other --collateral-proxy \(server.url)", status: 1)
        #expect(nothing.errorText.contains("[CC0903]"), "\(nothing.errorText)")
        #expect(!Files.exists(workspace.path + "/other/vcek"))
    }

    @Test(.enabled(if: TestEnvironment.hasData, "CONTRAST_TEST_DATA is not set"))
    func aRealQuoteIsJudgedByWhatIsFetched() async throws {
        let workspace = try Workspace()
        defer { workspace.remove() }
        try Files.write(
            #require(TestEnvironment.data("tdx/v4-phala/quote.bin")), to: workspace.path + "/quote.bin")
        let collateral = try TDXCollateral(json: #require(TestEnvironment.data("tdx/v4-phala/collateral.json")))
        let services = PublishedServices(collateral)
        let server = try await LoopbackServer { services.answer($0) }
        let verify = "evidence verify quote.bin --time 2025-06-25T00:00:00Z --fetch --cache-dir cache"
        let result = try workspace.contrast(verify, "--collateral-proxy \(server.url)")
        await server.stop()
        let text = String(decoding: result.stdout, as: UTF8.self)
        #expect(text.hasPrefix("genuine: TDX quote, version 4, platform UpToDate\n"))
        #expect(result.stderr.isEmpty, "\(result.errorText)")
        let offline = try workspace.contrast(verify, "--offline")
        #expect(offline.stdout == result.stdout)
        #expect(Files.list(workspace.path + "/cache").count == 4)
        // Past its next update the same collateral is refused, cached or not.
        let later = verify.replacing("2025-06-25", with: "2025-07-20")
        let stale = try workspace.contrast(later, "--offline", status: 1)
        #expect(stale.errorText.contains("was good until") || stale.errorText.contains("nextUpdate"))
    }
}

// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The walk-through that users of Contrast know, with our programs on loopback, all of them as verbose as they get.
@Suite(.enabled(if: isBuilt, "simulated-platform was not built; CONTRAST_SIMULATION=1 does"))
struct UserWalkThroughTests {
    @Test(.timeLimit(.minutes(15)))
    func fromGenerateToRecovery() throws {
        let deployment = try Deployment()
        defer { deployment.end() }
        let coordinator = try deployment.startCoordinator()
        try workloadsWaitForTheManifest(deployment, coordinator)
        let manifest = try verifyFillsItsDirectory(deployment, coordinator)
        try workloadsAreKnownByTheMeshCA(deployment, coordinator)
        let recovered = try anOwnerRecovers(deployment, coordinator, manifest)
        try aPeerRecovers(deployment, recovered)
        try nothingSecretWasPrinted(deployment, recovered)
    }

    private func workloadsWaitForTheManifest(_ deployment: Deployment, _ coordinator: Deployment.Coordinator) throws {
        let waiting = try ["web", "emoji"].map {
            try deployment.startInitializer($0, of: coordinator, attempts: 0)
        }
        try deployment.waitUntil("initializers wait") {
            waiting.allSatisfy { $0.errorText.contains("no manifest configured") }
        }
        #expect(!Files.exists(deployment.path("guests/web/done")))
        let set = try deployment.contrast("set", coordinator, "resources/")
        #expect(set.contains("✔️ Manifest set successfully") && set.contains("✔️ Seed shares received"))
        for program in waiting { #expect(try deployment.wait(for: program).status == 0) }
        for guest in ["web", "emoji"] {
            #expect(Files.exists(deployment.path("guests/\(guest)/done")))
            #expect(
                Files.list(deployment.path("guests/\(guest)/contrast/tls-config"))
                    == ["certChain.pem", "coordinator-root-ca.pem", "key.pem", "mesh-ca.pem"])
        }
    }

    /// - Returns: the active manifest.
    private func verifyFillsItsDirectory(
        _ deployment: Deployment, _ coordinator: Deployment.Coordinator
    ) throws -> [UInt8] {
        let verified = try deployment.contrast("verify", coordinator)
        #expect(verified.contains("✔️ Manifest active at Coordinator matches expected manifest"))
        let files = Files.list(deployment.path("verify"))
        for name in ["mesh-ca.pem", "coordinator-root-ca.pem", "history.yml", "latest-transition"] {
            #expect(files.contains(name), "\(name) is not in \(files)")
        }
        let histories = files.filter { $0.hasPrefix("manifest.") }
        let policies = files.filter { $0.hasPrefix("initdata.") }
        let manifest = try Files.read(deployment.path("manifest.json"))
        #expect(histories.count == 1 && policies.count == 4, "\(files)")
        #expect(try Files.read(deployment.path("verify/\(try #require(histories.first))")) == manifest)
        // Somebody expects other names.
        let other = try deployment.text("manifest.json").replacingOccurrences(of: "\"web\"", with: "\"wep\"")
        try Files.write(Array(other.utf8), to: deployment.path("other.json"))
        let different = try deployment.contrast(
            "verify", coordinator, "-m", "other.json", "--workspace-dir", ".", status: 1)
        #expect(different.contains("wep"), "\(different)")
        return manifest
    }

    private func curl(_ deployment: Deployment, _ host: String, _ port: Int, status: Int) throws -> String {
        try deployment.run(
            "/usr/bin/curl", "-sS", "--max-time", "20", "--cacert", "verify/mesh-ca.pem", "https://\(host):\(port)/",
            status: status
        ).errorText
    }

    /// A service with web's certificate, at two addresses.
    private func serve(_ deployment: Deployment) throws -> (port: Int, servers: [Subprocess.Running]) {
        let port = try FreePorts.make(1)[0]
        let tls = "guests/web/contrast/tls-config"
        let servers = try ["127.0.0.1", "127.0.0.2"].map { address in
            try deployment.start(
                "/usr/bin/openssl",
                [
                    "s_server", "-accept", "\(address):\(port)", "-www", "-quiet", "-cert", "\(tls)/certChain.pem",
                    "-cert_chain", "\(tls)/certChain.pem", "-key", "\(tls)/key.pem",
                ])
        }
        for address in ["127.0.0.1", "127.0.0.2"] {
            try deployment.waitUntil("\(address) listens") {
                try Subprocess(
                    executable: "/usr/bin/curl", arguments: ["-sk", "https://\(address):\(port)/"], directory: "/"
                ).run().status == 0
            }
        }
        return (port, servers)
    }

    private func workloadsAreKnownByTheMeshCA(_ deployment: Deployment, _ coordinator: Deployment.Coordinator) throws {
        var (port, servers) = try serve(deployment)
        for ca in ["verify/mesh-ca.pem", "verify/coordinator-root-ca.pem"] {
            let client = try deployment.run(
                "/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", ca,
                "-verify_return_error", "-no_ign_eof")
            #expect(String(decoding: client.stdout, as: UTF8.self).contains("Verify return code: 0 (ok)"))
        }
        // A CA of another deployment knows nobody here.
        try deployment.run(
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes",
            "-keyout", "other-ca.key", "-out", "other-ca.pem", "-subj", "/CN=system:coordinator:intermediate")
        try deployment.run(
            "/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", "other-ca.pem",
            "-verify_return_error", "-no_ign_eof", status: 1)
        // Certificates have the address that the workload was seen at, and no other.
        #expect(try curl(deployment, "127.0.0.1", port, status: 0).isEmpty)
        let refused = try curl(deployment, "127.0.0.2", port, status: 60)
        #expect(refused.contains("no alternative certificate subject name matches"), "\(refused)")

        // Until one is added by hand. generate keeps it.
        let manifest = try deployment.text("manifest.json")
        let name = try #require(manifest.firstRange(of: "\"web\",\n"))
        let edited = manifest.replacingCharacters(in: name, with: "\"web\",\n\"127.0.0.2\",\n")
        try Files.write(Array(edited.utf8), to: deployment.path("manifest.json"))
        try deployment.generate()
        #expect(try deployment.text("manifest.json").contains("\"127.0.0.2\""))
        try deployment.contrast("set", coordinator, "resources/")
        try deployment.contrast("verify", coordinator)
        for server in servers { try deployment.kill(server) }
        let restarted = try deployment.startInitializer("web", of: coordinator)
        #expect(try deployment.wait(for: restarted).status == 0)
        (port, servers) = try serve(deployment)
        for address in ["127.0.0.1", "127.0.0.2"] {
            #expect(try curl(deployment, address, port, status: 0).isEmpty)
        }
        for server in servers { try deployment.kill(server) }
    }

    private func anOwnerRecovers(
        _ deployment: Deployment, _ coordinator: Deployment.Coordinator, _ first: [UInt8]
    ) throws -> Deployment.Coordinator {
        let root = try deployment.text("verify/coordinator-root-ca.pem")
        try deployment.kill(coordinator.program)
        let restarted = try deployment.startCoordinator()
        let stale = try deployment.contrast("verify", restarted, "--connect-timeout", "0", status: 1)
        #expect(stale.contains("coordinator is in recovery mode"))
        let recovered = try deployment.contrast("recover", restarted)
        #expect(recovered.contains("✔️ Successfully recovered the Coordinator"))
        let verified = try deployment.contrast("verify", restarted)
        #expect(verified.contains("✔️ Manifest active at Coordinator matches expected manifest"))
        #expect(try deployment.text("verify/coordinator-root-ca.pem") == root)
        let manifests = Files.list(deployment.path("verify")).filter { $0.hasPrefix("manifest.") }
        #expect(manifests.count == 2)
        #expect(try manifests.contains { try Files.read(deployment.path("verify/\($0)")) == first })
        return restarted
    }

    /// Another Coordinator on a copy of the store needs no owner.
    private func aPeerRecovers(_ deployment: Deployment, _ coordinator: Deployment.Coordinator) throws {
        let mesh = try deployment.text("verify/mesh-ca.pem")
        try Files.copyTree(deployment.path("state"), into: deployment.path("copy"))
        let second = try deployment.startCoordinator(
            store: "copy", ["--peer", "127.0.0.1:\(coordinator.ports[1])"])
        try deployment.contrast("verify", second)
        #expect(try deployment.text("verify/mesh-ca.pem") == mesh)
        #expect(second.program.errorText.contains("recovered from a peer"))
        let already = try deployment.contrast("recover", second, status: 1)
        #expect(already.contains("already recovered"))
        try deployment.kill(second.program)
    }

    private func nothingSecretWasPrinted(_ deployment: Deployment, _ coordinator: Deployment.Coordinator) throws {
        try deployment.run("/usr/bin/curl", "-sS", "http://127.0.0.1:\(coordinator.ports[4])/metrics")
        let nonce = "{\"nonce\":\"\(Data(repeating: 1, count: 32).base64EncodedString())\"}"
        try deployment.run(
            "/usr/bin/curl", "-sS", "-H", "Content-Type: application/json", "-d", nonce,
            "http://127.0.0.1:\(coordinator.ports[2])/v1/attest")
        let search = try deployment.secrets()
        let printed = deployment.allPrinted
        let text = String(decoding: printed, as: UTF8.self)
        #expect(text.contains("contrast_coordinator_manifest_generation 2") && text.contains("raw_attestation_doc"))
        #expect(text.contains("method=NewMeshCert") && text.contains("method=Recover"))
        #expect(search.findings(in: printed) == [])
        // What is kept in files is found there, so the search can find.
        #expect(
            search.findings(in: try deployment.text("seed-shares.json")) == ["salt as base64", "seed share as base64"])
        #expect(
            search.findings(in: try deployment.text("guests/web/contrast/secrets/workload-secret-seed"))
                == ["workload secret of web as hexadecimal"])
        #expect(!search.findings(in: try deployment.text("guests/web/contrast/tls-config/key.pem")).isEmpty)
    }
}

/// Without the simulated platform nothing here can run.
let isBuilt = (try? Locations.executable("simulated-platform")) != nil

// SPDX-License-Identifier: Apache-2.0

import Backends
import Driver
import IR
import Testing

/// What is found when one thing of a deployment changes.
@Suite struct TrustReviewTests {
    struct Change: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// What of the deployment is replaced by what, before it is compiled.
        var edits: [(String, String)] = []
        /// The same in the YAML, once it is compiled.
        var compiledEdits: [(String, String)] = []
        /// And in the manifest.
        var manifestEdits: [(String, String)] = []
        var adjust: @Sendable (inout GenerateRequest) -> Void = { _ in }
        /// All that shall be found, as the text form says it.
        var expected: String

        init(
            _ name: String, _ old: String, _ new: String, _ expected: String,
            adjust: @escaping @Sendable (inout GenerateRequest) -> Void = { _ in }
        ) {
            testDescription = name
            if !old.isEmpty { edits = [(old, new)] }
            self.adjust = adjust
            self.expected = expected
        }

        static func manifest(_ name: String, _ old: String, _ new: String, _ expected: String) -> Change {
            var change = Change(name, "", "", expected)
            change.manifestEdits = [(old, new)]
            return change
        }
    }

    static let web = "Deployment shop/web: "

    static let changes: [Change] = [
        Change(
            "an image", "registry.example/shop/web:1.0", "registry.example/shop/web:1.1",
            "! changed: container 'web': image: \(Shop.image("web:1.0", "a")) -> \(Shop.image("web:1.1", "b")) [image]"),
        Change(
            "an argument", "- --verbose", "- --debug",
            #"! changed: container 'web': command line: ["/app/web","--verbose","--password=$(PASSWORD)"]"#
                + #" -> ["/app/web","--debug","--password=$(PASSWORD)"] [arguments]"#),
        Change(
            "the directory", "workingDir: /app", "workingDir: /srv",
            "! changed: container 'web': working directory: /app -> /srv [arguments]"),
        Change(
            "a variable", "value: info", "value: debug",
            "! changed: container 'web': variable LEVEL: info -> debug [environment]"),
        Change(
            "a new variable", "- {name: LEVEL, value: info}",
            "- {name: LEVEL, value: info}\n        - {name: EXTRA, value: x}",
            "! newly allowed: container 'web': variable EXTRA: x [environment]"),
        Change(
            "a variable less", "- {name: REQUIRE_LOGIN, value: always}", "",
            "! newly denied: container 'web': variable REQUIRE_LOGIN: always [environment]"),
        Change(
            "a value of a Secret", "password: correct-horse", "password: battery-staple",
            "! changed: container 'web': variable PASSWORD: a value that is not shown -> another one [environment]"),
        Change(
            "a value of a ConfigMap", "greeting: hello", "greeting: welcome",
            "! changed: container 'web': variable GREETING: a value that is not shown -> another one [environment]"),
        Change(
            "a new mount", "mountPath: /etc/shop}", "mountPath: /etc/shop}\n        - {name: config, mountPath: /more}",
            "! newly allowed: container 'web': mount: /more from \(Shop.shared("more")) (rbind,rprivate,ro) [mount]"),
        Change(
            "a new volume in memory", "mountPath: /etc/shop}",
            "mountPath: /etc/shop}\n        - {name: cache, mountPath: /cache}",
            "! newly allowed: container 'web': mount: /cache from ^/run/kata-containers/sandbox/ephemeral/cache$"
                + " (rbind,rprivate,rw) [mount]"),
        Change(
            "where a mount is", "mountPath: /etc/shop}", "mountPath: /etc/store}",
            "! changed: container 'web': mount: /etc/shop from \(Shop.shared("shop")) (rbind,rprivate,ro)"
                + " -> /etc/store from \(Shop.shared("store")) (rbind,rprivate,ro) [mount]"),
        Change(
            "a probe's command", "command: [/app/ready]", "command: [/app/ready, --all]",
            #"! changed: container 'web': command that may be run: ["/app/ready"] -> ["/app/ready","--all"] [exec]"#),
        Change(
            "a new command", "# no probe", "livenessProbe: {exec: {command: [/bin/alive]}}",
            #"! newly allowed: container 'helper': command that may be run: ["/bin/alive"] [exec]"#),
        Change(
            "a command less", "readinessProbe: {exec: {command: [/app/ready]}}", "",
            #"  newly denied: container 'web': command that may be run: ["/app/ready"] [exec]"#),
        Change(
            "the user", "runAsUser: 1000", "runAsUser: 0",
            "! changed: container 'web': user: 1000 -> 0 [user]"),
        Change(
            "a capability", "runAsUser: 1000", "capabilities: {add: [SYS_ADMIN]}, runAsUser: 1000",
            "! newly allowed: container 'web': capability: SYS_ADMIN [privilege]"),
        Change(
            "a write-protected root", "runAsUser: 1000", "readOnlyRootFilesystem: true, runAsUser: 1000",
            "  changed: container 'web': write-protected root: false -> true [privilege]"),
        Change(
            "a terminal", "# no probe", "tty: true",
            "! changed: container 'helper': terminal: false -> true [privilege]"),
        Change(
            "a new container", "      volumes:",
            "      - {name: extra, image: 'registry.example/shop/web:1.1'}\n      volumes:",
            "! newly allowed: container 'extra': container [container]"),
        Change(
            "a new workload", "# another",
            "---\napiVersion: v1\nkind: Pod\nmetadata: {name: new, namespace: shop}\nspec: {runtimeClassName: contrast-cc, "
                + "containers: [{name: a, image: 'registry.example/shop/web:1.0'}]}",
            "! newly allowed: workload [workload]"),
        Change(
            "a workload without protection", "runtimeClassName: contrast-cc # web", "runtimeClassName: runc # web",
            "! changed: protection: confidential -> none [workload]"),
        Change(
            "shared processes", "# pod", "shareProcessNamespace: true",
            "! changed: container 'contrast-initializer', container 'helper', container 'web': shared process namespace:"
                + " false -> true [privilege]"),
        Change(
            "an annotation", "team: one", "team: two",
            "! changed: every container: annotation team: one -> two [annotation]"),
        Change(
            "whose secret a workload gets", "team: one",
            "team: one, contrast.edgeless.systems/workload-secret-id: other",
            "! changed: workload secret: apps/v1/Deployment/shop/web -> other [secret-id]"),
        Change(
            "the Coordinator's image", "registry.example/coordinator:1", "registry.example/coordinator:2",
            "! changed: container 'coordinator': image: \(Shop.image("coordinator:1", "c", in: ""))"
                + " -> \(Shop.image("coordinator:2", "d", in: "")) [image]"),
        Change(
            "what the host may ask", "", "", "! newly allowed: settings: request ReadStreamRequest: true [request]"
        ) { $0.settings = Shop.settings(readStream: true) },
        Change(
            "a new owner key", "", "", "! newly allowed: workload owner key: \(Shop.keyDigest) [owner-key]"
        ) { $0.workloadOwners = [Manifest.ListedKey(der: "3059", digest: Shop.keyDigest)] },
        Change(
            "a new key to recover with", "", "", "! newly allowed: seed share owner key: \(Shop.keyDigest) [owner-key]"
        ) { $0.seedshareOwners = [Manifest.ListedKey(der: "3059", digest: Shop.keyDigest)] },
        .manifest(
            "a new name", "\"web\",", "\"web\", \"admin\",",
            "! newly allowed: name in the mesh certificate: admin [san]"),
        .manifest(
            "another name", "\"web\",", "\"shop\",",
            "! changed: name in the mesh certificate: web -> shop [san]"),
        .manifest(
            "a role", "\"WorkloadSecretID\": \"apps/v1/Deployment/shop/web\"",
            "\"WorkloadSecretID\": \"apps/v1/Deployment/shop/web\", \"Role\": \"coordinator\"",
            "! changed: role: none -> coordinator [role]"),
        .manifest(
            "a measurement", Shop.measurement, "0" + Shop.measurement.dropFirst(),
            "! changed: SEV-SNP Metal-QEMU-SNP Milan: TrustedMeasurement: \(Shop.measurement)"
                + " -> 0\(Shop.measurement.dropFirst()) [reference-value]"),
        .manifest(
            "a lower TCB", "\"SNPVersion\": 8", "\"SNPVersion\": 7",
            "! changed: SEV-SNP Metal-QEMU-SNP Milan: MinimumTCB.SNPVersion: 8 -> 7 [reference-value]"),
        .manifest(
            "a higher TCB", "\"SNPVersion\": 8", "\"SNPVersion\": 9",
            "  changed: SEV-SNP Metal-QEMU-SNP Milan: MinimumTCB.SNPVersion: 8 -> 9 [reference-value]"),
        .manifest(
            "a list of chips", "\"AllowedChipIDs\": null", "\"AllowedChipIDs\": [\"00\"]",
            "  changed: SEV-SNP Metal-QEMU-SNP Milan: AllowedChipIDs: any -> 00 [reference-value]"),
    ]

    @Test(arguments: changes)
    func oneChangeIsOneFinding(_ change: Change) throws {
        let old = try Shop.base.get()
        let new = try Shop.snapshot(change)
        let findings = TrustReview(from: old, to: new).findings
        let text = String(decoding: ReviewRenderer(findings, accepted: []).render(as: .text), as: UTF8.self)
        let lines = text.split(separator: "\n").dropLast().filter { $0.hasPrefix("! ") || $0.hasPrefix("  ") }
        #expect(lines == [change.expected[...]], "\(text)")
        for format in ReviewRenderer.Format.allCases {
            let text = String(decoding: ReviewRenderer(findings, accepted: []).render(as: format), as: UTF8.self)
            for secret in ["correct-horse", "battery-staple"] { #expect(!text.contains(secret)) }
        }
    }

    @Test func thereAreEnoughChanges() { #expect(Self.changes.count >= 25) }

    static let rewritings: [Change] = [
        Change("the order of keys", "{name: LEVEL, value: info}", "{value: info, name: LEVEL}", ""),
        Change("quotes", "value: info", "value: \"info\"", ""),
        Change("comments", "# no probe", "# still no probe", ""),
        Change("flow style", "command: [/app/ready]", "command: [ \"/app/ready\", ]", ""),
        Change("what no policy is about", "replicas: 1", "replicas: 3", ""),
        .manifest("the order of names", "\"web\",\n        \"*\"", "\"*\",\n        \"web\"", ""),
        .manifest("the case of digits", Shop.measurement, Shop.measurement.uppercased(), ""),
    ]

    @Test(arguments: rewritings)
    func otherWritingIsNoFinding(_ change: Change) throws {
        let review = TrustReview(from: try Shop.base.get(), to: try Shop.snapshot(change))
        #expect(review.findings == [])
    }

    /// The other way round, what was newly allowed is newly denied.
    @Test func narrowingIsNotWidening() throws {
        for name in ["a new command", "a new workload", "a new container", "a new owner key", "a new name"] {
            let change = try #require(Self.changes.first { $0.testDescription == name })
            let review = TrustReview(from: try Shop.snapshot(change), to: try Shop.base.get())
            #expect(review.findings.map(\.change) == [.newlyDenied], "\(name)")
            #expect(review.findings.allSatisfy { !$0.widens }, "\(name)")
        }
    }

    @Test func manifestsAloneSayWhichPoliciesDiffer() throws {
        let change = try #require(Self.changes.first { $0.testDescription == "an image" })
        let manifests = try [Shop.base.get(), Shop.snapshot(change)].map { try #require($0.manifest).source }
        var diagnostics = Diagnostics()
        let sides = manifests.map { DeploymentSnapshot(files: [$0], into: &diagnostics) }
        #expect(diagnostics.all.isEmpty)
        let findings = TrustReview(from: sides[0], to: sides[1]).findings
        #expect(findings.map(\.kind) == [.policy] && findings.allSatisfy(\.widens))
        #expect(findings.first?.workloads == ["apps/v1/Deployment/shop/web"])
    }

    /// Nothing is found between policies of the same workload that is not said of both kinds of policies.
    @Test func profilesAreNotCompared() throws {
        let compat = Change("", "", "", "") { $0.profile = .compat }
        let findings = TrustReview(from: try Shop.base.get(), to: try Shop.snapshot(compat)).findings
        #expect(findings.map(\.aspect) == ["profile"])
        #expect(findings.allSatisfy { $0.widens && $0.kind == .policy })
    }

    /// What is shown of a variable is what the policy says, not what somebody wrote beside it.
    @Test func valuesAreThoseOfPolicies() throws {
        var change = Change("", "value: info", "value: evil", "")
        change.compiledEdits = [("value: evil", "value: debug")]
        let findings = TrustReview(from: try Shop.base.get(), to: try Shop.snapshot(change)).findings
        #expect(findings.map(\.aspect) == ["variable LEVEL"])
        #expect(findings.first?.old == "info" && findings.first?.new == "a value that is not shown")
    }

    @Test func hostileTextStaysInItsCell() {
        let finding = TrustFinding(
            .changed, .image, widens: true, workloads: ["Pod a/b`| <img src=x> @all"], subject: "x\ny", "``|\\|",
            old: "| new row |\n| --- |", new: "\u{1B}[31m")
        let text = String(decoding: ReviewRenderer([finding], accepted: []).render(as: .markdown), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(rows.count == 3)
        var bars = 0
        var last: Character = " "
        for character in rows.last ?? "" {
            if character == "|", last != "\\" { bars += 1 }
            last = character
        }
        #expect(bars == 7)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
    }

    @Test func acceptedKindsNeedNoReview() throws {
        let change = try #require(Self.changes.first { $0.testDescription == "an image" })
        let findings = TrustReview(from: try Shop.base.get(), to: try Shop.snapshot(change)).findings
        #expect(ReviewRenderer(findings, accepted: []).widening.count == 1)
        #expect(ReviewRenderer(findings, accepted: [.exec]).widening.count == 1)
        #expect(ReviewRenderer(findings, accepted: [.image]).widening.isEmpty)
    }
}

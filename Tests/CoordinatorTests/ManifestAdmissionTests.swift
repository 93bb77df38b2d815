// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Digests
import History
import IR
import Testing

struct ManifestAdmissionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var change: @Sendable (inout Deployment) throws -> Void
    }

    static let cases = [
        Case(testDescription: "no reference values", text: "cannot be empty") {
            $0.manifest.referenceValues = ReferenceValues()
        },
        Case(testDescription: "TCB not filled in", text: "MinimumTCB.SNPVersion: field cannot be empty") {
            $0.manifest.referenceValues.snp[0].minimumTCB.snpVersion = nil
        },
        Case(testDescription: "debug guest", text: "GuestPolicy.Debug: modifying this field is not permitted") {
            $0.manifest.referenceValues.snp[0].guestPolicy.debug = true
        },
        Case(testDescription: "no Coordinator", text: "no policy has the role 'coordinator'") {
            $0.manifest.policies[Deployment.coordinatorHash]?.role = ""
        },
        Case(testDescription: "unknown role", text: "unknown role 'king'") {
            $0.manifest.policies[Deployment.webHash]?.role = "king"
        },
        Case(testDescription: "SAN", text: "'a b' is no name for a certificate") {
            $0.manifest.policies[Deployment.webHash]?.sans = ["web", "a b"]
        },
        Case(testDescription: "owner key that is none", text: "WorkloadOwnerPubKeys[0]: the key is malformed") {
            $0.manifest.workloadOwnerPubKeys = ["abcd"]
        },
        Case(testDescription: "seed share key of another kind", text: "SeedshareOwnerPubKeys[0]") {
            $0.manifest.seedshareOwnerPubKeys = [try Keys.ownerHex()]
        },
        Case(testDescription: "secret that meets a transit key", text: "would start with a transit key of 'x'") {
            $0.manifest.policies[Deployment.coordinatorHash]?.workloadSecretID = "x"
            $0.manifest.policies[Deployment.webHash]?.workloadSecretID = "17_x"
        },
        Case(
            testDescription: "insecure platform", text: "the insecure platform 'Metal-QEMU-SNP-Insecure' is not allowed"
        ) {
            $0.manifest.referenceValues.snp[0].platform = "Metal-QEMU-SNP-Insecure"
        },
        Case(testDescription: "API version", text: "MinimumAPIVersion: expected a version such as 'v1'") {
            $0.manifest.minimumAPIVersion = "1"
        },
        Case(testDescription: "missing document", text: "is missing") { $0.documents.removeLast() },
        Case(testDescription: "foreign document", text: "is not of a policy") { $0.documents.append([1]) },
        Case(testDescription: "document twice", text: "there twice") { $0.documents.append(Deployment.webDocument) },
    ]

    @Test(arguments: cases) func refuses(_ testCase: Case) async throws {
        var deployment = try Deployment()
        try testCase.change(&deployment)
        let coordinator = try TestCoordinator()
        let error = await failure { [deployment] in
            _ = try await coordinator.users.setManifest(deployment.request(), from: Peer())
        }
        #expect(error?.status == .invalidArgument)
        #expect(error?.message.contains(testCase.text) == true, "\(error?.message ?? "accepted")")
        if case .fresh = coordinator.states.standing {} else { Issue.record("something was set") }
    }

    @Test(arguments: ["", "{", "[]", "null", "{\"Policies\":3}", "{}", "\u{FF}"])
    func refusesWhatIsNoManifest(_ text: String) async throws {
        let coordinator = try TestCoordinator()
        let error = await failure {
            _ = try await coordinator.users.setManifest(
                SetManifestRequest(manifest: Array(text.utf8), policies: []), from: Peer())
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test func machinesCanBeRequired() async throws {
        var deployment = try Deployment()
        let coordinator = try TestCoordinator { $0.requiresMachineLists = true }
        let error = await failure { [deployment] in
            _ = try await coordinator.users.setManifest(deployment.request(), from: Peer())
        }
        #expect(error?.message.contains("ReferenceValues.snp[0].AllowedChipIDs: machines must be listed") == true)
        deployment.manifest.referenceValues.snp[0].allowedChipIDs = [String(repeating: "0f", count: 64)]
        _ = try await coordinator.users.setManifest(deployment.request(), from: Peer())
    }

    @Test func simulatedPlatformsCanBeAllowed() async throws {
        var deployment = try Deployment()
        deployment.manifest.referenceValues.snp[0].platform = "Metal-QEMU-SNP-Insecure"
        deployment.manifest.referenceValues.snp[0].insecureRoots = ["30"]
        let coordinator = try TestCoordinator { $0.allowsInsecurePlatforms = true }
        _ = try await coordinator.users.setManifest(deployment.request(), from: Peer())
        #expect(try coordinator.states.state().generation == 1)
    }
}

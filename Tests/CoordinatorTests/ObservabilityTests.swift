// SPDX-License-Identifier: Apache-2.0

import Coordinator
import Testing

struct ObservabilityTests {
    @Test func probesFollowTheCoordinator() async throws {
        let coordinator = try TestCoordinator()
        let probes = Probes(coordinator.states)
        #expect(probes.respond(to: "/probe/startup")?.status == 503)
        probes.reach(.userAPIListens)
        probes.reach(.meshAPIListens)
        #expect(probes.respond(to: "/probe/liveness")?.status == 503)
        probes.reach(.peersAsked)
        #expect(probes.respond(to: "/probe/startup")?.status == 200)
        #expect(probes.respond(to: "/probe/liveness")?.status == 200)
        #expect(probes.respond(to: "/probe/readiness")?.status == 503)
        _ = try await coordinator.users.setManifest(Deployment().request(), from: Peer())
        #expect(probes.respond(to: "/probe/readiness")?.status == 200)
        #expect(probes.respond(to: "/metrics") == nil)
        #expect(Probes(try TestCoordinator(coordinator.store).states).respond(to: "/probe/readiness")?.status == 503)
    }

    @Test func metricsCount() async throws {
        let (coordinator, _) = try await TestCoordinator.serving(Deployment())
        let metrics = Metrics(coordinator.states)
        metrics.started(.setManifest)
        metrics.handled(.setManifest, nil, took: .microseconds(400))
        metrics.started(.newMeshCert)
        metrics.handled(.newMeshCert, .permissionDenied, took: .seconds(9))
        metrics.attestationFailed()
        let lines = Set(String(decoding: metrics.respond().body, as: UTF8.self).split(separator: "\n").map(String.init))
        let user =
            "grpc_method=\"SetManifest\",grpc_service=\"edgelesssys.contrast.userapi.UserAPI\",grpc_type=\"unary\""
        let mesh = "grpc_method=\"NewMeshCert\",grpc_service=\"meshapi.MeshAPI\",grpc_type=\"unary\""
        for line in [
            "contrast_coordinator_manifest_generation 1", "contrast_meshapi_attestation_failures_total 1",
            "contrast_grpc_server_started_total{\(user)} 1",
            "contrast_grpc_server_handled_total{grpc_code=\"OK\",\(user)} 1",
            "contrast_grpc_server_handled_total{grpc_code=\"PermissionDenied\",\(mesh)} 1",
            "contrast_grpc_server_handling_seconds_bucket{\(user),le=\"0.0001\"} 0",
            "contrast_grpc_server_handling_seconds_bucket{\(user),le=\"0.0005\"} 1",
            "contrast_grpc_server_handling_seconds_bucket{\(user),le=\"2.5\"} 1",
            "contrast_grpc_server_handling_seconds_bucket{\(mesh),le=\"5\"} 0",
            "contrast_grpc_server_handling_seconds_bucket{\(mesh),le=\"+Inf\"} 1",
            "contrast_grpc_server_handling_seconds_sum{\(user)} 0.0004",
            "contrast_grpc_server_handling_seconds_count{\(mesh)} 1",
            "# TYPE contrast_grpc_server_handling_seconds histogram",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func aCoordinatorWithoutManifestHasGenerationZero() throws {
        let metrics = Metrics(try TestCoordinator().states)
        #expect(
            String(decoding: metrics.respond().body, as: UTF8.self)
                .contains("contrast_coordinator_manifest_generation 0\n"))
    }
}

// SPDX-License-Identifier: Apache-2.0

import ATLS
import ClientConnection
import History
import Client
import CoordinatorAPI
import Digests
import FoundationEssentials
import GRPCCore
import GRPCProtobuf
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

struct RequestTests {
    /// Other Coordinators do not know that one document may be asked for, and answer with all that they have.
    @Test func theActiveManifestComesOutOfAWholeHistory() async throws {
        try await withServer { _, port, _ in
            let connection = CoordinatorConnection(Endpoint(host: "127.0.0.1", port: port), try .simulated())
            let active = try #require(try await connection.activeManifest(document: [UInt8](repeating: 1, count: 32)))
            // The test's service gives the client's key, which it does not have, and its address.
            #expect(active.bytes == Array("127.0.0.1".utf8) && active.documents == [])
            #expect(active.previousTransition == Transition.hash(of: [[]]))
        }
    }

    /// A request under any name of a service, with any header.
    private func getManifests(
        _ client: ATLSClient.Connection, service: String, metadata: Metadata = [:]
    ) async throws -> GetManifestsResponse {
        let method = MethodDescriptor(fullyQualifiedService: service, method: "GetManifests")
        let api = UserAPI.Method.GetManifests.descriptor
        #expect(api.method == "GetManifests")
        return try await client.unary(
            request: ClientRequest(message: GetManifestsRequest(), metadata: metadata), descriptor: method,
            serializer: ProtobufSerializer<GetManifestsRequest>(),
            deserializer: ProtobufDeserializer<GetManifestsResponse>(), options: .defaults
        ) { try $0.message }
    }

    @Test("both names of the services lead to them, and no other does")
    func names() async throws {
        try await withServer { _, port, _ in
            try await ATLSClient.connect(to: "127.0.0.1", port: port, .simulated()) { client in
                for name in ["edgelesssys.contrast.userapi.UserAPI", "userapi.UserAPI"] {
                    #expect(try await getManifests(client, service: name).manifests.count == 2)
                }
                do {
                    _ = try await getManifests(client, service: "edgelesssys.userapi.UserAPI")
                    Issue.record("served")
                } catch let error as RPCError {
                    #expect(error.code == .unimplemented)
                }
            }
        }
    }

    @Test("a client cannot say which connection it comes from")
    func spoofed() async throws {
        let key = try GeneratedKey(.workloadOwner)
        try await withServer { _, port, _ in
            try await ATLSClient.connect(to: "127.0.0.1", port: port, .simulated(.key(key.pem))) { owner in
                _ = try await UserAPI.Client(wrapping: owner).getManifests(GetManifestsRequest())
                try await ATLSClient.connect(to: "127.0.0.1", port: port, .simulated()) { stranger in
                    for id in ["1", "2", "3"] {
                        let answer = try await getManifests(
                            stranger, service: "userapi.UserAPI", metadata: ["contrast-connection": "\(id)"])
                        #expect(answer.manifests.first?.isEmpty == true)
                    }
                }
            }
        }
    }

    @Test("a message over 16 MiB is refused, and others are answered")
    func oversized() async throws {
        try await withServer { _, port, _ in
            try await ATLSClient.connect(to: "127.0.0.1", port: port, .simulated()) { client in
                let api = UserAPI.Client(wrapping: client)
                func set(_ size: Int) async throws -> String {
                    var request = SetManifestRequest()
                    request.manifest = Data(repeating: 7, count: size)
                    return String(decoding: try await api.setManifest(request).rootCa, as: UTF8.self)
                }
                // Tag and length of the field take five bytes.
                let largest = (16 << 20) - 5
                #expect(try await set(largest) == "\(largest)")
                do {
                    _ = try await set(largest + 1)
                    Issue.record("served")
                } catch let error as RPCError {
                    // The server ends the stream; the connection stays.
                    #expect([.resourceExhausted, .unavailable].contains(error.code), "\(error)")
                }
                #expect(try await set(10) == "10")
                _ = try await TransportTests.getManifests(port, .simulated())
            }
        }
    }

    @Test("a server that stops lets requests end and takes no new ones", .timeLimit(.minutes(3)))
    func shutdown() async throws {
        let world = try SimulatedWorld.shared.get()
        let (requests, started) = AsyncStream.makeStream(of: Void.self)
        var limits = ATLSLimits()
        (limits.clientHello, limits.handshake, limits.drain) = (.seconds(600), .seconds(600), .seconds(600))
        let server = ATLSServer(
            host: "127.0.0.1", port: 0,
            ATLSServerConfiguration(
                issuer: world.issuer(SimulatedWorld.coordinator), clients: .keyIfGiven, limits: limits),
            services: [TestUserService(onRecover: { started.yield() })])
        let group = ServiceGroup(services: [server], logger: .init(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await server.port)
            // Half open: it has no part in the shutdown.
            let idle = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port).get()
            try await ATLSClient.connect(to: "127.0.0.1", port: port, .simulated()) { client in
                async let slow = UserAPI.Client(wrapping: client).recover(RecoverRequest())
                for await _ in requests { break }
                await group.triggerGracefulShutdown()
                _ = try await slow
            }
            let start = ContinuousClock.now
            try await tasks.next()
            #expect(ContinuousClock.now - start < .seconds(5))
            try await idle.closeFuture.get()
            await #expect(throws: (any Error).self) { try await TransportTests.getManifests(port, .simulated()) }
        }
    }
}

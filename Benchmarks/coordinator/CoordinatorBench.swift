// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Backends
import ClientConnection
import Coordinator
import Digests
import Foundation
import GRPCCore
import History
import IR
import Identity
import Logging
import Server
import SimulatedPlatform
import Synchronization

/// Both sides of `coordinator.py`, each a process of its own:
///
///     coordinator-bench serve DIRECTORY             a Coordinator with a manifest; prints the ports of user and mesh API
///     coordinator-bench enrol DIRECTORY PORT N C    N certificates, C at a time; prints a latency in seconds for each
///     coordinator-bench connect DIRECTORY PORT N    N connections after their handshake; kept until standard input ends
@main
enum CoordinatorBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        func number(_ index: Int) throws -> Int {
            guard arguments.count > index, let number = Int(arguments[index]) else { throw Usage() }
            return number
        }
        guard arguments.count > 2 else { throw Usage() }
        let world = try World(directory: arguments[2])
        switch arguments[1] {
        case "serve": try await serve(world)
        case "enrol": try await enrol(world, port: number(3), count: number(4), atOnce: number(5))
        case "connect": try await connect(world, port: number(3), count: number(4))
        default: throw Usage()
        }
    }

    private static func serve(_ world: World) async throws {
        let states = try StateGuard(
            History(MemoryStore()), CoordinatorConfiguration(hostData: world.hashes[0], allowsInsecurePlatforms: true))
        _ = try await UserService(states).setManifest(
            SetManifestRequest(manifest: ManifestBackend.bytes(world.manifest), policies: world.documents), from: Peer()
        )
        var options = CoordinatorServerOptions(version: "bench")
        for listener in [
            \CoordinatorServerOptions.userAPI, \.meshAPI, \.httpAPI, \.transitAPI, \.probes,
        ] { options[keyPath: listener].port = 0 }
        options.simulation = SimulationConsent(environment: "1", command: true)
        let server = CoordinatorServer(
            states, issuer: world.issuer(0), options,
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            if let ports = await server.ports {
                say("\(ports[0]) \(ports[1])")
            }
            try await group.next()
        }
    }

    /// As an initializer asks, but that it believes whoever answers: what it verifies is not this process's cost.
    private static func enrol(_ world: World, port: Int, count: Int, atOnce: Int) async throws {
        let endpoint = Endpoint(host: "127.0.0.1", port: port)
        let key = try ECDSAPrivateKey(generating: .p256).pkcs8PEM()
        let connection = CoordinatorConnection(
            endpoint, ATLSClientConfiguration(server: .none, identity: .evidence(world.issuer(1), key: key)))
        let next = Counter()
        let clock = ContinuousClock()
        let start = clock.now
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<atOnce {
                group.addTask {
                    var latencies: [Duration] = []
                    while next.increment() <= count {
                        let begin = clock.now
                        _ = try await connection.newMeshCertificate()
                        latencies.append(clock.now - begin)
                    }
                    return latencies
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        print("all", seconds(clock.now - start))
        for latency in latencies { print(seconds(latency)) }
    }

    private static func connect(_ world: World, port: Int, count: Int) async throws {
        let (ready, closed) = (Counter(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    let configuration = ATLSClientConfiguration(
                        server: .none, identity: .evidence(world.issuer(1), key: nil))
                    try await ATLSClient.connect(to: "127.0.0.1", port: port, configuration) { client in
                        try await ping(client)
                        if ready.increment() == count {
                            say("ready")
                        }
                        while closed.value == 0 { try await Task.sleep(for: .milliseconds(200)) }
                    }
                }
            }
            Thread.detachNewThread {
                while readLine() != nil {}
                _ = closed.increment()
            }
            try await group.waitForAll()
        }
    }

    /// At once, whoever reads it.
    private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}

private struct Usage: Error {}

/// A number that several tasks count.
private final class Counter: Sendable {
    private let number = Atomic(0)

    var value: Int { number.load(ordering: .relaxed) }

    /// - Returns: the number after it.
    func increment() -> Int { number.wrappingAdd(1, ordering: .relaxed).newValue }
}

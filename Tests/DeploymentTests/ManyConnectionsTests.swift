// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: isBuilt, "simulated-platform was not built; CONTRAST_SIMULATION=1 does"))
struct ManyConnectionsTests {
    private static let wanted = 10_000
    /// What they may cost a Coordinator.
    private static let memoryLimit = 96 << 20

    @Test(.timeLimit(.minutes(15)))
    func tenThousandHalfOpenConnectionsKeepNobodyOut() throws {
        let deployment = try Deployment()
        defer { deployment.end() }
        // Few files, as systems start programs with: the Coordinator raises the limit itself.
        let coordinator = try deployment.startCoordinator(softFiles: 256)
        let process = "/proc/\(coordinator.program.processID)"
        let limits = try #require(try Files.text(process + "/limits").firstMatch(of: /Max open files +(\w+) +(\w+)/))
        #expect(limits.1 == limits.2)
        try deployment.contrast("set", coordinator, "resources/")
        try deployment.contrast("verify", coordinator)
        let before = try residentBytes(process)

        let open = try HalfOpenConnections(Self.wanted, to: [coordinator.ports[0], coordinator.ports[1]])
        defer { open.close() }
        print("ManyConnectionsTests: \(open.count) half-open connections; a process may have \(open.limit) files here")
        #expect(open.count >= min(Self.wanted, open.limit / 2))

        // All of them are held while others are answered.
        try deployment.contrast("verify", coordinator)
        let initializer = try deployment.startInitializer("web", of: coordinator)
        #expect(try deployment.wait(for: initializer).status == 0)
        let capabilities = try deployment.run(
            "/usr/bin/curl", "-sSf", "--max-time", "20", "http://127.0.0.1:\(coordinator.ports[2])/capabilities")
        #expect(String(decoding: capabilities.stdout, as: UTF8.self).contains("v1"))
        let growth = try residentBytes(process) - before
        print("ManyConnectionsTests: they took \(growth >> 10) KiB of the Coordinator's memory")
        #expect(growth < Self.memoryLimit)
        // Of each API, no more than its limit are left.
        let files = Files.list(process + "/fd").count
        #expect(files < 2 * 512 + 200, "\(files) files are open")
    }

    private func residentBytes(_ process: String) throws -> Int {
        let line = try #require(try Files.text(process + "/status").firstMatch(of: /VmRSS:\s+(\d+) kB/))
        return try #require(Int(line.1)) << 10
    }
}

/// Connections that say nothing, and are kept.
private final class HalfOpenConnections {
    private var sockets: [Int32] = []
    /// Files that this process may have open.
    let limit: Int

    var count: Int { sockets.count }

    /// Opens as many as it may, in turn to each port.
    init(_ wanted: Int, to ports: [Int]) throws {
        var limits = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        getrlimit(resource, &limits)
        limits.rlim_cur = limits.rlim_max
        setrlimit(resource, &limits)
        limit = Int(clamping: limits.rlim_max)
        // Some are left for other tests of this process.
        for index in 0..<min(wanted, limit - 1000) {
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard socket >= 0 else { break }
            var address = FreePorts.loopback(port: ports[index % ports.count])
            let isOpen = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isOpen else {
                Glibc.close(socket)
                throw HarnessError("connection \(index) was refused: \(String(cString: strerror(errno)))")
            }
            sockets.append(socket)
        }
    }

    func close() {
        for socket in sockets { Glibc.close(socket) }
        sockets = []
    }
}

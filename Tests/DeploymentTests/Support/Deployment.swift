// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Ports of the loopback interface that nobody has.
enum FreePorts {
    static func make(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(socket)
            var address = loopback(port: 0)
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
                }
            }
            guard isBound else { throw HarnessError("there is no free port") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    /// 127.0.0.1.
    static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

/// A deployment of the voting example with all programs, on loopback and simulated processors. Everything that the
/// programs print is kept.
final class Deployment {
    struct Coordinator {
        var program: Subprocess.Running
        /// Of user API, mesh API, HTTP API, transit engine and probes.
        var ports: [Int]

        var address: String { "127.0.0.1:\(ports[0])" }
    }

    let directory: TemporaryDirectory
    private(set) var printed: [UInt8] = []
    private var running: [Int: Subprocess.Running] = [:]
    private let programs: String
    private static let flags = ["--INSECURE", "--offline"]

    init() throws {
        programs = URL(fileURLWithPath: try Locations.contrast()).deletingLastPathComponent().path
        directory = try TemporaryDirectory()
        try Files.copyTree(Locations.examples + "/voting-mesh", into: directory.path + "/resources")
        try run("simulated-platform", "init", "--INSECURE", "simulated")
        try generate()
        for (name, file) in [("coordinator", "coordinator"), ("web", "web"), ("emoji", "emoji")] {
            let document = try run(
                "contrast", "inspect", "--show", "initdata", "--workload", name, "resources/\(file).yaml")
            try Files.write(document.stdout, to: path("guests/\(name)/initdata.toml"))
            // What a guest measures is no output of a program, and long.
            printed.removeLast(document.stdout.count)
        }
    }

    /// Ends all programs.
    func end() {
        for program in running.values {
            program.send(SIGKILL)
            try? note(program.wait())
        }
        running = [:]
        directory.remove()
    }

    func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    func text(_ name: String) throws -> String { try Files.text(path(name)) }

    private func note(_ result: Subprocess.Result) { printed += result.stderr + result.stdout }

    /// Everything that was printed so far, by programs that still run too.
    var allPrinted: [UInt8] { running.values.reduce(printed) { $0 + $1.errors } }

    private func subprocess(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) -> Subprocess {
        let own = ["contrast", "coordinator", "initializer", "simulated-platform"].contains(program)
        return Subprocess(
            executable: own ? "\(programs)/\(program)" : program, arguments: arguments,
            environment: [
                "PATH": "\(programs):/usr/bin:/bin", "CONTRAST_ALLOW_INSECURE_RUNTIMES": "1", "CONTRAST_METRICS": "1",
            ].merging(environment) { $1 }, directory: directory.path)
    }

    /// Runs a program to its end, which must have the status.
    @discardableResult
    func run(_ program: String, _ arguments: String..., status: Int = 0) throws -> Subprocess.Result {
        let result = try subprocess(program, arguments).run()
        note(result)
        guard result.status == status else {
            let text = String(decoding: result.stdout, as: UTF8.self) + result.errorText
            throw HarnessError("\(program) \(arguments.joined(separator: " ")): status \(result.status)\n\(text)")
        }
        return result
    }

    /// Starts a program that goes on.
    func start(
        _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> Subprocess.Running {
        let program = try subprocess(program, arguments, environment).start()
        running[program.processID] = program
        return program
    }

    @discardableResult
    func wait(for program: Subprocess.Running) throws -> Subprocess.Result {
        let result = try program.wait()
        running[program.processID] = nil
        note(result)
        return result
    }

    /// As in the middle of anything.
    func kill(_ program: Subprocess.Running) throws {
        program.send(SIGKILL)
        try wait(for: program)
    }

    // MARK: The programs

    func generate() throws {
        try run(
            "contrast", "generate", "--INSECURE", "--reference-values", "simulated/bundle.json", "--create-keys",
            "--locked", "--lock", "resources/contrast.lock", "resources/")
    }

    /// What a simulated processor says of a guest.
    private func evidence(_ guest: String) throws -> String {
        let hash = try run("/usr/bin/sha256sum", "guests/\(guest)/initdata.toml").stdout.prefix(64)
        return "simulated-platform attest --INSECURE simulated -m manifest.json --policy "
            + String(decoding: hash, as: UTF8.self)
    }

    /// - Parameter softFiles: the soft limit of open files that it starts with.
    func startCoordinator(store: String = "state", _ more: [String] = [], softFiles: Int? = nil) throws -> Coordinator {
        try FileManager.default.createDirectory(atPath: path(store), withIntermediateDirectories: true)
        let ports = try FreePorts.make(5)
        let arguments =
            Self.flags + [
                "--store", store, "--evidence-command",
                try evidence("coordinator"), "--user-api-port", "\(ports[0])", "--mesh-api-port", "\(ports[1])",
                "--http-api-port", "\(ports[2])", "--transit-api-port", "\(ports[3])", "--probes-port",
                "\(ports[4])", "--log-level", "trace",
            ] + more
        let program =
            try softFiles.map {
                try start("/bin/sh", ["-c", "ulimit -Sn \($0); exec coordinator \"$@\"", "sh"] + arguments)
            } ?? start("coordinator", arguments)
        let coordinator = Coordinator(program: program, ports: ports)
        try waitUntil("the Coordinator has started\n\(program.errorText)") {
            try subprocess("/usr/bin/curl", ["-fs", "http://127.0.0.1:\(ports[4])/probe/startup"]).run().status == 0
        }
        return coordinator
    }

    /// - Parameter attempts: 0 for one that waits.
    func startInitializer(
        _ guest: String, of coordinator: Coordinator, attempts: Int = 1
    ) throws -> Subprocess.Running {
        try start(
            "initializer",
            ["run"] + Self.flags + [
                "--root", "guests/\(guest)", "--evidence-command",
                try evidence(guest), "--user-api-port", "\(coordinator.ports[0])", "--mesh-api-port",
                "\(coordinator.ports[1])", "--attempts", "\(attempts)", "--log-level", "trace",
            ], ["COORDINATOR_HOST": "127.0.0.1"])
    }

    /// `set`, `verify` and `recover`, as verbose as they get.
    @discardableResult
    func contrast(
        _ command: String, _ coordinator: Coordinator, _ more: String..., status: Int = 0
    ) throws -> String {
        let arguments = [command, "-c", coordinator.address] + Self.flags + ["--log-level", "debug"] + more
        let result = try subprocess("contrast", arguments).run()
        note(result)
        let text = String(decoding: result.stdout, as: UTF8.self) + result.errorText
        guard result.status == status else {
            throw HarnessError("contrast \(arguments.joined(separator: " ")): status \(result.status)\n\(text)")
        }
        return text
    }

    /// For half a minute.
    func waitUntil(_ what: @autoclosure () -> String, _ condition: () throws -> Bool) throws {
        for _ in 0..<600 {
            if try condition() { return }
            usleep(100_000)
        }
        throw HarnessError("in vain: \(what())")
    }
}

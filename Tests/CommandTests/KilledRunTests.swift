// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Runs that end in the middle: each file is wholly old or wholly new, and nothing else stays for long.
@Suite struct KilledRunTests {
    private static let command =
        "generate --locked --all --create-keys --log-level error --reference-values metal-qemu-snp --report report.json ."
    private static let workloads = 12
    private static let rounds = 20

    private let old: [String: [UInt8]]
    private let new: [String: [UInt8]]
    /// How long a whole run takes.
    private let duration: Double

    init() throws {
        let workspace = try Self.workspace()
        defer { workspace.remove() }
        old = try workspace.tree()
        let start = Date()
        try workspace.contrast(Self.command)
        duration = Date().timeIntervalSince(start)
        new = try workspace.tree()
    }

    private static func workspace() throws -> Workspace {
        var files = HostileInput.deployment
        for number in 0..<workloads {
            let text = HostileInput.pod().replacing("name: app", with: "name: app-\(number)")
            files["\(number % 4)/\(number).yaml"] = text
        }
        return try Workspace(files: files)
    }

    /// Keys differ from run to run, and what names or measures them does too.
    private static func isFixed(_ name: String) -> Bool { name.hasSuffix(".yaml") && name != "good.yaml" }

    /// When a run is to end.
    private enum Moment {
        /// After a part of the time that a run takes.
        case part(Double)
        /// As soon as there are so many temporary files, of which a run makes two for each file that it replaces.
        case temporaries(Int)
    }

    /// Starts a run and sends it a signal.
    private func interrupt(_ workspace: Workspace, _ signal: Int32, at moment: Moment) throws -> Int {
        let run = try Subprocess(
            executable: Locations.contrast(), arguments: Self.command.split(separator: " ").map(String.init),
            directory: workspace.path
        ).start()
        switch moment {
        case .part(let part): usleep(UInt32(part * duration * 1_000_000))
        case .temporaries(let count):
            let deadline = Date() + 5 * duration
            while temporaries(in: workspace) < count, Date() < deadline { usleep(200) }
        }
        run.send(signal)
        return try run.wait().status
    }

    private func temporaries(in workspace: Workspace) -> Int {
        (0..<4).reduce(0) { $0 + Files.list("\(workspace.path)/\($1)").count { $0.hasSuffix(".tmp") } }
    }

    private func isTemporary(_ path: String) -> Bool { path.hasSuffix(".tmp") }

    private func checkFiles(_ workspace: Workspace, _ context: String) throws {
        for (path, bytes) in try workspace.tree() where !isTemporary(path) {
            if path.hasSuffix(".pem") {
                #expect(bytes.starts(with: "-----BEGIN".utf8) && bytes.last == 0x0A, "\(context): \(path)")
            } else if path.hasSuffix(".json") {
                #expect((try? JSONSerialization.jsonObject(with: Data(bytes))) != nil, "\(context): \(path) is half")
            } else {
                let isNew = Self.masked(bytes) == Self.masked(new[path] ?? [])
                #expect(bytes == old[path] || isNew, "\(context): \(path) is neither old nor new")
            }
        }
    }

    /// A file without its policy, which measures keys that differ from run to run.
    private static func masked(_ bytes: [UInt8]) -> [UInt8] {
        Array(bytes.split(separator: 0x0A).filter { !$0.starts(with: "    io.katacontainers".utf8) }.joined())
    }

    @Test func killedAtAnyMoment() throws {
        var random = SplitMix(seed: 20_26)
        var leftovers = 0
        var mixed = 0
        for round in 0..<Self.rounds {
            let workspace = try Self.workspace()
            defer { workspace.remove() }
            let moment: Moment =
                round % 2 == 0
                ? .part(random.part() * 1.1) : .temporaries(1 + Int(random.part() * Double(2 * Self.workloads)))
            _ = try interrupt(workspace, SIGKILL, at: moment)
            try checkFiles(workspace, "round \(round)")
            let left = try workspace.tree()
            if left.keys.contains(where: isTemporary) { leftovers += 1 }
            let changed = left.keys.filter { Self.isFixed($0) && left[$0] != old[$0] }
            if !changed.isEmpty, changed.count < Self.workloads { mixed += 1 }

            // The next run finishes the work and cleans up.
            try workspace.contrast(Self.command)
            try checkFiles(workspace, "after round \(round)")
            let tree = try workspace.tree()
            #expect(Set(tree.keys) == Set(new.keys), "round \(round): \(Set(tree.keys).symmetricDifference(new.keys))")
        }
        // Of so many moments, some are in the middle of the writing.
        #expect(leftovers > 0)
        print(
            "of \(Self.rounds) killed runs, \(leftovers) left temporary files and \(mixed) had replaced some of the files"
        )
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func interruptedRunsLeaveNothing(signal: Int32) throws {
        var random = SplitMix(seed: UInt64(signal))
        var interrupted = 0
        for round in 0..<6 {
            let workspace = try Self.workspace()
            defer { workspace.remove() }
            let status = try interrupt(
                workspace, signal,
                at: round < 2 ? .part(random.part()) : .temporaries(1 + Int(random.part() * Double(Self.workloads))))
            #expect(status == 0 || status == 128 + Int(signal))
            if status != 0 { interrupted += 1 }
            try checkFiles(workspace, "signal \(signal), round \(round)")
            let left = try workspace.tree()
            #expect(!left.keys.contains(where: isTemporary), "\(left.keys.filter(isTemporary))")
            // Replacing is all or nothing.
            let changed = left.keys.filter { Self.isFixed($0) && left[$0] != old[$0] }
            #expect(changed.isEmpty || changed.count == Self.workloads, "\(changed.count) files were replaced")
        }
        #expect(interrupted > 0)
    }
}

/// The generator of Steele, Lea and Flood, for the same moments in each run of the tests.
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number from 0 to 1.
    mutating func part() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}

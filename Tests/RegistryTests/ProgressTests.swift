// SPDX-License-Identifier: Apache-2.0

import Foundation
import ImageFixtures
import Testing

/// What a terminal shows of a resolution.
@Suite(.enabled(if: TestRegistry.isThere, "docker-registry or python3 is not installed"), .serialized)
struct ProgressTests {
    /// The other side of a terminal of 24 rows and 60 columns.
    private final class Terminal {
        private let main: Int32
        let handle: FileHandle

        init() throws {
            var (main, other): (Int32, Int32) = (-1, -1)
            var size = winsize(ws_row: 24, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
            guard openpty(&main, &other, nil, nil, &size) == 0 else {
                throw Service.Failure(description: "there is no terminal to be had")
            }
            self.main = main
            handle = FileHandle(fileDescriptor: other, closeOnDealloc: true)
            _ = fcntl(main, F_SETFL, O_NONBLOCK)
        }

        deinit { close(main) }

        /// What was written since the last call.
        func read() -> String {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Foundation.read(main, &buffer, buffer.count)
                guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += buffer[..<count]
            }
        }

        /// Reads as long as a program runs, which a full terminal would stop.
        ///
        /// - Parameter each: is called with all that was written so far.
        func read(from process: Process, _ each: (String) -> Void = { _ in }) -> String {
            var shown = ""
            while process.isRunning {
                Thread.sleep(forTimeInterval: 0.02)
                shown += read()
                each(shown)
            }
            return shown + read()
        }
    }

    private static func slowWorkspace(_ proxy: Service) throws -> LockCommandTests.Workspace {
        try .init(images: ["index", "docker"].map { "127.0.0.1:\(proxy.port)/slow/team/\($0):1" })
    }

    @Test func aLineForEachImageAndOneForAll() async throws {
        let setting = try await RegistryClientTests.Setting.shared.value
        let proxy = try setting.proxy()
        let workspace = try Self.slowWorkspace(proxy)
        let terminal = try Terminal()
        var shown = ""
        let run = try workspace.start("lock app.yaml", errors: terminal.handle) { shown = terminal.read(from: $0) }
        #expect(try run().status == 0)
        #expect(shown.contains("  127.0.0.1:\(proxy.port)/slow/team/docker:1"))
        #expect(shown.contains(" KB of 200 KB\r\n"))
        #expect(shown.contains("/2 images, "))
        #expect(shown.contains("/s\r\n"))
        let lines = shown.split(separator: "\r\n").map { $0.drop { $0 != " " && !$0.isNumber } }
        #expect(lines.allSatisfy { $0.count < 60 })
        // All of it is removed at the end.
        #expect(shown.hasSuffix("\u{1B}[J"))
    }

    /// What is not a terminal, or is for machines, gets no progress.
    @Test(arguments: ["", " --diagnostics-format json"])
    func quietElsewhere(_ flags: String) async throws {
        let setting = try await RegistryClientTests.Setting.shared.value
        let proxy = try setting.proxy()
        let workspace = try Self.slowWorkspace(proxy)
        if flags.isEmpty {
            #expect(try workspace.contrast("lock app.yaml").stderr == "")
        } else {
            let terminal = try Terminal()
            var shown = ""
            let run = try workspace.start("lock\(flags) app.yaml", errors: terminal.handle) {
                shown = terminal.read(from: $0)
            }
            #expect(try run().status == 0)
            #expect(!shown.contains("images, "))
        }
    }

    /// Ends a run in the middle of a layer: no lock, nothing half written, the cursor in the first column, and the next
    /// run gives the right lock.
    @Test func anInterruptionLeavesNothingBroken() async throws {
        let setting = try await RegistryClientTests.Setting.shared.value
        let proxy = try setting.proxy()
        let workspace = try Self.slowWorkspace(proxy)
        let terminal = try Terminal()
        var shown = ""
        let run = try workspace.start("lock app.yaml", errors: terminal.handle) { process in
            shown = terminal.read(from: process) {
                if $0.contains(" KB of ") { process.interrupt() }
            }
        }
        let result = try run()
        #expect(result.isSignal && result.status == SIGINT)
        #expect(shown.hasSuffix("\r\n"))
        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.path)
        #expect(!left.contains("contrast.lock"))
        #expect(!left.contains { $0.hasPrefix(".contrast-") })
        #expect(try workspace.contrast("lock app.yaml").status == 0)
        let lock = try workspace.text("contrast.lock")
        #expect(try workspace.contrast("lock --check --no-cache app.yaml").status == 0)
        #expect(lock?.contains("\(Images.index.root)") == true)
    }
}

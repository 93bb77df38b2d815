// SPDX-License-Identifier: Apache-2.0

import Backends
import Driver
import IR
import InitDataFormat
import Synchronization
import Testing

/// What holds for every deployment, shown on the examples.
@Suite struct PipelineTests {
    @Test(arguments: Example.all)
    func compilesWithoutErrors(_ example: Example) throws {
        let result = try example.request(example.inputs()).run()
        #expect(!result.diagnostics.hasErrors, "\(result.everything)")
        #expect(!result.report.workloads.isEmpty)
        #expect(result.manifest != nil)
    }

    @Test(arguments: Example.all)
    func threadsChangeNothing(_ example: Example) throws {
        var request = try example.request(example.inputs())
        let alone = request.run().everything
        for jobs in [2, 8] {
            request.jobs = jobs
            #expect(request.run().everything == alone)
        }
    }

    /// Large deployments are read twice.
    @Test(arguments: Example.all)
    func sizeChangesNothing(_ example: Example) throws {
        var request = try example.request(example.inputs())
        let alone = request.run()
        request.inputs += Self.filler
        let among = request.run()
        #expect(among.manifest == alone.manifest)
        #expect(among.files.map(\.bytes).prefix(alone.files.count) == alone.files.map(\.bytes)[...])
    }

    /// What can be read but once, such as a pipe, may be large.
    @Test func oneLargeInputIsReadOnce() throws {
        let example = try #require(Example.all.first)
        var request = try example.request(example.inputs())
        let bytes = try example.inputs().filter { !$0.path.contains("coordinator") }.reduce(into: [UInt8]()) {
            $0 += $1.bytes + Array("\n---\n".utf8)
        }
        let source = SourceFile(path: "-", bytes: bytes + [UInt8](repeating: UInt8(ascii: "#"), count: 5 << 20))
        let isRead = Mutex(false)
        request.inputs = [
            InputFile(path: "-", isNamed: true) {
                let isFirst = isRead.withLock { isRead in
                    defer { isRead = true }
                    return !isRead
                }
                return isFirst ? .success(source) : .failure(.init(reason: "read already"))
            }
        ]
        let result = request.run()
        #expect(!result.diagnostics.hasErrors && result.manifest != nil, "\(result.everything)")
    }

    /// Comments that take more memory than what is kept of the inputs.
    private static let filler = (0..<5).map { number in
        let comments = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20)
        return InputFile(source: SourceFile(path: "comments-\(number).yaml", bytes: comments), isNamed: false)
    }

    /// Whichever reading it is that finds other bytes, or none.
    @Test(arguments: [1, 2], [true, false])
    func changingInputsAreRefused(reading: Int, isThere: Bool) throws {
        let example = try #require(Example.all.first)
        var request = try example.request(example.inputs())
        let changing = try #require(
            request.inputs.firstIndex { $0.path.contains("coordinator") }, "the example has no Coordinator")
        let sources = try example.inputs()
        let other = SourceFile(path: sources[changing].path, bytes: sources[changing].bytes + Array("\n# x\n".utf8))
        let readings = Mutex(0)
        request.inputs[changing] = InputFile(path: other.path, isNamed: false) {
            let number = readings.withLock { count in
                defer { count += 1 }
                return count
            }
            guard number == reading else { return .success(sources[changing]) }
            return isThere ? .success(other) : .failure(.init(reason: "gone"))
        }
        request.inputs += Self.filler
        let result = request.run()
        #expect(readings.withLock { $0 } > reading)
        #expect(result.manifest == nil)
        #expect(result.diagnostics.all.contains { $0.code == .unreadableInput && $0.message.contains("changed") })
    }

    @Test(arguments: Example.all)
    func secondRunChangesNothing(_ example: Example) throws {
        let first = try example.request(example.inputs()).run()
        var request = try example.request(first.outputs)
        request.manifest = SourceFile(path: "manifest.json", bytes: try #require(first.manifest))
        let second = request.run()
        #expect(second.files.map(\.bytes) == first.files.map(\.bytes))
        #expect(second.manifest == first.manifest)
        #expect(second.report.workloads.map(\.policyHash) == first.report.workloads.map(\.policyHash))
    }

    /// What generate itself added gives no findings when it is read again.
    @Test(arguments: Example.all)
    func secondRunFindsTheSame(_ example: Example) throws {
        let first = try example.request(example.inputs()).run()
        let second = try example.request(first.outputs).run()
        func findings(_ result: GenerateResult) -> [String] {
            result.diagnostics.all.map { "\($0.code.rawValue) \($0.message)" }.sorted()
        }
        #expect(findings(second) == findings(first))
    }

    @Test(arguments: Example.all)
    func removeRestoresTheBytes(_ example: Example) throws {
        let inputs = try example.inputs()
        let first = try example.request(inputs).run()
        #expect(first.files.map(\.bytes) != inputs.map(\.bytes))
        var request = try example.request(first.outputs)
        request.switches.remove = true
        let removed = request.run()
        #expect(!removed.diagnostics.hasErrors)
        #expect(removed.manifest == nil)
        for (file, input) in zip(removed.files, inputs) {
            #expect(file.bytes == input.bytes, "\(input.path) is not what it was")
        }
    }

    /// The hash in the manifest, the hash in the report and what the annotation decodes to are one.
    @Test(arguments: Example.all)
    func hashesAgree(_ example: Example) throws {
        let result = try example.request(example.inputs()).run()
        var diagnostics = Diagnostics()
        let attached = result.outputs.flatMap { PolicyAnnotations.read($0, into: &diagnostics) }
        let hashes = Set(attached.map(\.content.policyHash))
        #expect(!diagnostics.hasErrors)
        #expect(hashes == Set(result.report.workloads.map(\.policyHash)))
        let manifest = try JSONParser.parse(try #require(result.manifest))
        let listed = try #require(manifest.object?["Policies"]?.object)
        #expect(Set(listed.members.map(\.key)) == hashes)
        #expect(attached.allSatisfy { $0.content.policy?.contains("package agent_policy") ?? false })
    }

    /// The order in which files are given changes neither their content nor the manifest.
    @Test(arguments: Example.all)
    func orderOfInputsChangesNothing(_ example: Example) throws {
        let inputs = try example.inputs()
        let forward = try example.request(inputs).run()
        let backward = try example.request(inputs.reversed()).run()
        #expect(forward.files.map(\.bytes) == backward.files.reversed().map(\.bytes))
        #expect(forward.manifest == backward.manifest)
    }
}

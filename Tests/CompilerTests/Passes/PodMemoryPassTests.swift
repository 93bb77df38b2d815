// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct PodMemoryPassTests {
    /// MiB that unpacking each image takes.
    private let pass = PodMemoryPass { image in
        ["some": 30, "other": 40].first { $0.key == image.value }.map { $0.value << 20 }
    }

    private func spec(_ containers: String, _ initial: String = "") -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: {name: w}\nspec:\n  initContainers: [\(initial)]\n"
            + "  containers: [\(containers)]\n"
    }

    private static func container(_ name: String, _ image: String, _ memory: String? = nil, _ more: String = "")
        -> String
    {
        "{name: \(name), image: \(image)\(more)" + (memory.map { ", resources: {limits: {memory: \($0)}}" } ?? "") + "}"
    }

    /// In MiB, before it is doubled.
    @Test(arguments: [
        (container("a", "some"), "", 30),
        (container("a", "some", "100Mi"), "", 130),
        (container("a", "some") + ", " + container("b", "other"), "", 70),
        (container("a", "some") + ", " + container("b", "some"), "", 30),
        (container("a", "some", "100Mi"), container("i", "some", "10Mi"), 130),
        (container("a", "some", "100Mi"), container("i", "some", "200Mi"), 230),
        (container("a", "some", "100Mi"), container("i", "some", "200Mi", ", restartPolicy: Always"), 330),
    ])
    func limits(containers: String, initial: String, expected: Int) throws {
        let text = spec(containers, initial)
        let once = try run([pass], on: text)
        #expect(once.findings == [])
        #expect(once.text.components(of: "memory: \(2 * expected)Mi") == 2, "\(once.text)")
        #expect(try run([pass], on: once.text).text == once.text)
        #expect(try data(removed(once.text)) == data(text))
    }

    /// Sums beyond all numbers end at the largest, and unknown sizes are errors.
    @Test func extremes() throws {
        let large = Self.container("a", "some", "9223372036854775807")
        #expect(try run([pass], on: spec("\(large), \(large)")).findings == [])
        let unknown = try run([pass], on: spec(Self.container("a", "unknown")))
        #expect(unknown.findings.map { $0.prefix(11) } == ["6:33 CC0401"])
        #expect(!unknown.text.contains("memory"))
    }
}

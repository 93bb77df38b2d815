// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Keys that are alike at their start, and short ones among long ones: the first that stands a second time is found.
@Suite struct DuplicateKeyTests {
    /// Texts of keys within double quotes; the same as written are the same as read.
    private static let texts: [String] = {
        let starts = ["", "a", "aaaaaaa", "aaaaaaaa", "aaaaaaab", "app.kubernetes.io/"]
        let ends = ["", "\\0", "\\0\\0", "b", "\\x80", "name", "instance", "aaaaaaaaaaaaaaaaaaaaaaaa"]
        return starts.flatMap { start in ends.map { start + $0 } }
    }()

    @Test(arguments: 0..<20)
    func theFirstSecondOne(_ seed: Int) {
        var random = SeededGenerator(state: UInt64(seed))
        for count in 0..<60 {
            let keys = (0..<count).map { _ in random.pick(Self.texts) }
            // Two of three are numbered, so that large mappings may have no key twice.
            let distinct = keys.enumerated().map { $0.offset % 3 == 0 ? $0.element : "\($0.element)\($0.offset)" }
            var seen: Set<String> = []
            let expected = distinct.firstIndex { !seen.insert($0).inserted }
            let yaml = distinct.map { "\"\($0)\": x\n" }.joined()
            var diagnostics = Diagnostics()
            let source = SourceFile(path: "t.yaml", bytes: Array(yaml.utf8))
            _ = YAMLFrontend.parse(source, into: &diagnostics)
            let line = diagnostics.all.first?.range.map { source.position(at: $0.start).line - 1 }
            #expect(diagnostics.all.map(\.code) == (expected == nil ? [] : [.duplicateKey]), "\(yaml)")
            #expect(line == expected, "\(yaml)")
        }
    }
}

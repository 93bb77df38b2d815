// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// The frontend and the splicer over YAML that was not written for them.
@Suite(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
struct EditingTests {
    @Test func dataIsThere() {
        #expect(TestData.deployments.count > 900)
        #expect(YAMLTestSuite.inputs.count > 300)
    }

    @Test func noEditKeepsTheBytes() {
        var parsed = 0
        for source in TestData.deployments + YAMLTestSuite.inputs {
            var diagnostics = Diagnostics()
            let documents = YAMLFrontend.parse(source, into: &diagnostics)
            if !diagnostics.hasErrors { parsed += 1 }
            let edits = documents.flatMap { YAMLSplicer.edits(of: YAMLTree($0)) }
            #expect(edits.isEmpty, "\(source.path) has edits that nobody made")
            // Documents stand in order and none reaches into the next.
            for (left, right) in zip(documents, documents.dropFirst()) {
                #expect(left.range.upperBound <= right.range.lowerBound, "documents of \(source.path) overlap")
            }
        }
        #expect(parsed >= TestData.deployments.count + 200)
    }

    /// All parse, but for the few that have a key twice.
    @Test func deploymentsParse() {
        var refused = 0
        for source in TestData.deployments {
            var diagnostics = Diagnostics()
            _ = YAMLFrontend.parse(source, into: &diagnostics)
            if diagnostics.hasErrors { refused += 1 }
            let others = diagnostics.all.filter { $0.severity == .error && $0.code != .duplicateKey }
            #expect(others.isEmpty, "\(source.path): \(others.map(\.message))")
        }
        #expect(refused <= 6)
    }

    @Test func refusedFilesHaveAPosition() {
        let broken = TestData.yamlFiles(below: "corpus").filter { TestData.unparsed.contains($0.path) }
        for source in broken + YAMLTestSuite.inputs {
            var diagnostics = Diagnostics()
            _ = YAMLFrontend.parse(source, into: &diagnostics)
            for finding in diagnostics.all {
                #expect(finding.range?.file === source || finding.path != nil, "\(source.path): \(finding.message)")
                if let range = finding.range {
                    #expect(range.start <= range.end && range.end <= source.bytes.count, "\(source.path)")
                }
            }
            if TestData.unparsed.contains(source.path) { #expect(diagnostics.hasErrors, "\(source.path)") }
        }
    }

    /// A pair or item is added to each document and taken out again.
    @Test func insertionIsUndoneByRemoval() {
        var edited = 0
        for source in TestData.deployments + YAMLTestSuite.inputs {
            guard let documents = Self.documents(of: source) else { continue }
            let trees = documents.map(YAMLTree.init)
            guard trees.allSatisfy({ $0.root.hasPlainKeys }) else { continue }
            let before = trees.map(\.root.value)
            guard trees.contains(where: { Self.insert(into: $0.root) }) else { continue }
            for tree in trees.dropFirst(trees.firstIndex { $0.root.hasProbe } ?? 0) where !tree.root.hasProbe {
                Self.insert(into: tree.root)
            }
            edited += 1
            let longer = SourceFile(path: source.path, bytes: Self.output(of: trees, source))
            guard let again = Self.documents(of: longer) else {
                Issue.record("\(source.path) is no YAML after an insertion:\n\(Self.text(longer))")
                continue
            }
            let second = again.map(YAMLTree.init)
            #expect(second.map(\.root.hasProbe) == trees.map(\.root.hasProbe), "\(source.path)")
            for tree in second { Self.remove(from: tree.root) }
            let same = zip(second, before).allSatisfy { $0.root.means($1) } && second.count == before.count
            #expect(same, "\(source.path) says something else after an insertion and a removal:\n\(Self.text(longer))")
            // A block scalar that ends the file without a line break gets another header.
            let isOpen = source.bytes.last != 0x0A && [.literal, .folded].contains(documents.last?.tape.last?.style)
            if isOpen { continue }
            let restored = Self.output(of: second, longer)
            #expect(restored == source.bytes, "\(source.path) is not restored:\n\(Self.text(longer))")
        }
        #expect(edited > 1_000)
    }

    private static func documents(of source: SourceFile) -> [YAMLDocument]? {
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(source, into: &diagnostics)
        return diagnostics.hasErrors || documents.isEmpty ? nil : documents
    }

    private static func output(of trees: [YAMLTree], _ source: SourceFile) -> [UInt8] {
        var out: [UInt8] = []
        YAMLSplicer.apply(
            trees.flatMap { YAMLSplicer.edits(of: $0) }, to: source.bytes, 0..<source.bytes.count, into: &out)
        return out
    }

    @discardableResult
    private static func insert(into root: YAMLNode) -> Bool {
        if root.isMapping { root.set(probe, ["list": ["a", "b"]]) }
        if root.isSequence { root.append([YAMLValue.Member(key: probe, value: 1)].asMapping) }
        return root.isMapping || root.isSequence
    }

    private static func remove(from root: YAMLNode) {
        if root.isMapping { root.remove(probe) }
        if root.isSequence, root.hasProbe { root.removeItem(at: root.items.count - 1) }
    }

    private static func text(_ source: SourceFile) -> String {
        String(decoding: source.bytes.prefix(600), as: UTF8.self)
    }
}

private let probe = "inserted-by-a-test"

extension YAMLNode {
    /// Whether all keys are scalars without `?`, anchor and tag before them, as those of Kubernetes are.
    fileprivate var hasPlainKeys: Bool {
        items.allSatisfy(\.hasPlainKeys)
            && pairs.allSatisfy { key, value in
                guard key.isScalar, let range = key.range else { return false }
                let bytes = range.file.bytes
                let before = bytes[..<range.start].last { $0 > 0x20 }
                let isMarked = range.start < bytes.count && "?&!".utf8.contains(bytes[range.start])
                return !isMarked && before != UInt8(ascii: "?") && value.hasPlainKeys
            }
    }

    fileprivate var hasProbe: Bool { isSequence ? items.last?[probe] != nil : self[probe] != nil }
}

extension [YAMLValue.Member] {
    fileprivate var asMapping: YAMLValue { .mapping(self) }
}

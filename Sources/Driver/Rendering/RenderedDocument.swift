// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR

/// A document of a rendering, as it is compared with the same one of another.
struct RenderedDocument {
    /// Kind, namespace and name; a number beside these where they stand several times.
    var identity: String
    private var root: YAMLNode
    private var kind: String

    var range: SourceRange? { root["metadata"]?["name"]?.range ?? root.range }

    static func all(_ documents: [YAMLDocument]) -> [RenderedDocument] {
        var seen: [String: Int] = [:]
        return documents.map { document in
            let root = YAMLTree(document).root
            let object = KubernetesObject(root)
            let name = object.map { object in
                let name = object.name ?? object.generateName.map { "\($0)*" } ?? "(no name)"
                return "\(object.kind) \(object.namespace.map { "\($0)/" } ?? "")\(name)"
            }
            let identity = name ?? "a document that is no object"
            seen[identity, default: 0] += 1
            let number = seen[identity] ?? 1
            return RenderedDocument(
                identity: number == 1 ? identity : "\(identity) (number \(number))", root: root,
                kind: object?.kind ?? "")
        }
    }

    /// A place with two values.
    struct Difference {
        var path: String
        var range: SourceRange?
        /// As they may be shown.
        var values: (first: String, second: String)
        var cause: RenderCause
    }

    static func differences(_ first: RenderedDocument, _ second: RenderedDocument) -> [Difference] {
        var walk = Walk(kind: first.kind)
        walk.compare(first.root, second.root, [])
        return walk.differences
    }

    private struct Walk {
        let kind: String
        var differences: [Difference] = []

        /// Recursion ends with the depth that the frontend allows.
        ///
        /// - Parameter name: what the value is called; its key when `nil`.
        mutating func compare(_ first: YAMLNode, _ second: YAMLNode, _ path: [String], name: String? = nil) {
            if first.isMapping, second.isMapping {
                compare(first.pairs, second.pairs, path)
            } else if first.isSequence, second.isSequence {
                let (old, new) = (first.items, second.items)
                for index in 0..<max(old.count, new.count) {
                    let item = path + ["[\(index)]"]
                    compare(index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, item, nil)
                }
            } else if !(first.isScalar && second.isScalar && first.text == second.text && first.scalar == second.scalar)
            {
                add(first, second, path, name)
            }
        }

        private mutating func compare(
            _ first: [(key: YAMLNode, value: YAMLNode)], _ second: [(key: YAMLNode, value: YAMLNode)], _ path: [String]
        ) {
            let others = Dictionary(second.map { ($0.key.text, $0.value) }) { first, _ in first }
            let known = Set(first.map(\.key.text))
            // The value of a variable is called as the variable.
            let entry = first.first { $0.key.text == "name" && $0.value.isScalar }?.value.text
            for (key, value) in first {
                compare(value, others[key.text], path + [key.text], key.text == "value" ? entry : nil)
            }
            for (key, value) in second where !known.contains(key.text) { compare(nil, value, path + [key.text], nil) }
        }

        private mutating func compare(_ first: YAMLNode?, _ second: YAMLNode?, _ path: [String], _ name: String?) {
            guard let first, let second else { return add(first, second, path, name) }
            compare(first, second, path, name: name)
        }

        private mutating func add(_ first: YAMLNode?, _ second: YAMLNode?, _ path: [String], _ name: String?) {
            let texts = [first, second].compactMap { $0?.isScalar == true ? $0?.text : nil }
            let name = name ?? path.last { !$0.hasPrefix("[") } ?? ""
            let isSecret =
                (kind == "Secret" && ["data", "stringData"].contains(path.first))
                || texts.contains { SecretLint.suspects($0, named: name) }
            let values = RenderedValue.texts(first, second, isSecret: isSecret)
            differences.append(
                Difference(
                    path: Self.text(path), range: first?.range, values: values,
                    cause: RenderCause(path: path, texts, isSecret: isSecret)))
        }

        /// `spec.containers[0].name`, with keys quoted that are no plain words.
        private static func text(_ path: [String]) -> String {
            path.reduce("") { text, part in
                if part.hasPrefix("[") { return text + part }
                let isPlain = part.utf8.allSatisfy { byte in
                    0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte || "_-".utf8.contains(byte)
                }
                if !isPlain { return "\(text)['\(part)']" }
                return text.isEmpty ? part : "\(text).\(part)"
            }
        }
    }
}

/// How two values are shown beside each other.
private enum RenderedValue {
    private static let longest = 60
    /// Characters before the first that differs.
    private static let lead = 16

    static func texts(_ first: YAMLNode?, _ second: YAMLNode?, isSecret: Bool) -> (String, String) {
        guard let first, first.isScalar, let second, second.isScalar, !isSecret else {
            return (text(first, from: 0, isSecret), text(second, from: 0, isSecret))
        }
        let same = zip(first.text, second.text).prefix { $0 == $1 }.count
        let start = max(first.text.count, second.text.count) > longest ? max(0, same - lead) : 0
        return (text(first, from: start, false), text(second, from: start, false))
    }

    private static func text(_ node: YAMLNode?, from start: Int, _ isSecret: Bool) -> String {
        guard let node else { return "nothing" }
        if node.isMapping { return "a mapping" }
        if node.isSequence { return "a list" }
        if isSecret { return "a value that is not shown" }
        let rest = node.text.dropFirst(start)
        return "'\(start > 0 ? "…" : "")\(rest.prefix(longest))\(rest.count > longest ? "…" : "")'"
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
package import IR

/// What a KRM function reads and writes: a `ResourceList` of `config.kubernetes.io/v1`, with the objects as items, the
/// function's options in `functionConfig`, and its findings in `results`.
package struct ResourceList {
    package let source: SourceFile
    private let root: YAMLNode

    /// An option of the function: an entry of `functionConfig.data`.
    package struct Option {
        package var name: Located<String>
        package var value: Located<String>
    }

    /// `nil` for anything but one document that is such a list.
    package init?(_ source: SourceFile) {
        // Other inputs need no parsing to be told apart.
        guard source.bytes.firstRange(of: Array("ResourceList".utf8)) != nil, let tree = Self.tree(source),
            let kind = tree.root["kind"], let version = tree.root["apiVersion"], kind.text == "ResourceList",
            version.text == "config.kubernetes.io/v1"
        else { return nil }
        self.source = source
        root = tree.root
    }

    private static func tree(_ source: SourceFile) -> YAMLTree? {
        var ignored = Diagnostics()
        let documents = YAMLFrontend.parse(source, into: &ignored)
        return documents.count == 1 ? documents.first.map { YAMLTree($0) } : nil
    }

    /// The options, in their order.
    package func options(into diagnostics: inout Diagnostics) -> [Option] {
        guard let config = root["functionConfig"], !config.isNull else { return [] }
        guard config.isMapping else {
            diagnostics.error(.wrongType, "functionConfig: expected a mapping", at: config.range)
            return []
        }
        for (key, _) in config.pairs where !["apiVersion", "kind", "metadata", "data"].contains(key.text) {
            diagnostics.error(
                .unknownField, "functionConfig.\(key.text): unknown field; options stand in 'data'", at: key.range)
        }
        guard let data = config["data"], !data.isNull else { return [] }
        guard data.isMapping else {
            diagnostics.error(.wrongType, "functionConfig.data: expected a mapping", at: data.range)
            return []
        }
        return data.pairs.compactMap { key, value in
            guard value.isScalar, !value.isNull else {
                diagnostics.error(.wrongType, "functionConfig.data.\(key.text): expected a scalar", at: value.range)
                return nil
            }
            return Option(name: Located(key.text, key.range), value: Located(value.text, value.range))
        }
    }

    /// The list with its items as in `bytes`, which are this list after the function, and with all findings.
    package func output(_ bytes: [UInt8], _ diagnostics: Diagnostics) -> [UInt8] {
        let results = FunctionResult.list(diagnostics, input: source.path, locate: resource)
        guard !results.isEmpty, let tree = Self.tree(SourceFile(path: source.path, bytes: bytes)) else { return bytes }
        if tree.root["results"]?.isMapping == true { tree.root.remove("results") }
        if let list = tree.root.sequence("results") { for result in results { list.append(result) } }
        var out: [UInt8] = []
        var ignored = Diagnostics()
        YAMLSplicer.apply(CheckedEdits.edits(of: tree, into: &ignored), to: bytes, 0..<bytes.count, into: &out)
        return out
    }

    /// The item around a byte offset, and the field in it.
    private func resource(at offset: Int) -> FunctionResult.Resource? {
        guard let item = (root["items"]?.items ?? []).first(where: { Self.contains($0, offset) }),
            let object = KubernetesObject(item)
        else { return nil }
        let annotations = item["metadata"]?["annotations"]
        func annotation(_ name: String) -> String? {
            [annotations?["internal.config.kubernetes.io/\(name)"], annotations?["config.kubernetes.io/\(name)"]]
                .compactMap { $0 }.first { $0.isScalar && !$0.isNull }?.text
        }
        return FunctionResult.Resource(
            apiVersion: object.group.isEmpty ? object.version : "\(object.group)/\(object.version)", kind: object.kind,
            namespace: object.namespace, name: object.name ?? object.generateName, path: annotation("path"),
            index: annotation("index"), field: Self.field(in: item, at: offset))
    }

    private static func contains(_ node: YAMLNode, _ offset: Int) -> Bool {
        node.range.map { $0.start <= offset && offset < max($0.end, $0.start + 1) } ?? false
    }

    private static func field(in item: YAMLNode, at offset: Int) -> String {
        var path = ""
        var node = item
        while true {
            if let (key, value) = node.pairs.first(where: { contains($0.key, offset) || contains($0.value, offset) }) {
                let name = key.text
                let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
                path += isPlain ? (path.isEmpty ? "" : ".") + name : "['\(name)']"
                guard contains(value, offset) else { return path }
                node = value
            } else if let (index, value) = node.items.enumerated().first(where: { contains($0.element, offset) }) {
                path += "[\(index)]"
                node = value
            } else {
                return path
            }
        }
    }
}

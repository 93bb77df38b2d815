// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Undoes generate: takes out what it added, known by name, and restores what it replaced.
package struct RemovePass: Pass {
    package init() {}

    package func run(_ context: inout PassContext) {
        guard context.wasCompiled, !context.diagnostics.hasErrors else { return }
        let pod = context.pod
        var record = context.replaced
        for list in ["containers", "initContainers"] {
            for (container, pointer) in context.containers(list) {
                guard let pointer else { continue }
                removeNamed(SecretsVolume.mountedNames, from: "volumeMounts", of: container, pointer, &record)
            }
        }
        let spec = pod.templatePointer + "/spec"
        removeNamed(ContrastName.injectedContainers, from: "initContainers", of: pod.spec, spec, &record)
        removeNamed(SecretsVolume.ownNames(in: pod), from: "volumes", of: pod.spec, spec, &record)
        removeAnnotations(pod, record)
        restore(record, pod)
    }

    /// Removes items by name, but not those that were there before. When none is left, the list goes too, or becomes
    /// what it was.
    private func removeNamed(
        _ names: Set<String>, from list: String, of node: YAMLNode, _ pointer: String, _ record: inout ReplacedRecord
    ) {
        guard let sequence = node[list], sequence.isSequence else { return }
        let items = sequence.items
        let recorded = record.entries.keys.filter { $0.hasPrefix("\(pointer)/\(list)/") && Self.isItem($0) }.sorted()
        var ours: [Int] = []
        for index in items.indices where names.contains(items[index]["name"]?.text ?? "") {
            let text = JSONText.of(items[index])
            if let own = recorded.first(where: { record.entries[$0] == text }) {
                record.remove(own)
            } else {
                ours.append(index)
            }
        }
        guard !ours.isEmpty else { return }
        if ours.count == items.count, recorded.isEmpty {
            guard let empty = record.entries["\(pointer)/\(list)"], let empty else { return node.remove(list) }
            return node.restore(list, empty)
        }
        for index in ours.reversed() { sequence.removeItem(at: index) }
    }

    /// Whether a pointer leads to an item that this pass takes for one that generate replaced.
    private static func isItem(_ pointer: String) -> Bool {
        let tokens = pointer.split(separator: "/")
        return tokens.last.flatMap { Int($0) } != nil && tokens.count >= 2
            && ["initContainers", "volumes", "volumeMounts"].contains(tokens[tokens.count - 2])
    }

    private func removeAnnotations(_ pod: PodObject, _ record: ReplacedRecord) {
        guard let metadata = pod.template["metadata"], let annotations = metadata["annotations"] else { return }
        let pointer = "\(pod.templatePointer)/metadata"
        let ours = annotations.pairs.map(\.key.text).filter { key in
            if record.entries["\(pointer)/annotations\(JSONPointer([key]))"] != nil { return false }
            return key == ContrastName.replaced || key == ContrastName.initData || key == ContrastName.agentPolicy
                || ContrastName.idBlockPrefixes.contains(where: key.hasPrefix)
        }
        guard !ours.isEmpty else { return }
        // Some are put back below; the mapping has to stay for them.
        let returns = record.entries.contains { $0.key.hasPrefix("\(pointer)/annotations/") && $0.value != nil }
        if ours.count < annotations.pairs.count || returns {
            for key in ours { annotations.remove(key) }
        } else if let text = record.entries["\(pointer)/annotations"] ?? nil {
            metadata.restore("annotations", text)
        } else if metadata.pairs.count > 1 {
            metadata.remove("annotations")
        } else if let text = record.entries[pointer] ?? nil {
            pod.template.restore("metadata", text)
        } else {
            pod.template.remove("metadata")
        }
    }

    /// Puts back what the record holds: fields first, then items from the deepest lists up, since pointers count the
    /// containers without those that bear our names.
    private func restore(_ record: ReplacedRecord, _ pod: PodObject) {
        let entries = record.entries
            .filter { $0.key.hasPrefix(pod.templatePointer + "/") }
            .map { entry in
                let path = JSONPointer(parsing: String(entry.key.dropFirst(pod.templatePointer.utf8.count)))
                return (pointer: entry.key, path: path?.tokens ?? [], old: entry.value)
            }
        for entry in entries.filter({ !Self.isItem($0.pointer) }).sorted(by: { $0.pointer < $1.pointer }) {
            set(entry.old, at: entry.path, in: pod.template)
        }
        let items = entries.filter { Self.isItem($0.pointer) }.sorted { left, right in
            let first = (-left.path.count, left.path.last.flatMap { Int($0) } ?? 0, left.pointer)
            let second = (-right.path.count, right.path.last.flatMap { Int($0) } ?? 0, right.pointer)
            return first < second
        }
        for entry in items { insert(entry.old, at: entry.path, in: pod.template) }
    }

    private func insert(_ old: String?, at path: [String], in template: YAMLNode) {
        guard let old, let value = JSONText.value(of: old), let last = path.last, let index = Int(last),
            let owner = Self.node(at: path.dropLast(2), in: template),
            let list = owner.sequence(path[path.count - 2])
        else { return }
        list.insert(value, at: min(max(index, 0), list.items.count))
    }

    private func set(_ old: String?, at path: [String], in template: YAMLNode) {
        guard let key = path.last, let owner = Self.node(at: path.dropLast(), in: template), owner.isMapping else {
            return
        }
        guard let old else { return owner.remove(key) }
        if let existing = owner[key], !existing.isScalar, !(existing.items.isEmpty && existing.pairs.isEmpty) {
            return
        }
        owner.restore(key, RestorableScalar.text(old, for: key, in: owner))
    }

    /// The node at a path; indices count the containers without those that bear our names.
    private static func node(at path: ArraySlice<String>, in node: YAMLNode) -> YAMLNode? {
        path.reduce(node as YAMLNode?) { node, token in
            guard let node else { return nil }
            guard node.isSequence else { return node[token] }
            let items = node.items.filter { !ContrastName.injectedContainers.contains($0["name"]?.text ?? "") }
            guard let index = Int(token), items.indices.contains(index) else { return nil }
            return items[index]
        }
    }
}

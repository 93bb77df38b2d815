// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Undoes generate: takes out what it added, known by name, and restores what it replaced.
package struct RemovePass: Pass {
    package init() {}

    package func run(_ context: inout PassContext) {
        guard context.wasCompiled, !context.diagnostics.hasErrors else { return }
        let pod = context.pod
        for list in ["containers", "initContainers"] {
            for (container, pointer) in context.containers(list) {
                guard let pointer else { continue }
                removeNamed(
                    [ContrastName.secretsVolume], from: "volumeMounts", of: container, pointer, context.replaced)
            }
        }
        let spec = context.specPointer("")
        removeNamed(
            [ContrastName.initializer, ContrastName.serviceMesh], from: "initContainers", of: pod.spec,
            String(spec.dropLast()), context.replaced)
        let volumes = Set([ContrastName.secretsVolume] + (SecurePV.mountName(of: pod).map { [$0] } ?? []))
        removeNamed(
            volumes, from: "volumes", of: pod.spec, String(spec.dropLast()), context.replaced)
        removeAnnotations(pod, context.replaced)
        restore(context)
    }

    /// Removes items by name. When none is left, the list goes too, or becomes what it was.
    private func removeNamed(
        _ names: Set<String>, from list: String, of node: YAMLNode, _ pointer: String, _ replaced: ReplacedRecord
    ) {
        guard let sequence = node[list], sequence.isSequence else { return }
        let items = sequence.items
        let ours = items.indices.filter { names.contains(items[$0]["name"]?.text ?? "") }
        guard !ours.isEmpty else { return }
        if ours.count == items.count {
            guard let empty = replaced.entries["\(pointer)/\(list)"], let empty else { return node.remove(list) }
            node.restore(list, empty)
            return
        }
        for index in ours.reversed() { sequence.removeItem(at: index) }
    }

    private func removeAnnotations(_ pod: PodObject, _ replaced: ReplacedRecord) {
        guard let metadata = pod.template["metadata"], let annotations = metadata["annotations"] else { return }
        let ours = annotations.pairs.map(\.key.text).filter { key in
            let pointer = "\(pod.templatePointer)/metadata/annotations\(JSONPointer([key]))"
            if replaced.entries[pointer] != nil { return false }
            return key == ContrastName.replaced || key == ContrastName.initData || key == ContrastName.agentPolicy
                || ContrastName.idBlockPrefixes.contains(where: key.hasPrefix)
        }
        guard !ours.isEmpty else { return }
        if ours.count < annotations.pairs.count {
            for key in ours { annotations.remove(key) }
        } else if metadata.pairs.count > 1 || pod.kind == .pod {
            metadata.remove("annotations")
        } else {
            pod.template.remove("metadata")
        }
    }

    private func restore(_ context: PassContext) {
        let prefix = context.pod.templatePointer
        let entries = context.replaced.entries
            .filter { $0.key.hasPrefix(prefix + "/") }
            .map { (path: JSONPointer(parsing: String($0.key.dropFirst(prefix.count)))?.tokens ?? [], old: $0.value) }
        // Items of lists first, in their order, so that the indices of what is inside them are right.
        let items = entries.filter { $0.path.count >= 2 && Int($0.path[$0.path.count - 1]) != nil }
            .sorted {
                ($0.path.count, Int($0.path[$0.path.count - 1]) ?? 0) < (
                    $1.path.count, Int($1.path[$1.path.count - 1]) ?? 0
                )
            }
        for entry in items { insert(entry.old, at: entry.path, in: context.pod.template) }
        let fields = entries.filter { entry in !items.contains { $0.path == entry.path } }
            .sorted { $0.path.count < $1.path.count }
        for entry in fields { set(entry.old, at: entry.path, in: context.pod.template) }
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
        owner.restore(key, old)
    }

    private static func node(at path: ArraySlice<String>, in node: YAMLNode) -> YAMLNode? {
        path.reduce(node as YAMLNode?) { node, token in
            guard let node else { return nil }
            if node.isSequence {
                guard let index = Int(token), node.items.indices.contains(index) else { return nil }
                return node.items[index]
            }
            return node[token]
        }
    }
}

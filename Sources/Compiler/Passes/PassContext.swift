// SPDX-License-Identifier: Apache-2.0

package import IR

/// What the passes over one pod share: the pod under edit, the record of what they replace, and their findings.
package struct PassContext {
    package let pod: PodObject
    package var replaced: ReplacedRecord
    package var diagnostics = Diagnostics()
    /// Names of the containers that the passes of this run put in, whose images are final.
    var placed: Set<String> = []
    /// Whether an earlier run compiled this pod already, so that what bears our names is ours.
    package let wasCompiled: Bool
    /// Whether the initializer takes the place of any that the user wrote, whatever its name.
    private let adoptsInitializers: Bool

    package init(_ pod: PodObject, adoptsInitializers: Bool = false) {
        self.pod = pod
        self.adoptsInitializers = adoptsInitializers
        let annotation = pod.annotation(ContrastName.replaced)
        wasCompiled = annotation != nil
        if let annotation {
            if let record = ReplacedRecord(annotation.text) {
                replaced = record
            } else {
                replaced = ReplacedRecord()
                diagnostics.error(
                    .replacedAnnotationDamaged,
                    "the annotation '\(ContrastName.replaced)' is not what generate wrote; restore or remove it",
                    at: annotation.range)
            }
        } else {
            replaced = ReplacedRecord()
            recordOwnNames()
        }
    }

    /// Notes what bears our names in a pod that was never compiled, since `RemovePass` takes such things for ours.
    private mutating func recordOwnNames() {
        for (position, container) in pod.initContainers.enumerated()
        where isOurs(container) {
            replaced.add(specPointer("initContainers/\(position)"), JSONText.of(container))
        }
        record(SecretsVolume.ownNames(in: pod), in: pod.spec["volumes"], specPointer("volumes"))
        for (container, pointer) in containers("initContainers") + containers("containers") {
            guard let pointer else { continue }
            record(SecretsVolume.mountedNames, in: container["volumeMounts"], "\(pointer)/volumeMounts")
        }
    }

    private mutating func record(_ names: Set<String>, in list: YAMLNode?, _ pointer: String) {
        for (position, item) in (list?.items ?? []).enumerated() where names.contains(item["name"]?.text ?? "") {
            replaced.add("\(pointer)/\(position)", JSONText.of(item))
        }
    }

    /// Pointer to a field of the pod's spec.
    package func specPointer(_ path: String) -> String { "\(pod.templatePointer)/spec/\(path)" }

    /// The mapping or sequence under a key of a node, made when there is none. Notes what an empty one looked like.
    mutating func collection(_ key: String, sequence: Bool, in node: YAMLNode, pointer: String) -> YAMLNode? {
        if let existing = node[key], existing.isEmptyInSource { replaced.add(pointer, existing.emptyText) }
        let made = sequence ? node.sequence(key) : node.mapping(key)
        if made == nil {
            diagnostics.error(
                .wrongType, "'\(key)' is not a \(sequence ? "sequence" : "mapping")", at: node[key]?.range)
        }
        return made
    }

    /// The pod template's annotations, made when there are none.
    mutating func annotations() -> YAMLNode? {
        let pointer = pod.templatePointer
        guard let metadata = collection("metadata", sequence: false, in: pod.template, pointer: "\(pointer)/metadata")
        else { return nil }
        return collection("annotations", sequence: false, in: metadata, pointer: "\(pointer)/metadata/annotations")
    }

    /// Writes an annotation of the pod template, if it differs.
    package mutating func annotate(_ key: String, _ text: String) {
        guard let annotations = annotations() else { return }
        if let existing = annotations[key], existing.isScalar {
            existing.setText(text)
        } else {
            annotations.set(key, .string(text))
        }
    }

    /// Removes an annotation of the pod template that the policy's one would contradict. One that this pod had before
    /// it was ever compiled goes into the record.
    package mutating func recordForeign(_ key: String) {
        guard !wasCompiled, let existing = pod.annotation(key) else { return }
        replaced.add("\(pod.templatePointer)/metadata/annotations\(JSONPointer([key]))", existing.restorableText)
    }

    /// Writes the record of what was replaced, which also marks the pod as compiled; to be called after the last pass
    /// that replaces.
    package mutating func writeReplaced() {
        recordForeign(ContrastName.initData)
        recordForeign(ContrastName.agentPolicy)
        // Makes the annotations first: an empty mapping that is filled belongs into the record.
        guard annotations() != nil else { return }
        annotate(ContrastName.replaced, replaced.text)
    }

    /// Whether an init container is one that generate injects, or puts its own in place of.
    func isOurs(_ container: YAMLNode) -> Bool {
        isInjectedName(container) || (adoptsInitializers && HandWrittenInitializer.isOne(container))
    }

    private func isInjectedName(_ container: YAMLNode) -> Bool {
        ContrastName.injectedContainers.contains(container["name"]?.text ?? "")
    }

    /// Whether the user wrote an init container or a volume of one of our names, in this run's source or before an
    /// earlier run put ours in its place.
    func isUsersOwn(_ name: String, in list: String) -> Bool {
        let prefix = specPointer(list) + "/"
        return replaced.entries.contains { pointer, old in
            guard pointer.hasPrefix(prefix), !pointer.dropFirst(prefix.count).contains("/"), let old,
                let item = (try? JSONParser.parse(old))?.object
            else { return false }
            return item["name"]?.string == name
        }
    }

    /// The containers of a list with the pointer of each, `nil` for those that generate injects.
    func containers(_ list: String) -> [(node: YAMLNode, pointer: String?)] {
        var index = 0
        return (pod.spec[list]?.items ?? []).map { container in
            guard !(list == "initContainers" ? isOurs(container) : isInjectedName(container)) else {
                return (container, nil)
            }
            defer { index += 1 }
            return (container, specPointer("\(list)/\(index)"))
        }
    }
}

/// A change to one pod. Passes are idempotent: after one run another changes nothing.
package protocol Pass {
    func run(_ context: inout PassContext)
}

// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR

/// What spans the documents of all inputs: the result of the first pass over them, which keeps no documents.
struct Deployment {
    var configObjects = ConfigObjects()
    /// Bytes of `overhead.podFixed.memory` by name of the RuntimeClass.
    var overheads: [String: Int64] = [:]
    var limitRanges: [LimitRange] = []
    /// Namespace of the Coordinator, `default` when there is none.
    var coordinatorNamespace = "default"
    /// Indices of the inputs that hold a Coordinator.
    var coordinatorFiles: [Int] = []
    /// Whether any document is a Kubernetes object.
    var hasObjects = false
    /// By which a second reading of each input is compared with the first; none where inputs are read once.
    var fingerprints: [[UInt8]] = []
    /// Where each pod-bearing object stands, by its identity.
    private var identities: [String: Place] = [:]
    private var reloaded = ReloadedInputs()

    /// Forgets what only the first pass asks for.
    mutating func endPass() { (identities, reloaded) = ([:], ReloadedInputs()) }

    /// Adds what the files of a batch say, in their order.
    mutating func add(_ batch: Batch, _ inputs: [InputFile], into diagnostics: inout Diagnostics) {
        for file in batch.files {
            diagnostics.add(contentsOf: file.diagnostics)
            for document in file.documents {
                let objects = KubernetesObject.all(in: YAMLTree(document)) { item in
                    diagnostics.error(
                        .notAKubernetesObject, "the item of the list has no 'apiVersion' and 'kind'", at: item.range)
                }
                if objects.isEmpty, !Self.isEmptyList(document) {
                    notAnObject(document, file.input, &diagnostics)
                } else {
                    hasObjects = true
                }
                for object in objects {
                    checkIdentity(object, file, inputs, &diagnostics)
                    add(object, file.index, &diagnostics)
                }
            }
        }
    }

    private static func isEmptyList(_ document: YAMLDocument) -> Bool {
        document.rootValue("kind").map { document.text($0).hasSuffix("List") } ?? false
    }

    private func notAnObject(_ document: YAMLDocument, _ input: InputFile, _ diagnostics: inout Diagnostics) {
        let start = Int(document.tape[0].start)
        let range = SourceRange(document.source, start, min(start + 1, document.source.bytes.count))
        if input.isNamed {
            diagnostics.error(
                .notAKubernetesObject, "the document has no 'apiVersion' and 'kind', so it is no Kubernetes object",
                at: range)
        } else {
            diagnostics.note(
                .notAKubernetesObject, "skipped: the document has no 'apiVersion' and 'kind'", at: range)
        }
    }

    private mutating func checkIdentity(
        _ object: KubernetesObject, _ file: ParsedFile, _ inputs: [InputFile], _ diagnostics: inout Diagnostics
    ) {
        guard let name = object.name, let kind = WorkloadKind.of(object) else { return }
        let identity = "\(kind.currentGroup)/\(object.kind)/\(object.namespace ?? "default")/\(name)"
        let range = object.node["metadata"]?["name"]?.range
        guard let first = identities[identity] else {
            if let range { identities[identity] = Place(file: file.index, start: range.start, end: range.end) }
            return
        }
        diagnostics.error(
            .duplicateObject,
            "\(object.kind) \(object.namespace ?? "default")/\(name) stands twice among the inputs", at: range,
            notes: [.init("it stands here first", at: reloaded.range(of: first, in: inputs))])
    }

    private mutating func add(_ object: KubernetesObject, _ file: Int, _ diagnostics: inout Diagnostics) {
        switch object.kind {
        case "ConfigMap" where object.group.isEmpty:
            guard let config = ConfigDecoder.configMap(object, into: &diagnostics) else { return }
            configObjects.configMaps[config.name, default: []].append(config)
        case "Secret" where object.group.isEmpty:
            guard let config = ConfigDecoder.secret(object, into: &diagnostics) else { return }
            configObjects.secrets[config.name, default: []].append(config)
        case "RuntimeClass":
            guard let name = object.name, let memory = object.node["overhead"]?["podFixed"]?["memory"] else { return }
            guard let quantity = Quantity(memory.quantityText) else {
                return diagnostics.error(
                    .malformedQuantity, "overhead.podFixed.memory: '\(memory.text)' is not a quantity", at: memory.range
                )
            }
            overheads[name] = quantity.unitsRoundedUp
        case "LimitRange" where object.group.isEmpty:
            limitRanges.append(LimitRange(object, into: &diagnostics))
        default:
            guard let pod = PodObject(object), pod.isCoordinator else { return }
            if coordinatorFiles.isEmpty { coordinatorNamespace = object.namespace ?? "default" }
            if coordinatorFiles.last != file { coordinatorFiles.append(file) }
        }
    }
}

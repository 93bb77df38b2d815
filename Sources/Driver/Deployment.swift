// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR

/// The inputs parsed, and what spans documents: the result of the first pass over them.
struct Deployment {
    var files: [ParsedFile] = []
    var configObjects = ConfigObjects()
    /// Bytes of `overhead.podFixed.memory` by name of the RuntimeClass.
    var overheads: [String: Int64] = [:]
    /// Namespaces that have a LimitRange, with its place.
    var limitRanges: [(namespace: String?, range: SourceRange?)] = []
    /// Namespace of the Coordinator, `default` when there is none.
    var coordinatorNamespace = "default"
    /// Documents that hold a Coordinator, which are compiled first.
    var coordinators: Set<DocumentID> = []

    /// A document's place among the inputs.
    struct DocumentID: Hashable {
        var file: Int
        var document: Int
    }
}

/// One input and its documents.
struct ParsedFile: Sendable {
    var input: InputFile
    var documents: [YAMLDocument]
    var diagnostics: Diagnostics
}

extension Deployment {
    /// Parses all inputs, on several threads, and collects what spans them, in their order.
    static func collect(_ inputs: [InputFile], jobs: Int, into diagnostics: inout Diagnostics) -> Deployment {
        var deployment = Deployment()
        deployment.files = Parallel.map(count: inputs.count, jobs: jobs, worker: { () }) { index, _ in
            var found = Diagnostics()
            let documents = YAMLFrontend.parse(inputs[index].source, into: &found)
            return ParsedFile(input: inputs[index], documents: documents, diagnostics: found)
        }
        var identities: [String: SourceRange?] = [:]
        var hasObjects = false
        for (position, file) in deployment.files.enumerated() {
            diagnostics.add(contentsOf: file.diagnostics)
            for (number, document) in file.documents.enumerated() {
                let objects = KubernetesObject.all(in: YAMLTree(document))
                if objects.isEmpty, !isEmptyList(document) {
                    notAnObject(document, file.input, &diagnostics)
                } else {
                    hasObjects = true
                }
                for object in objects {
                    checkIdentity(object, &identities, &diagnostics)
                    deployment.add(object, DocumentID(file: position, document: number), &diagnostics)
                }
            }
        }
        if !hasObjects, !diagnostics.hasErrors {
            diagnostics.error(.nothingToCompile, "there is no Kubernetes object among the inputs")
        }
        return deployment
    }

    private static func isEmptyList(_ document: YAMLDocument) -> Bool {
        document.rootValue("kind").map { document.text($0).hasSuffix("List") } ?? false
    }

    private static func notAnObject(_ document: YAMLDocument, _ input: InputFile, _ diagnostics: inout Diagnostics) {
        let range = SourceRange(
            document.source, Int(document.tape[0].start),
            min(Int(document.tape[0].start) + 1, document.source.bytes.count))
        if input.isNamed {
            diagnostics.error(
                .notAKubernetesObject, "the document has no 'apiVersion' and 'kind', so it is no Kubernetes object",
                at: range)
        } else {
            diagnostics.note(
                .notAKubernetesObject, "skipped: the document has no 'apiVersion' and 'kind'", at: range)
        }
    }

    private static func checkIdentity(
        _ object: KubernetesObject, _ identities: inout [String: SourceRange?], _ diagnostics: inout Diagnostics
    ) {
        guard let name = object.name, WorkloadKind(rawValue: object.kind) != nil else { return }
        let identity = "\(object.group)/\(object.kind)/\(object.namespace ?? "default")/\(name)"
        let range = object.node["metadata"]?["name"]?.range
        if let first = identities[identity] {
            diagnostics.error(
                .duplicateObject,
                "\(object.kind) \(object.namespace ?? "default")/\(name) stands twice among the inputs",
                at: range, notes: [.init("it stands here first", at: first)])
        } else {
            identities.updateValue(range, forKey: identity)
        }
    }

    private mutating func add(_ object: KubernetesObject, _ id: DocumentID, _ diagnostics: inout Diagnostics) {
        switch object.kind {
        case "ConfigMap" where object.group.isEmpty:
            guard let config = ConfigDecoder.configMap(object, into: &diagnostics) else { return }
            configObjects.configMaps[config.name, default: []].append(config)
        case "Secret" where object.group.isEmpty:
            guard let config = ConfigDecoder.secret(object, into: &diagnostics) else { return }
            configObjects.secrets[config.name, default: []].append(config)
        case "RuntimeClass":
            guard let name = object.name, let memory = object.node["overhead"]?["podFixed"]?["memory"] else { return }
            guard let quantity = Quantity(memory.text) else {
                return diagnostics.error(
                    .malformedQuantity, "overhead.podFixed.memory: '\(memory.text)' is not a quantity", at: memory.range
                )
            }
            overheads[name] = quantity.unitsRoundedUp
        case "LimitRange" where object.group.isEmpty:
            limitRanges.append((object.namespace, object.node["metadata"]?["name"]?.range ?? object.node.range))
        case "StatefulSet", "Deployment", "Pod", "DaemonSet", "ReplicaSet", "Job", "CronJob", "ReplicationController":
            guard let pod = PodObject(object), pod.isCoordinator else { return }
            if coordinators.isEmpty { coordinatorNamespace = object.namespace ?? "default" }
            coordinators.insert(id)
        default: break
        }
    }

    /// All documents, those of Coordinators first.
    var documentIDs: (coordinators: [DocumentID], others: [DocumentID]) {
        let all = files.indices.flatMap { file in
            files[file].documents.indices.map { DocumentID(file: file, document: $0) }
        }
        return (all.filter(coordinators.contains), all.filter { !coordinators.contains($0) })
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// One Kubernetes object in a document: the document itself, or an item of a `List`.
package struct KubernetesObject {
    package let node: YAMLNode
    package let kind: String
    /// `""` for the core group.
    package let group: String
    package let version: String

    /// `nil` unless the node has `apiVersion` and `kind`.
    package init?(_ node: YAMLNode) { self.init(node, of: nil) }

    /// - Parameter list: the list that the node is an item of. Items of a list of one kind, such as a `PodList`, need not
    ///   say what they are.
    private init?(_ node: YAMLNode, of list: KubernetesObject?) {
        let typed = list.flatMap { Self.mixedLists.contains($0.kind) || !$0.kind.hasSuffix("List") ? nil : $0 }
        guard node.isMapping,
            let kind = Self.text(node["kind"]) ?? typed.map({ String($0.kind.dropLast("List".count)) }),
            let apiVersion = Self.text(node["apiVersion"]) ?? typed.flatMap({ Self.text($0.node["apiVersion"]) })
        else { return nil }
        self.node = node
        self.kind = kind
        let parts = apiVersion.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1)
        guard !parts.isEmpty else { return nil }
        group = parts.count == 2 ? String(Substring(parts[0])) : ""
        version = String(Substring(parts[parts.count - 1]))
    }

    package var name: String? { Self.text(node["metadata"]?["name"]) }
    package var generateName: String? { Self.text(node["metadata"]?["generateName"]) }
    package var namespace: String? { Self.text(node["metadata"]?["namespace"]) }

    /// The text of a scalar that says something.
    private static func text(_ node: YAMLNode?) -> String? {
        guard let node, node.isScalar, !node.isNull else { return nil }
        let text = node.text
        return text.isEmpty ? nil : text
    }

    /// The objects of a document: itself, or the items of a `List` and of lists in it.
    ///
    /// - Parameter stray: takes the items of lists that are no objects.
    package static func all(in tree: YAMLTree, stray: (YAMLNode) -> Void = { _ in }) -> [KubernetesObject] {
        guard let object = KubernetesObject(tree.root) else { return [] }
        return object.expanded(depth: 0, stray)
    }

    /// Kinds of lists whose items are of any kind.
    private static let mixedLists: Set = ["List", "ResourceList"]
    private static let listDepthLimit = 8

    private var mayHoldPods: Bool {
        Self.mixedLists.contains(kind) || WorkloadKind(rawValue: String(kind.dropLast(4))) != nil
    }

    private func expanded(depth: Int, _ stray: (YAMLNode) -> Void) -> [KubernetesObject] {
        // Kubernetes takes whatever has a list of items for a list, whatever its kind says.
        guard kind == "List" || node["items"]?.isSequence == true, depth < Self.listDepthLimit
        else { return [self] }
        return (node["items"]?.items ?? []).flatMap { item in
            guard let object = KubernetesObject(item, of: self) else {
                // A list of another kind may be a list of something else.
                if mayHoldPods { stray(item) }
                return [KubernetesObject]()
            }
            return object.expanded(depth: depth + 1, stray)
        }
    }
}

/// A pod-bearing object, as passes see it: cursors on the places they edit.
package struct PodObject {
    package let object: KubernetesObject
    package let kind: WorkloadKind
    /// The object that has `metadata` and `spec` of the pod: the object itself for a Pod, else its template.
    package let template: YAMLNode
    package let spec: YAMLNode
    /// JSON pointer of the template within the object.
    package let templatePointer: String
    /// Whether this is the Coordinator, by its role.
    package let isCoordinator: Bool

    /// `nil` when the object bears no pod or its pod has no spec.
    package init?(_ object: KubernetesObject) {
        guard let kind = WorkloadKind.of(object) else { return nil }
        let path = kind.templatePath
        guard let template = object.node[path], let spec = template["spec"], spec.isMapping else { return nil }
        self.object = object
        self.kind = kind
        self.template = template
        self.spec = spec
        templatePointer = path.map { "/" + $0 }.joined()
        isCoordinator =
            Self.annotation(ContrastName.podRole, of: object, template).map { $0.isScalar && $0.text == "coordinator" }
            ?? false
    }

    /// Whether a Job numbers its pods.
    package var isIndexed: Bool {
        let job = kind == .cronJob ? object.node["spec"]?["jobTemplate"] : object.node
        return [.job, .cronJob].contains(kind) && job?["spec"]?["completionMode"]?.text == "Indexed"
    }

    package var displayName: String {
        "\(kind.rawValue) \(object.namespace ?? "default")/\(object.name ?? object.generateName.map { $0 + "*" } ?? "(no name)")"
    }

    package var range: SourceRange? { object.node["metadata"]?["name"]?.range ?? object.node.range }

    /// An annotation that is a string.
    package func annotation(_ key: String) -> YAMLNode? {
        guard let node = annotationNode(key), node.isScalar else { return nil }
        return node
    }

    /// An annotation of the pod template; one that asks something of Contrast may also stand on the object itself, as it
    /// did in the first releases.
    package func annotationNode(_ key: String) -> YAMLNode? { Self.annotation(key, of: object, template) }

    private static func annotation(_ key: String, of object: KubernetesObject, _ template: YAMLNode) -> YAMLNode? {
        if let node = template["metadata"]?["annotations"]?[key] { return node }
        guard key.hasPrefix(ContrastName.annotationPrefix), key != ContrastName.replaced else { return nil }
        return object.node["metadata"]?["annotations"]?[key]
    }

    package var runtimeClassName: YAMLNode? {
        guard let node = spec["runtimeClassName"], node.isScalar, !node.isNull else { return nil }
        return node
    }

    package var containers: [YAMLNode] { spec["containers"]?.items ?? [] }
    package var initContainers: [YAMLNode] { spec["initContainers"]?.items ?? [] }
}

extension WorkloadKind {
    /// API groups in which the kind bears a pod; `extensions` for the outdated ones.
    var groups: Set<String> {
        switch self {
        case .pod, .replicationController: [""]
        case .deployment, .daemonSet, .replicaSet: ["apps", "extensions"]
        case .statefulSet: ["apps"]
        case .job: ["batch", "extensions"]
        case .cronJob: ["batch"]
        }
    }

    /// The API group that has the kind today.
    package var currentGroup: String {
        switch self {
        case .pod, .replicationController: ""
        case .deployment, .daemonSet, .replicaSet, .statefulSet: "apps"
        case .job, .cronJob: "batch"
        }
    }

    /// Whether an object is of this kind rather than of one that happens to have the same name.
    package static func of(_ object: KubernetesObject) -> WorkloadKind? {
        WorkloadKind(rawValue: object.kind).flatMap { $0.groups.contains(object.group) ? $0 : nil }
    }

    /// Keys from the object to what holds the pod's `metadata` and `spec`.
    var templatePath: [String] {
        switch self {
        case .pod: []
        case .cronJob: ["spec", "jobTemplate", "spec", "template"]
        default: ["spec", "template"]
        }
    }

    /// The version that is current for the kind.
    var currentVersion: String { "v1" }
}

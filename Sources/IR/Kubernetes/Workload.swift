// SPDX-License-Identifier: Apache-2.0

/// The kinds of objects that hold a pod.
package enum WorkloadKind: String, Sendable, CaseIterable {
    case pod = "Pod"
    case deployment = "Deployment"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case replicaSet = "ReplicaSet"
    case replicationController = "ReplicationController"
    case job = "Job"
    case cronJob = "CronJob"
}

/// A pod-bearing object as the policy sees it: typed, with the place of every value.
package struct Workload: Sendable {
    package var kind: WorkloadKind
    /// `""` for the core group.
    package var apiGroup: String
    package var apiVersion: String
    package var name: Located<String>?
    package var generateName: Located<String>?
    /// The namespace of the object, not of its template; `nil` when absent.
    package var namespace: Located<String>?
    /// Annotations of the pod template (of the pod itself for a Pod).
    package var podAnnotations: [KeyValue]
    /// Labels of the pod template (of the pod itself for a Pod).
    package var podLabels: [KeyValue]
    package var spec: PodSpec
    /// Names of a StatefulSet's volumeClaimTemplates.
    package var volumeClaimTemplates: [Located<String>]
    /// Whether the pods of a Job are numbered, so that each container has a variable with its pod's number.
    package var isIndexed = false
    /// The whole object.
    package var range: SourceRange?

    package init(
        kind: WorkloadKind, apiGroup: String, apiVersion: String, name: Located<String>?,
        generateName: Located<String>? = nil, namespace: Located<String>? = nil, podAnnotations: [KeyValue] = [],
        podLabels: [KeyValue] = [], spec: PodSpec, volumeClaimTemplates: [Located<String>] = [],
        range: SourceRange? = nil
    ) {
        self.kind = kind
        self.apiGroup = apiGroup
        self.apiVersion = apiVersion
        self.name = name
        self.generateName = generateName
        self.namespace = namespace
        self.podAnnotations = podAnnotations
        self.podLabels = podLabels
        self.spec = spec
        self.volumeClaimTemplates = volumeClaimTemplates
        self.range = range
    }

    /// The name that containers get as their host's, where the YAML says it. Controllers that number pods name them
    /// themselves, and on the network of a node it is the node's.
    package var fixedHostName: String? {
        guard kind != .statefulSet, !isIndexed, !spec.hostNetwork, !spec.hasOtherHostname else { return nil }
        return spec.hostname?.value
    }

    /// For messages.
    package var displayName: WorkloadDisplayName {
        WorkloadDisplayName(
            kind: kind, namespace: namespace?.value ?? "default",
            name: name?.value ?? generateName.map { $0.value + "*" } ?? "(no name)")
    }
}

/// `Kind namespace/name`. No text is made until one is asked for, as a run has one for each of its workloads.
package struct WorkloadDisplayName: Sendable, Equatable, CustomStringConvertible {
    package var kind: WorkloadKind
    package var namespace: String
    package var name: String

    package init(kind: WorkloadKind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(kind.rawValue) \(namespace)/\(name)" }
}

/// The parts of a pod spec that a policy depends on.
package struct PodSpec: Sendable {
    package var containers: [Container] = []
    package var initContainers: [Container] = []
    package var volumes: [Volume] = []
    package var securityContext = PodSecurityContext()
    package var hostNetwork = false
    package var shareProcessNamespace = false
    package var serviceAccountName: Located<String>?
    /// `nil` leaves it to the service account.
    package var automountsToken: Bool?
    package var hostname: Located<String>?
    /// Whether containers get another name than `hostname`.
    package var hasOtherHostname = false
    /// Whether containers are told of all services of their namespace, not of the API server's alone.
    package var hasServiceLinks = true
    package var runtimeClassName: Located<String>?
    package var restartPolicy: String?
    package var range: SourceRange?

    package init() {}
}

/// The pod-level security context.
package struct PodSecurityContext: Sendable {
    package var runAsUser: Located<UInt32>?
    package var runAsGroup: Located<UInt32>?
    package var fsGroup: Located<UInt32>?
    package var supplementalGroups: [Located<UInt32>] = []
    package var sysctls: [KeyValue] = []
    package var allowPrivilegeEscalation: Bool?

    package init() {}
}

/// A container, init container or sidecar.
package struct Container: Sendable {
    package var name: Located<String>
    package var image: Located<String>?
    /// `nil` when the key is absent; an empty list counts as absent, as in Kubernetes.
    package var command: [Located<String>]?
    package var args: [Located<String>]?
    package var workingDir: Located<String>?
    package var env: [EnvVar] = []
    package var envFrom: [EnvFrom] = []
    package var volumeMounts: [VolumeMount] = []
    package var volumeDevices: [VolumeDevice] = []
    package var securityContext = ContainerSecurityContext()
    package var tty: Bool?
    package var stdin = false
    /// `Always` makes an init container a sidecar.
    package var restartPolicy: String?
    package var livenessExec: [Located<String>]?
    package var readinessExec: [Located<String>]?
    package var startupExec: [Located<String>]?
    package var postStartExec: [Located<String>]?
    package var preStopExec: [Located<String>]?
    package var terminationMessagePath: Located<String>?
    /// Text of `resources.limits` by resource name.
    package var limits: [KeyValue] = []
    package var range: SourceRange?

    package init(name: Located<String>) { self.name = name }
}

/// The container-level security context.
package struct ContainerSecurityContext: Sendable {
    package var readOnlyRootFilesystem = false
    package var allowPrivilegeEscalation: Bool?
    package var privileged = false
    package var capabilitiesAdd: [String] = []
    package var capabilitiesDrop: [String] = []
    package var runAsUser: Located<UInt32>?
    package var runAsGroup: Located<UInt32>?

    package init() {}
}

/// One entry of `env`.
package struct EnvVar: Sendable {
    package var name: Located<String>
    package var source: Source
    package var range: SourceRange?

    /// Where the value comes from.
    package enum Source: Sendable {
        case value(Located<String>)
        case configMapKey(name: Located<String>, key: String, optional: Bool)
        case secretKey(name: Located<String>, key: String, optional: Bool)
        case field(Located<String>)
        case resource(Located<String>)
        /// A `valueFrom` of a kind that is not known here.
        case unsupported(Located<String>)
    }

    package init(name: Located<String>, source: Source, range: SourceRange? = nil) {
        self.name = name
        self.source = source
        self.range = range
    }
}

/// One entry of `envFrom`.
package struct EnvFrom: Sendable {
    package var prefix: String
    package var source: Source
    package var range: SourceRange?

    /// The object whose entries become variables.
    package enum Source: Sendable {
        case configMap(name: Located<String>, optional: Bool)
        case secret(name: Located<String>, optional: Bool)
        /// A source of a kind that is not known here.
        case unsupported(Located<String>)
    }

    package init(prefix: String = "", source: Source, range: SourceRange? = nil) {
        self.prefix = prefix
        self.source = source
        self.range = range
    }
}

/// One entry of `volumeMounts`.
package struct VolumeMount: Sendable {
    package var name: Located<String>
    package var mountPath: Located<String>
    package var readOnly = false
    package var mountPropagation: String?
    package var subPath: Located<String>?
    package var subPathExpr: Located<String>?
    package var range: SourceRange?

    package init(name: Located<String>, mountPath: Located<String>) {
        self.name = name
        self.mountPath = mountPath
    }
}

/// One entry of `volumeDevices`.
package struct VolumeDevice: Sendable {
    package var name: Located<String>
    package var devicePath: Located<String>
    package var range: SourceRange?

    package init(name: Located<String>, devicePath: Located<String>, range: SourceRange? = nil) {
        self.name = name
        self.devicePath = devicePath
        self.range = range
    }
}

/// One entry of `volumes`.
package struct Volume: Sendable {
    package var name: Located<String>
    package var source: Source
    package var range: SourceRange?

    /// What is mounted.
    package enum Source: Sendable {
        /// `medium` is `""` for the default.
        case emptyDir(medium: String)
        case hostPath(path: Located<String>, type: String?)
        case persistentVolumeClaim(claimName: String)
        case configMap(name: Located<String>, optional: Bool)
        case secret(name: Located<String>, optional: Bool)
        case azureFile
        case projected
        case downwardAPI
        case ephemeral
        /// Any other kind, by the name of its key; `iscsi` for one.
        case other(Located<String>)
    }

    package init(name: Located<String>, source: Source, range: SourceRange? = nil) {
        self.name = name
        self.source = source
        self.range = range
    }
}

// SPDX-License-Identifier: Apache-2.0

import Backends
import Compiler
import Driver
import IR
import Simulation
import Testing

/// Pods in which the YAML asks for something that policies once denied, or could not be read back with.
struct SimulatedRequestsTests {
    private static let yaml = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          volumes:
          - {name: cache, emptyDir: {medium: Memory}}
          containers:
          - name: web
            image: registry.example/web:1
            tty: true
            args: [serve, --name=$(NAME), plain]
            env:
            - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            livenessProbe: {exec: {command: ["true"]}}
            volumeMounts:
            - {name: cache, mountPath: /a}
            - {name: cache, mountPath: /b}
        """
    private static let lock = """
        {"version": 1, "images": {"registry.example/web:1": {
          "digest": "sha256:2222222222222222222222222222222222222222222222222222222222222222",
          "platform": "linux/amd64", "config": {"Env": ["A=b"], "Entrypoint": ["/e"]}, "passwd": "", "group": ""}}}
        """

    /// Placeholders among arguments; a volume in memory that is mounted twice; a probe without the container's terminal;
    /// an image that sets no PATH.
    @Test func strictPolicyAllowsThem() throws {
        let pod = try Pod(Self.yaml)
        for host in HostProfile.all {
            let outcome = try pod.outcome(host)
            #expect(outcome.name == "pod.shop.web")
            var agent = Agent(try PolicyReader.read(try #require(outcome.policy)))
            for one in outcome.cases {
                let decision = agent.decide(kind: one.kind, request: one.request)
                #expect(decision == .allowed, "\(host): \(one.description)")
            }
        }
    }

    /// The oldest and the newest; what is tested here is the same for all between them.
    private static let hosts = [HostProfile.all.first, HostProfile.all.last].compactMap { $0 }

    /// Kinds of workloads, something of their pods' spec, and whether Kubernetes keeps the host name there.
    private static let named = [
        ("kind: Pod", "", true), ("kind: Pod", "hostNetwork: true", false),
        ("kind: Pod", "setHostnameAsFQDN: true", false),
        ("kind: Pod", "hostnameOverride: a.b", false), ("kind: StatefulSet", "", false), ("kind: Deployment", "", true),
        ("kind: Job", "", true), ("kind: Job, completionMode: Indexed", "", false),
    ]

    /// A host name that the pod says is the only one, but where Kubernetes puts another in its place.
    @Test(arguments: named) func theHostNameOfThePod(_ kind: String, _ setting: String, isFixed: Bool) throws {
        let pod = try Pod(Self.workload(kind, "hostname: front\n\(setting)"))
        for host in Self.hosts {
            let container = try pod.last(host)
            #expect(container.isAllowed())
            let isOtherAllowed = container.isAllowed { env in
                env = env.map { $0.hasPrefix("HOSTNAME=") ? "HOSTNAME=back" : $0 }
            }
            #expect(isOtherAllowed == !isFixed)
            #expect(!container.isAllowed { env in env.removeAll { $0.hasPrefix("HOSTNAME=") } })
        }
    }

    /// Pods that do not want to be told of services are told of the API server's alone.
    @Test(arguments: [("", true), ("enableServiceLinks: true", true), ("enableServiceLinks: false", false)])
    func servicesOfTheNamespace(_ setting: String, areLinked: Bool) throws {
        let pod = try Pod(Self.workload("kind: Deployment", setting))
        let ofServices = [
            "SHOP_SERVICE_HOST=10.0.0.1", "SHOP_PORT=tcp://10.0.0.1:80", "SHOP_SERVICE_PORT_WEB=80",
            "SHOP_PORT_80_TCP_PROTO=tcp", "KUBERNETES_API_SERVICE_HOST=10.0.0.1", "MY_KUBERNETES_SERVICE_HOST=10.0.0.1",
        ]
        for host in Self.hosts {
            let container = try pod.last(host)
            #expect(container.isAllowed())
            #expect(container.isAllowed { $0.append("KUBERNETES_SERVICE_PORT_METRICS=8080") })
            for variable in ofServices {
                #expect(container.isAllowed { $0.append(variable) } == areLinked, "\(variable)")
            }
        }
    }

    /// Pods that are alike but for that are compiled in one run, in either order.
    @Test func oneRunHasPodsOfBoth() throws {
        let settings = ["enableServiceLinks: false", "enableServiceLinks: true", "enableServiceLinks: false"]
        let yaml = settings.enumerated().map { index, setting in
            Self.workload("kind: Pod", setting).replacing("name: web, n", with: "name: web-\(index), n")
        }
        let pods = try Pod(yaml.joined(separator: "---\n"))
        let host = try #require(Self.hosts.first)
        for (index, setting) in settings.enumerated() {
            let container = try pods.last(host, of: index)
            #expect(container.isAllowed())
            #expect(container.isAllowed { $0.append("SHOP_SERVICE_HOST=10.0.0.1") } == setting.hasSuffix("true"))
        }
    }

    /// A workload of a kind, with a container and more in its pod's spec.
    private static func workload(_ kind: String, _ spec: String) -> String {
        let spec =
            (["containers: [{name: web, image: registry.example/web:1}]"] + spec.split(separator: "\n").map(String.init))
        let parts = kind.split(separator: ", ").map(String.init)
        let head = "metadata: {name: web, namespace: shop}\n"
        func lines(_ indent: String) -> String { spec.map { indent + $0 }.joined(separator: "\n") }
        switch parts[0] {
        case "kind: Pod": return "apiVersion: v1\nkind: Pod\n\(head)spec:\n\(lines("  "))\n"
        case "kind: Job":
            let more = parts.dropFirst().map { "  \($0)\n  completions: 2\n" }.joined()
            return "apiVersion: batch/v1\nkind: Job\n\(head)spec:\n\(more)  template:\n    spec:\n"
                + "      restartPolicy: Never\n\(lines("      "))\n"
        default:
            let more = "  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n"
            return "apiVersion: apps/v1\n\(parts[0])\n\(head)spec:\n\(more)\(lines("      "))\n"
        }
    }

    /// A compiled workload.
    private struct Pod {
        private let file: InputFile
        private let lock: LockFile

        init(_ yaml: String) throws {
            lock = try LockFile.read(
                SourceFile(path: "contrast.lock", bytes: Array(SimulatedRequestsTests.lock.utf8)))
            var request = GenerateRequest(
                inputs: [InputFile(source: SourceFile(path: "web.yaml", bytes: Array(yaml.utf8)), isNamed: true)],
                bundles: Bundles(), settings: .defaults, lock: lock)
            request.platform = Platform(.metalQEMUSNP)
            request.profile = .strict
            request.switches.all = true
            let result = GeneratePipeline(request, toolVersion: "0").run()
            let bytes = try #require(result.files.first?.bytes)
            file = InputFile(source: SourceFile(path: "web.yaml", bytes: bytes), isNamed: true)
        }

        /// What an honest host asks for one of those in the file.
        func outcome(_ host: HostProfile, of index: Int = 0) throws -> SimulationRun.Outcome {
            var diagnostics = Diagnostics()
            let outcomes = SimulationRun(inputs: [file], lock: lock).run(host, into: &diagnostics)
            return try #require(outcomes.dropFirst(index).first)
        }

        /// The agent before it gets the request for the last container.
        func last(_ host: HostProfile, of index: Int = 0) throws -> LastContainer {
            let outcome = try outcome(host, of: index)
            let last = try #require(outcome.cases.lastIndex { $0.kind == "CreateContainerRequest" })
            var agent = Agent(try PolicyReader.read(try #require(outcome.policy)))
            for one in outcome.cases[..<last] { _ = agent.decide(kind: one.kind, request: one.request) }
            return LastContainer(agent: agent, request: outcome.cases[last].request)
        }
    }

    private struct LastContainer {
        let agent: Agent
        let request: JSONValue

        /// Whether it is allowed with changed variables.
        func isAllowed(_ change: (inout [String]) -> Void = { _ in }) -> Bool {
            var (agent, request) = (agent, request)
            request.change("OCI/Process/Env") { env in
                var texts = (env.array ?? []).compactMap(\.string)
                change(&texts)
                env = .array(texts.map { .string($0) })
            }
            return agent.decide(kind: "CreateContainerRequest", request: request) == .allowed
        }
    }
}

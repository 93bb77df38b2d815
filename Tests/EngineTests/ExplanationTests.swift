// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

/// Why forged requests are denied.
struct ExplanationTests {
    /// The requests of a pod's life up to the last container's, with those forged that concern it.
    private func forEachForgery(
        _ pod: CompiledPod, _ body: (Agent, String, Forgery, JSONValue) throws -> Void
    ) throws {
        var agent = Agent(pod.policy)
        let honest = HonestRequests(pod.policy)
        let last = HonestRequests.id(honest.containers.count - 1)
        for one in try honest.life() {
            let id = one.request["container_id"]?.string
            if id == nil || id == last {
                let strict = pod.policy.profile == .strict ? Forgery.strict(one.kind) : []
                for forgery in Forgery.of(one.kind) + strict {
                    var request = one.request
                    forgery.change(&request)
                    try body(agent, one.kind, forgery, request)
                }
            }
            _ = agent.decide(kind: one.kind, request: one.request)
        }
    }

    /// Watching an evaluation changes neither the decision nor the state.
    @Test func explainingDecidesAlike() throws {
        for pods in [Examples.pods, Examples.strictPods] {
            for pod in try pods.get() {
                var plain = Agent(pod.policy)
                var watched = plain
                for one in try HonestRequests(pod.policy).life() {
                    let (decision, denial) = watched.explain(kind: one.kind, request: one.request)
                    #expect(plain.decide(kind: one.kind, request: one.request) == decision)
                    #expect(watched.state == plain.state && denial == nil)
                }
            }
        }
    }

    @Test func everyForgeryIsExplained() throws {
        for pods in [Examples.pods, Examples.strictPods] {
            for pod in try pods.get() {
                try forEachForgery(pod) { agent, kind, forgery, request in
                    var plain = agent
                    var watched = agent
                    let expected = plain.decide(kind: kind, request: request)
                    let (decision, denial) = watched.explain(kind: kind, request: request)
                    #expect(decision == expected)
                    let found = try #require(denial, "\(pod.name): \(kind): \(forgery.name)")
                    #expect(!found.summary.isEmpty && found.rules.first == kind)
                }
            }
        }
    }

    /// The cause of each forgery, for the web of the voting example.
    private static let causes: [(profile: PolicyProfile, kind: String, forgery: String, cause: String)] = [
        (
            .compat, create, "OCI/Process/Env + \"LD_PRELOAD=/evil.so\"",
            "variable 'LD_PRELOAD' is not expected in \(web)"
        ),
        (
            .compat, create, "OCI/Process/Env/0 = \"PATH=/evil\"",
            "variable 'PATH' of \(web) has another value than the YAML gives it"
        ),
        (.compat, create, "OCI/Process/Args/- = \"other\"", "argument 0 of \(web) is not what is expected"),
        (.compat, create, "OCI/Process/Args + \"--debug\"", "the command line of \(web) is not what is expected"),
        (
            .compat, create, "OCI/Process/Cwd = \"/elsewhere\"",
            "the working directory of \(web) is not what is expected"
        ),
        (.compat, create, "OCI/Process/User/UID = 4321", "the user of \(web) is not what is expected"),
        (
            .compat, create, "OCI/Process/Capabilities/Ambient + \"CAP_SYS_MODULE\"",
            "the ambient set of capabilities of \(web) is not what is expected"
        ),
        (.compat, create, "OCI/Mounts/-/destination = \"/usr/bin\"", "a mount at '/usr/bin' is not expected in \(web)"),
        (.compat, create, "OCI/Mounts/0/options + \"suid\"", "the mount at '/proc' of \(web) differs in options"),
        (.compat, create, "a mount twice", "two mounts of \(web) are the same"),
        (
            .compat, create, "OCI/Annotations/io.kubernetes.cri.container-name = \"other\"",
            "no container of the YAML is called 'other'"
        ),
        (
            .compat, create, "OCI/Annotations/io.kubernetes.cri.sandbox-namespace = \"other\"",
            "the pod's namespace of \(web) is not what is expected"
        ),
        (
            .compat, create, "OCI/Annotations/unknown.example~key = \"value\"",
            "annotation 'unknown.example~key' is not expected of \(web)"
        ),
        (
            .compat, create, "OCI/Root/Path = \"/elsewhere/rootfs\"",
            "the root's path of \(web) does not look as expected"
        ),
        (
            .compat, create, "devices + {\"container_path\":\"/dev/sda\"}",
            "a device at '/dev/sda' is not expected in \(web)"
        ),
        (
            .compat, create, "OCI/Linux/MaskedPaths = []",
            "the list of masked paths of \(web) lacks something that must be there"
        ),
        (.compat, "CopyFileRequest", "path = \"/usr/bin/evil\"", "the path of the file is not allowed"),
        (.compat, "UpdateInterfaceRequest", "interface/name = \"lo\"", "the interface's name is not allowed"),
        (
            .compat, "UpdateRoutesRequest", "routes/Routes/0/source = \"127.0.0.1\"",
            "the source of a route is not allowed"
        ),
        (
            .compat, "CreateSandboxRequest", "guest_hook_path = \"/hooks\"",
            "the path of guest hooks is not what is expected"
        ),
        (
            .strict, create, "storages/-/source = \"registry.example/other@sha256:0000\"",
            "the image of \(web) is another than the YAML names"
        ),
        (.strict, create, "no image", "the image of \(web) must be pulled exactly once"),
        (.strict, create, "a variable less", "variable 'PATH' of \(web) is missing"),
        (.strict, create, "OCI/Process/Env + \"HOSTNAME=elsewhere\"", "variable 'HOSTNAME' of \(web) is there twice"),
        (.strict, create, "a volume less", "the mount at '/contrast' of \(web) is missing"),
        (.strict, create, "OCI/Version = \"1.2.0\"", "the pod's oci version is not that of earlier requests"),
        (.strict, create, "exec_id = \"other\"", "the process id of the request is not what is expected"),
        (.strict, "CopyFileRequest", "file_mode = 2541", "the mode of the file is not what is expected"),
        (.strict, "UpdateRoutesRequest", "routes/Routes/0/device = \"lo\"", "the device of a route is not allowed"),
        (
            .strict, "StartContainerRequest", "container_id = \"\(unknownID)\"",
            "no container with the id '\(unknownID)' has been created"
        ),
    ]

    private static let create = "CreateContainerRequest"
    private static let web = "container 'web'"
    private static let unknownID = String(repeating: "9f", count: 32)

    @Test func theFirstLineNamesTheCause() throws {
        for (profile, pods) in [(PolicyProfile.compat, Examples.pods), (.strict, Examples.strictPods)] {
            let pod = try #require(try pods.get().first { $0.name == "Deployment voting/web" })
            var found: [String: String] = [:]
            try forEachForgery(pod) { agent, kind, forgery, request in
                var agent = agent
                found[kind + forgery.name] = agent.explain(kind: kind, request: request).1?.summary
            }
            for one in Self.causes where one.profile == profile {
                #expect(found[one.kind + one.forgery] == one.cause, "\(profile) \(one.kind) \(one.forgery)")
            }
        }
    }

    @Test func orderIsExplained() throws {
        let pod = try #require(try Examples.strictPods.get().first { $0.name == "Deployment voting/web" })
        let honest = HonestRequests(pod.policy)
        var agent = Agent(pod.policy)
        func cause(_ request: AgentRequest) -> String? {
            agent.explain(kind: request.kind, request: request.request).1?.summary
        }
        #expect(
            cause(try honest.create(1))
                == "container 'contrast-initializer' is created before the pause container has started")
        #expect(cause(try honest.create(0)) == nil)
        let setPolicy = try AgentRequest("SetPolicyRequest", [:])
        #expect(cause(setPolicy) == "SetPolicyRequest is never allowed")
        let write = try AgentRequest("WriteStreamRequest", [:])
        #expect(cause(write) == "the settings do not allow WriteStreamRequest")
    }

    /// The cause of attacks of different kinds on the pod that has everything: on its main container, or else where they are
    /// first tried.
    private static let causesOfAttacks: [(attack: String, cause: String)] = [
        ("image-other-digest", "the image of container 'main' is another than the YAML names"),
        ("image-not-pulled", "the image of container 'main' must be pulled exactly once"),
        (
            "image-metadata-of-pause",
            "the metadata of the image of container 'main' do not say what kind of container it is for"
        ),
        ("root-shared", "the root's path of container 'main' is not what is expected"),
        ("pod-name-changes", "the pod's name of container 'main' does not look as expected"),
        ("name-unknown", "no container of the YAML is called 'attacker'"),
        ("annotation-unknown", "annotation 'attacker.example/key' is not expected of container 'main'"),
        ("args-last", "argument 3 of container 'main' is not what is expected"),
        ("args-appended", "the command line of container 'main' is not what is expected"),
        ("env-preload", "variable 'LD_PRELOAD' is not expected in container 'main'"),
        ("env-missing", "variable 'PATH' of container 'main' is missing"),
        ("env-twice-after", "variable 'PATH' of container 'main' has another value than the YAML gives it"),
        ("uid-root", "the user of container 'main' is not what is expected"),
        ("groups-more", "the list of further groups of container 'main' is not what is expected"),
        ("capability-effective", "the effective set of capabilities of container 'main' is not what is expected"),
        ("directory-other", "the working directory of container 'main' is not what is expected"),
        ("limits", "the list of limits of container 'main' is not what is expected"),
        ("stdin-port", "the host's port for input of container 'main' is not what is expected"),
        ("mount-root", "a mount at '/host' is not expected in container 'main'"),
        (
            "mount-source",
            "the mount at '/var/run/secrets/kubernetes.io/serviceaccount' of container 'main' differs in source"
        ),
        ("mount-volume-missing", "the mount at '/etc/settings' of container 'main' is missing"),
        ("mount-volume-hidden", "the mount at '/data/inner' of container 'main' is hidden under another"),
        ("mount-disks-joined", "a disk of container 'main' is mounted nowhere"),
        ("storage-more", "container 'main' has other storages than expected"),
        ("device-more", "a device at '/dev/attacker' is not expected in container 'main'"),
        ("device-missing", "the list of devices of container 'main' is not what is expected"),
        ("namespace-less", "the list of namespaces of container 'main' is not what is expected"),
        ("namespace-network-own", "the pod's network namespace is not that of earlier requests"),
        ("masked-more", "a masked path of container 'main' does not look as expected"),
        ("sysctl-more", "the sysctl 'kernel.core_pattern' of container 'main' is not allowed"),
        ("hooks", "the list of hooks is not what is expected"),
        ("group-path", "the cgroup path of container 'main' is not allowed"),
        ("exec-shell", "this command may not be run in the pause container"),
        ("exec-other", "this command may not be run in container 'side'"),
        ("exec-after-end", "container 'main' is ended, and must be started for that"),
        ("file-elsewhere", "the path of the file is not allowed"),
        ("file-set-uid", "the mode of the file is not what is expected"),
        ("late-resolver", "a file of the pause container is changed, which has been started"),
        ("link-parent", "the target of the link is not allowed"),
        ("interface-loopback", "an address of the interface is not allowed"),
        ("route-to-network", "the destination of a route is not allowed"),
        ("neighbor-state", "the state of a neighbor is none of those expected"),
        ("sandbox-modules", "the list of kernel modules is not what is expected"),
        ("sandbox-twice", "the sandbox is made a second time"),
        (
            "order-init-running",
            "container 'first' is created before container 'contrast-initializer' has started and ended"
        ),
        ("instance-second", "container 'main' runs already; a second instance is created"),
        ("never-SetPolicyRequest", "SetPolicyRequest is never allowed"),
    ]

    @Test func theFirstLineNamesTheCauseOfAttacks() throws {
        let pod = try #require(try Examples.lives.get().first { $0.name == "pod.shop.full" })
        let names = Set(Self.causesOfAttacks.map(\.attack))
        var stuck: [String] = []
        let attacks = Attack.catalogue.filter { names.contains($0.name) }
        let trials = AttackRun.trials(
            pod.requests, pod.policy, AttackRun.occasions(pod.requests, attacks), stuck: &stuck)
        var agent = Agent(pod.policy)
        for (name, cause) in Self.causesOfAttacks {
            let tried = trials.filter { $0.attack.name == name }
            let ofMain = tried.first {
                $0.forged.request["OCI"]?["Annotations"]?["io.kubernetes.cri.container-name"] == "main"
            }
            let trial = try #require(ofMain ?? tried.first, "\(name) is not tried")
            agent.restore(trial.state)
            let denial = agent.explain(kind: trial.forged.kind, request: trial.forged.request).1
            #expect(denial?.summary == cause, "\(name)")
        }
    }
}

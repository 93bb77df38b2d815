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

    /// The cause of twenty and more attacks of different kinds on the pod that has everything, first where they are tried
    /// on its main container, or else anywhere.
    private static let causesOfAttacks: [(attack: String, cause: String)] = []

    @Test func theFirstLineNamesTheCauseOfAttacks() throws {
        let pod = try #require(try Examples.lives.get().first { $0.name == "pod.shop.full" })
        var stuck: [String] = []
        let trials = AttackRun.trials(pod.requests, pod.policy, Attack.catalogue, stuck: &stuck)
        var agent = Agent(pod.policy)
        for name in Self.attacksToExplain {
            let ofMain = trials.filter { $0.attack.name == name }
            let trial = try #require(
                ofMain.first { $0.forged.request["OCI"]?["Annotations"]?["io.kubernetes.cri.container-name"] == "main" }
                    ?? ofMain.first)
            agent.restore(trial.state)
            let denial = agent.explain(kind: trial.forged.kind, request: trial.forged.request).1
            print("EXPLAIN|\(name)|\(denial?.summary ?? "")")
        }
    }

    private static let attacksToExplain = [
        "image-other-digest", "image-not-pulled", "image-metadata-of-pause", "root-shared", "id-used",
        "pod-name-changes",
        "name-unknown", "annotation-unknown", "args-last", "args-appended", "env-preload", "env-missing",
        "env-twice-after", "uid-root", "groups-more", "capability-effective", "directory-other", "limits", "stdin-port",
        "mount-root", "mount-source", "mount-volume-missing", "mount-volume-hidden", "mount-disks-joined",
        "storage-unencrypted", "storage-more", "device-more", "device-missing", "device-node-kind", "namespace-less",
        "namespace-network-own", "masked-less", "masked-more", "sysctl-more", "hooks", "group-path", "exec-shell",
        "exec-other", "exec-after-end", "file-elsewhere", "file-set-uid", "late-resolver", "link-parent",
        "interface-loopback", "route-to-network", "neighbor-state", "sandbox-modules", "sandbox-twice",
        "order-init-skipped", "order-init-running", "instance-second", "start-unknown", "never-SetPolicyRequest",
    ]
}

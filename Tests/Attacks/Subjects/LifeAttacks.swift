// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static func renewed(_ one: AgentRequest) -> AgentRequest {
        one.replacing(id: one.id ?? "", with: Scene.strangeID)
    }

    private static func about(_ kind: String, _ id: String, after prelude: [AgentRequest] = []) -> Attempt? {
        Attempt(kind, ["container_id": .string(id)], after: prelude)
    }

    /// At the creation of a container, creates a later one of another name.
    private static func early(
        _ name: String, _ severity: Severity, _ summary: String,
        where isOccasion: @escaping @Sendable (Scene, AgentRequest) -> Bool
    ) -> Attack {
        Attack(name, severity, summary) { scene in
            guard scene.next.isCreation || scene.next.kind == "StartContainerRequest" else { return nil }
            let current =
                scene.next.isCreation ? scene.next.containerName : scene.creation(of: scene.next.id)?.containerName
            return scene.future.first {
                $0.isCreation && $0.containerName != current && isOccasion(scene, $0)
            }.map { Attempt($0) }
        }
    }

    /// Whether a container ends before the next one begins, as init containers do.
    private static func endsEarly(_ id: String?, in scene: Scene) -> Bool {
        guard let removed = scene.life.firstIndex(where: { $0.kind == "RemoveContainerRequest" && $0.id == id }),
            let created = scene.life.firstIndex(where: { $0.isCreation && $0.id == id })
        else { return false }
        let later = scene.life[removed...].filter(\.isCreation).map(\.containerName)
        // One that is started anew is none.
        return !scene.life[created..<removed].dropFirst().contains(where: \.isCreation) && !later.isEmpty
            && !later.contains(scene.life[created].containerName)
    }

    static let lives: [Attack] = [
        early("order-before-pause", .critical, "a container comes before the pause container") { scene, _ in
            scene.next.isOfPause
        },
        early("order-pause-not-started", .high, "a container comes before the pause container is started") { scene, _ in
            scene.next.kind == "StartContainerRequest" && scene.creation(of: scene.next.id)?.isOfPause == true
        },
        early("order-init-skipped", .critical, "an init container is left out") { scene, _ in
            scene.next.isCreation && !scene.next.isOfPause && endsEarly(scene.next.id, in: scene)
        },
        early("order-init-not-started", .critical, "an init container is created, and never started") { scene, _ in
            scene.next.kind == "StartContainerRequest" && scene.creation(of: scene.next.id)?.isOfPause == false
                && endsEarly(scene.next.id, in: scene)
        },
        Attack("order-init-running", .high, "the next container comes while an init container runs") { scene in
            guard scene.next.kind == "RemoveContainerRequest", endsEarly(scene.next.id, in: scene) else { return nil }
            let name = scene.creation(of: scene.next.id)?.containerName
            return scene.future.first { $0.isCreation && $0.containerName != name }.map { Attempt($0) }
        },
        Attack("order-init-removed-unstarted", .critical, "an init container is removed before it is started") {
            scene in
            guard scene.next.kind == "StartContainerRequest", endsEarly(scene.next.id, in: scene),
                let id = scene.next.id,
                let removal = try? AgentRequest(
                    "RemoveContainerRequest", ["container_id": .string(id)])
            else { return nil }
            let name = scene.creation(of: id)?.containerName
            return scene.future.first { $0.isCreation && $0.containerName != name }
                .map { Attempt($0, after: [removal]) }
        },
        Attack("instance-second", .critical, "a second instance of a container that runs") { scene in
            guard scene.next.kind == "StartContainerRequest", let created = scene.creation(of: scene.next.id) else {
                return nil
            }
            return Attempt(renewed(created), after: [scene.next])
        },
        Attack("instance-same-id", .critical, "a container is created a second time") { scene in
            scene.next.isCreation ? Attempt(scene.next, after: [scene.next]) : nil
        },
        Attack("instance-id-again", .high, "a container is created again by the id of one that ended") { scene in
            guard scene.next.kind == "RemoveContainerRequest", let created = scene.creation(of: scene.next.id) else {
                return nil
            }
            return Attempt(created, after: [scene.next])
        },
        Attack("instance-superseded", .critical, "an instance is started whose place another has taken") { scene in
            guard scene.next.isCreation, !scene.next.isOfPause, let id = scene.next.id else { return nil }
            return about("StartContainerRequest", id, after: [scene.next, renewed(scene.next)])
        },
        Attack("start-unknown", .high, "a container is started that was not created") { scene in
            scene.next.kind == "StartContainerRequest" ? about("StartContainerRequest", Scene.strangeID) : nil
        },
        Attack("start-early", .high, "a container is started before it is created") { scene in
            scene.next.isCreation ? about("StartContainerRequest", scene.next.id ?? "") : nil
        },
        Attack("start-ended", .high, "a container is started after its end") { scene in
            guard scene.next.kind == "RemoveContainerRequest", let id = scene.next.id else { return nil }
            return about("StartContainerRequest", id, after: [scene.next])
        },
        Attack("start-removed", .high, "a container is started that was removed before its start") { scene in
            guard scene.next.kind == "StartContainerRequest", let id = scene.next.id,
                let removal = try? AgentRequest("RemoveContainerRequest", ["container_id": .string(id)])
            else { return nil }
            return about("StartContainerRequest", id, after: [removal])
        },
        Attack("start-state-key", .high, "a key of the policy's state is started") { scene in
            scene.next.kind == "StartContainerRequest" ? about("StartContainerRequest", "sandbox_name") : nil
        },
        Attack("remove-state-key", .high, "a key of the policy's state is removed: that of a container") { scene in
            scene.next.kind == "StartContainerRequest" ? about("RemoveContainerRequest", "c:") : nil
        },
        Attack("remove-path", .high, "what is removed is a path") { scene in
            scene.next.kind == "StartContainerRequest" ? about("RemoveContainerRequest", "../shared") : nil
        },
        Attack("remove-pointer", .high, "what is removed has an escape of JSON pointers in it") { scene in
            scene.next.kind == "StartContainerRequest" ? about("RemoveContainerRequest", "i:a~1b") : nil
        },
        Attack("remove-nothing", .medium, "what is removed has no id") { scene in
            scene.next.kind == "StartContainerRequest" ? about("RemoveContainerRequest", "") : nil
        },
        Attack("remove-pins", .critical, "the pod's name is forgotten, and another said") { scene in
            guard scene.next.isCreation, !scene.next.isOfPause,
                let removal = try? AgentRequest("RemoveContainerRequest", ["container_id": "sandbox_name"])
            else { return nil }
            var forged = scene.next
            forged.request.editText("OCI/Annotations/io.kubernetes.cri.sandbox-name") {
                $0.hasSuffix("x7k2p") ? $0.dropLast(5) + "bbbbb" : $0 + "-other"
            }
            return Attempt(forged, after: [removal])
        },
        Attack(
            "remove-init-early", .medium, "an init container is ended before its work is done",
            reason: "The agent is not told how a process ended; those that come after must check what it did."
        ) { scene in
            guard scene.next.kind == "StartContainerRequest", endsEarly(scene.next.id, in: scene),
                let id = scene.next.id
            else { return nil }
            return about("RemoveContainerRequest", id, after: [scene.next])
        },
        Attack(
            "init-again", .medium, "an init container runs again, beside those that came after it",
            reason: "Kubernetes repeats init containers whose records it lost, so they must bear it."
        ) { scene in
            guard scene.next.kind == "DestroySandboxRequest" || scene.next.kind == "SignalProcessRequest",
                let first = scene.life.first(where: { $0.isCreation && endsEarly($0.id, in: scene) })
            else { return nil }
            return Attempt(renewed(first))
        },
        Attack(
            "container-again", .low, "a container that ended runs again, whatever the restart policy",
            reason: "Whether one ended well is not known to a policy; the host may make the whole pod anew, too."
        ) { scene in
            guard scene.next.kind == "DestroySandboxRequest",
                let last = scene.past.last(where: { $0.isCreation && !$0.isOfPause })
            else { return nil }
            return Attempt(renewed(last))
        },
        Attack(
            "container-killed", .low, "a container is killed", reason: "The host may stop everything."
        ) { scene in
            guard scene.next.kind == "StartContainerRequest", let id = scene.next.id else { return nil }
            return Attempt(
                "SignalProcessRequest", ["container_id": .string(id), "exec_id": .string(id), "signal": 9],
                after: [scene.next])
        },
        Attack(
            "container-missing", .low, "a container of the YAML never runs",
            reason: "The host decides whether anything runs; what must run first is enforced."
        ) { scene in
            guard scene.next.isCreation, !endsEarly(scene.next.id, in: scene) else { return nil }
            return scene.future.last { $0.kind == "DestroySandboxRequest" }.map { Attempt($0) }
        },
    ]
}

// SPDX-License-Identifier: Apache-2.0

/// What a kubelet and its runtime do with the containers of one sandbox: crashes, failed creations and starts, restarts.
struct KubeletModel {
    enum RestartPolicy: CaseIterable { case always, onFailure, never }

    enum Phase: Hashable {
        case none
        /// The agent could not create it, and has not been told to forget it.
        case failed
        case created
        case running
        /// The process has ended; the agent still has the container.
        case exited(well: Bool)
        /// The agent was told to forget it.
        case gone(well: Bool)
    }

    struct Container: Hashable {
        /// The latest, from 0; -1 before the first.
        var instance = -1
        var phase = Phase.none
    }

    struct State: Hashable {
        var isSandboxMade = false
        var containers: [Container]
    }

    enum Request: Hashable {
        case createSandbox
        case destroySandbox
        case create(Int, instance: Int)
        /// With an id that another container has; no kubelet asks that.
        case createUnderID(Int, of: Int, instance: Int)
        case start(Int, instance: Int)
        case remove(Int, instance: Int)
    }

    /// A step of the model; without a request, the agent is not asked.
    struct Step {
        var request: Request?
        var next: State
    }

    let stages: [String]
    let restartPolicy: RestartPolicy
    let instanceLimit: Int

    var initial: State { State(containers: stages.map { _ in Container() }) }

    func steps(from state: State) -> [Step] {
        guard state.isSandboxMade else {
            var next = state
            next.isSandboxMade = true
            return [Step(request: .createSandbox, next: next)]
        }
        return stages.indices.flatMap { steps($0, state) }
    }

    private func steps(_ index: Int, _ state: State) -> [Step] {
        let own = state.containers[index]
        func step(_ request: Request?, _ phase: Phase, instance: Int? = nil) -> Step {
            var next = state
            next.containers[index] = Container(instance: instance ?? own.instance, phase: phase)
            return Step(request: request, next: next)
        }
        switch own.phase {
        case .none, .failed, .gone:
            var steps: [Step] = []
            let instance = own.instance + 1
            if mayCreate(index, state), instance < instanceLimit {
                let create = Request.create(index, instance: instance)
                steps += [step(create, .created, instance: instance), step(create, .failed, instance: instance)]
            }
            if own.phase == .failed {
                steps.append(step(.remove(index, instance: own.instance), .gone(well: false)))
            }
            return steps
        case .created:
            let start = Request.start(index, instance: own.instance)
            // A start that fails may be repeated; else the container is given up.
            return [
                step(start, .running), step(start, .created),
                step(.remove(index, instance: own.instance), .gone(well: false)),
            ]
        case .running:
            // Without the pause container there is no pod.
            return index == 0 ? [] : [step(nil, .exited(well: true)), step(nil, .exited(well: false))]
        case .exited(let well):
            return [step(.remove(index, instance: own.instance), .gone(well: well))]
        }
    }

    /// Whether the kubelet makes a container now: for the first time, or another time.
    private func mayCreate(_ index: Int, _ state: State) -> Bool {
        let earlier = stages.indices.prefix { $0 < index }
        let isTurn = earlier.allSatisfy { hasPassed($0, state) }
        guard isTurn else { return false }
        switch state.containers[index].phase {
        case .none: return true
        // A sandbox whose pause container fails is made anew, in another virtual machine.
        case .failed: return index > 0
        case .gone(let well): return index > 0 && restarts(index, well)
        default: return false
        }
    }

    private func restarts(_ index: Int, _ well: Bool) -> Bool {
        switch stages[index] {
        case "sidecar": true
        case "init": !well && restartPolicy != .never
        default: restartPolicy == .always || (restartPolicy == .onFailure && !well)
        }
    }

    /// A sidecar need not run for ever, but must have been seen running; that it was is in the instances after it.
    private func hasPassed(_ index: Int, _ state: State) -> Bool {
        let own = state.containers[index]
        let hasLater = state.containers[(index + 1)...].contains { $0.instance >= 0 }
        switch stages[index] {
        case "sandbox": return own.phase == .running
        case "init": return own.phase == .gone(well: true)
        case "sidecar": return own.phase == .running || hasLater
        default: return true
        }
    }

    /// Whether the pod does what it is for: all that is to run does, or has ended well.
    func isRunning(_ state: State) -> Bool {
        stages.indices.allSatisfy { index in
            switch (stages[index], state.containers[index].phase) {
            case ("init", .gone(true)), (_, .running): true
            case ("main", .gone(true)): restartPolicy != .always
            default: false
            }
        }
    }

    /// Whether something cannot be tried another time, by the policy or the limit of this model.
    func isExhausted(_ state: State) -> Bool {
        stages.indices.contains { index in
            let own = state.containers[index]
            switch own.phase {
            case .failed: return index == 0 || own.instance + 1 >= instanceLimit
            case .gone(let well), .exited(let well):
                let isDone = well && (stages[index] == "init" || restartPolicy != .always && stages[index] == "main")
                if isDone { return false }
                return index == 0 || own.instance + 1 >= instanceLimit || !restarts(index, well)
            // A start that fails for good leaves no more instances than one that is given up.
            default: return false
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The life of each container of the policy, kept in the state:
///
/// - `c:<name>`: the id of its latest instance and the phase of that: `created`, `started` or `ended`; absent before the
///   first, and when an instance was removed that never started;
/// - `i:<id>`: the container that an id was given to, for good;
/// - `s:<name>`: it has been started in this sandbox;
/// - `d:<name>`: an instance of it was started and has ended.
///
/// The agent changes the state before it acts, so an instance that fails to be created stays `created`; the next try
/// has a new id, and takes its place. That a process ended *well* is nothing that the agent asks a policy about.
extension StrictRules {
    /// An id that can stand in a key of the state and in a path.
    static let validID = RuleFunction("valid_id", "id") {
        RuleBody { matches("^[a-z0-9][a-z0-9_-]{0,127}$", v.id) }
    }

    /// The name of the container that an id was given to.
    static let owner = RuleFunction("owner", "id") {
        RuleBody(state[key("i", v.id)]) {}
    }

    /// The latest instance of a container.
    static let latest = RuleFunction("latest", "name") {
        RuleBody(state[key("c", v.name)]) {}
    }

    /// A key of the state.
    static func key(_ letter: String, _ name: RuleExpression) -> RuleExpression {
        concat("", [.literal(.string(letter + ":")), name])
    }

    /// Whether there may be a new instance of a container.
    static let fresh = RuleFunction("fresh", "name") {
        RuleBody { not(latest(v.name)) }
        RuleBody { isIn(latest(v.name).phase, ["created", "ended"]) }
    }

    /// Whether all that has to come before the container at a place has: the sandbox and sidecars started, ordinary
    /// init containers started and ended.
    static let ready = RuleFunction("ready", "i") {
        RuleBody {
            every("j", "before", in: policy.containers) {
                passed(v.j, v.before, v.i)
            }
        }
    }

    static let passed = RuleFunction("passed", "j", "before", "i") {
        RuleBody { v.j >= v.i }
        RuleBody { v.before.stage == "main" }
        RuleBody {
            bind("letters", .literal(["init": "d:", "sandbox": "s:", "sidecar": "s:"]))
            state[concat("", [v.letters[v.before.stage], v.before.name])] == true
        }
    }

    /// A change of the state.
    static let change = RuleFunction("change", "key", "value") {
        RuleBody(v.operation) {
            bind(
                "operation",
                .object([
                    RuleMember("op", "add"), RuleMember("path", concat("", ["/pstate/", v.key])),
                    RuleMember("value", v.value),
                ]))
        }
    }

    /// The phase of the container whose latest instance has this id.
    static let phase = RuleFunction("phase", "name", "id") {
        RuleBody(v.latest.phase) {
            bind("latest", latest(v.name))
            v.latest.id == v.id
        }
    }

    private static func instance(_ phase: RuleExpression) -> RuleExpression {
        .object([RuleMember("id", v.id), RuleMember("phase", phase)])
    }

    private static func answer(_ operations: RuleExpression) -> RuleExpression {
        .object([RuleMember("allowed", true), RuleMember("ops", operations)])
    }

    static let createContainer = RuleEntry("CreateContainerRequest") {
        RuleBody(answer(v.ops)) {
            CompatRules.unusedFields()
            bind("id", input.container_id)
            validID(v.id)
            input.exec_id == v.id
            not(owner(v.id))
            bind("name", requestedName())
            some("i", "own", in: policy.containers)
            v.own.name == v.name
            fresh(v.name)
            ready(v.i)
            bind("c", CompatRules.completed(v.own))
            containerMatches(v.c, v.id)
            bind("created", [change(key("c", v.name), instance("created")), change(key("i", v.id), v.name)])
            bind("ops", joined(identityPins(), v.created))
        }
    }

    static let startContainer = RuleEntry("StartContainerRequest") {
        RuleBody(answer(v.ops)) {
            bind("id", input.container_id)
            bind("name", owner(v.id))
            phase(v.name, v.id) == "created"
            bind("ops", [change(key("c", v.name), instance("started")), change(key("s", v.name), true)])
        }
        RuleBody {
            bind("id", input.container_id)
            phase(owner(v.id), v.id) == "started"
        }
    }

    /// Removing what is not there, has ended, or whose place another instance has taken, changes nothing.
    static let removeContainer = RuleEntry("RemoveContainerRequest") {
        RuleBody(answer(removal(v.id))) {
            bind("id", input.container_id)
            validID(v.id)
        }
    }

    static let removal = RuleFunction("removal", "id") {
        RuleBody([change(key("c", v.name), instance("ended")), change(key("d", v.name), true)]) {
            bind("name", owner(v.id))
            phase(v.name, v.id) == "started"
        }
        RuleBody([
            .object([RuleMember("op", "remove"), RuleMember("path", concat("", ["/pstate/c:", owner(v.id)]))])
        ]) {
            phase(owner(v.id), v.id) == "created"
        }
        RuleBody([]) { not(isLive(v.id)) }
    }

    static let isLive = RuleFunction("is_live", "id") {
        RuleBody { isIn(phase(owner(v.id), v.id), ["created", "started"]) }
    }

    /// Once, with the storages of the settings and no others.
    static let createSandbox = RuleEntry("CreateSandboxRequest") {
        RuleBody(answer(v.ops)) {
            input.guest_hook_path == ""
            input.kernel_modules == []
            input.sandbox_pidns == false
            not(state["sandbox"])
            bind("expected", withUsual(usualStorage, settings.sandbox_storages))
            count(input.storages) == count(v.expected)
            every("s", in: input.storages) {
                isIn(v.s, v.expected)
            }
            every("s", in: v.expected) {
                isIn(v.s, input.storages)
            }
            bind("ops", [change("sandbox", true)])
        }
    }
}

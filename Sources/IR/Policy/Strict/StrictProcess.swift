// SPDX-License-Identifier: Apache-2.0

extension StrictRules {
    /// What holds for a container's own process and for those run in it later.
    static let process = RuleFunction("process_matches", "c", "p", "name", "namespace") {
        RuleBody {
            v.p.Cwd == v.c.cwd
            v.p.NoNewPrivileges == v.c.no_new_privileges
            v.p.Rlimits == []
            v.p.User.Username == ""
            CompatRules.user(v.c, v.p.User)
            environment(v.c, v.p.Env, v.name, v.namespace)
            environmentKnown(v.c, v.p.Env, v.name, v.namespace)
            // Streams go through requests, which the settings allow or not.
            input.stdin_port == 0
            input.stdout_port == 0
            input.stderr_port == 0
        }
    }

    static let arguments = RuleFunction("arguments_match", "c", "args", "name", "namespace") {
        RuleBody {
            count(v.args) == count(v.c.args)
            every("i", "arg", in: v.args) {
                argument(v.c.args[v.i], v.arg, v.name, v.namespace)
            }
        }
    }

    /// An argument is text; or text with the names of the pod in it; or, where only the host knows a value, a pattern.
    static let argument = RuleFunction("argument_matches", "expected", "arg", "name", "namespace") {
        RuleBody { v.arg == v.expected }
        RuleBody(needs: .argumentTemplates) { v.arg == named(v.expected.template, v.name, v.namespace) }
        RuleBody(needs: .argumentTemplates) { matches(v.expected.pattern, v.arg) }
    }

    /// A template with the names of the pod filled in.
    static let named = RuleFunction("named", "template", "name", "namespace") {
        RuleBody(v.text) {
            bind("text", replace(replace(v.template, "$(sandbox-name)", v.name), "$(sandbox-namespace)", v.namespace))
        }
    }

    static let capabilities = RuleFunction("capabilities_match", "c", "found") {
        RuleBody {
            every("kind", in: ["Bounding", "Effective", "Permitted"]) {
                capabilitySet(usualCapabilities(v.c), v.found[v.kind])
            }
            every("kind", in: ["Ambient", "Inheritable"]) {
                v.found[v.kind] == []
            }
        }
    }

    static let usualCapabilities = RuleFunction("usual_capabilities", "c") {
        RuleBody(v.c.capabilities, unless: .moreCapabilities) {}
        RuleBody(joined(v.c.capabilities, v.c.more_capabilities), needs: .moreCapabilities) {}
    }

    static let capabilitySet = RuleFunction("capability_set", "expected", "found") {
        RuleBody { setOf(trimPrefix(v.x, "CAP_")) { some("x", in: v.found) } == set(v.expected) }
    }

    /// No variable is missing, none twice, none unexpected.
    static let environment = RuleFunction("environment_complete", "c", "env", "name", "namespace") {
        RuleBody {
            every("entry", in: v.c.env) {
                isIn(v.entry, v.env)
            }
            templatesPresent(v.c, v.env, v.name, v.namespace)
            every("pattern", in: v.c.env_patterns) {
                variablePresent(v.pattern, v.env)
            }
        }
    }

    static let templatesPresent = RuleFunction("templates_present", "c", "env", "name", "namespace") {
        RuleBody(unless: .envTemplates) {}
        RuleBody(needs: .envTemplates) {
            every("template", in: v.c.env_templates) {
                isIn(named(v.template, v.name, v.namespace), v.env)
            }
        }
    }

    static let variablePresent = RuleFunction("variable_present", "pattern", "env") {
        RuleBody {
            some("entry", in: v.env)
            matches(v.pattern, v.entry)
        }
    }

    static let environmentKnown = RuleFunction("environment_known", "c", "env", "name", "namespace") {
        RuleBody {
            bind("patterns", joined(v.c.env_patterns, settings.env_patterns))
            every("entry", in: set(v.env) - set(v.c.env)) {
                variableKnown(v.c, v.entry, v.name, v.namespace, v.patterns)
            }
            bind("names", setOf(before("=", in: v.entry)) { some("entry", in: v.env) })
            count(v.names) == count(v.env)
        }
    }

    static let variableKnown = RuleFunction("variable_known", "c", "entry", "name", "namespace", "patterns") {
        RuleBody(needs: .envTemplates) {
            some("template", in: v.c.env_templates)
            v.entry == named(v.template, v.name, v.namespace)
        }
        RuleBody {
            some("pattern", in: v.patterns)
            matches(v.pattern, v.entry)
        }
    }

    static let execProcess = RuleEntry("ExecProcessRequest") {
        RuleBody {
            input.string_user == nil
            bind("p", input.process)
            v.p.SelinuxLabel == ""
            v.p.ApparmorProfile == ""
            v.p.Capabilities == nil
            bind("name", owner(input.container_id))
            phase(v.name, input.container_id) == "started"
            some("own", in: policy.containers)
            v.own.name == v.name
            bind("c", CompatRules.completed(v.own))
            execAllowed(v.c, v.p)
            process(v.c, v.p, state["sandbox_name"], state["namespace"])
        }
    }

    /// A command that the settings allow, or a probe or hook of the container, which has no terminal even where the
    /// container has one.
    static let execAllowed = RuleFunction("exec_allowed", "c", "p") {
        RuleBody(needs: .settingsExec) { isIn(v.p.Args, settings.exec_commands) }
        RuleBody(needs: .exec) {
            isIn(v.p.Args, v.c.exec_commands)
            v.p.Terminal == false
        }
        RuleBody(needs: .settingsExec) {
            some("pattern", in: settings.exec_patterns)
            matches(v.pattern, concat(" ", v.p.Args))
        }
    }
}

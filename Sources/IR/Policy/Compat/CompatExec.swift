// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    static let execProcess = RuleEntry("ExecProcessRequest") {
        RuleBody {
            input.string_user == nil
            bind("p", input.process)
            v.p.SelinuxLabel == ""
            v.p.ApparmorProfile == ""
            v.p.Capabilities == nil
            bind("i", state[input.container_id])
            bind("c", completed(policy.containers[v.i]))
            execAllowed(v.c, v.p)
            process(v.c, v.p, v.c.annotations[nameKey], state["namespace"])
        }
    }

    /// A command that the settings allow, a probe or hook of the container, or what matches a pattern.
    static let execAllowed = RuleFunction("exec_allowed", "c", "p") {
        RuleBody { isIn(v.p.Args, settings.exec_commands) }
        RuleBody {
            isIn(v.p.Args, v.c.exec_commands)
            v.p.Terminal == v.c.terminal
        }
        RuleBody {
            some("pattern", in: settings.exec_patterns)
            matches(v.pattern, concat(" ", v.p.Args))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    /// What holds for a container's own process and for those run in it later.
    static let process = RuleFunction("process_matches", "c", "p", "name", "namespace") {
        RuleBody {
            v.p.Cwd == v.c.cwd
            v.p.NoNewPrivileges == v.c.no_new_privileges
            user(v.c, v.p.User)
            environment(v.c, v.p.Env, v.name, v.namespace)
        }
    }

    static let user = RuleFunction("user_matches", "c", "user") {
        RuleBody {
            v.user.UID == v.c.uid
            v.user.GID == v.c.gid
            set(v.user.AdditionalGids) == set(v.c.gids)
        }
    }

    static let arguments = RuleFunction("arguments_match", "c", "args") {
        RuleBody {
            count(v.args) == count(v.c.args)
            every("i", "arg", in: v.args) {
                argument(v.c.args[v.i], v.arg)
            }
        }
    }

    /// A node's name is unknown, so an argument that contains it may be anything.
    static let argument = RuleFunction("argument_matches", "expected", "arg") {
        RuleBody { v.arg == v.expected }
        RuleBody { contains(v.expected, "$(node-name)") }
        RuleBody { v.arg == replace(v.expected, "$(sandbox-name)", annotation(nameKey)) }
    }

    static let capabilities = RuleFunction("capabilities_match", "expected", "found") {
        RuleBody {
            every("kind", in: ["Bounding", "Effective", "Permitted"]) {
                capabilitySet(v.expected, v.found[v.kind])
            }
            every("kind", in: ["Ambient", "Inheritable"]) {
                capabilitySet([], v.found[v.kind])
            }
        }
    }

    static let capabilitySet = RuleFunction("capability_set", "expected", "found") {
        RuleBody {
            bind("names", setOf(trimPrefix(v.x, "CAP_")) { some("x", in: v.found) })
            capabilityList(v.expected, v.names)
        }
    }

    static let capabilityList = RuleFunction("capability_list", "list", "names") {
        RuleBody { set(v.list) == v.names }
        RuleBody {
            some("alias", "list_of_alias", in: settings.caps)
            v.list == [v.alias]
            set(v.list_of_alias) == v.names
        }
    }

    static let environment = RuleFunction("environment_known", "c", "env", "name", "namespace") {
        RuleBody {
            every("entry", in: v.env) {
                variableKnown(v.c, v.entry, v.name, v.namespace)
            }
        }
    }

    static let variableKnown = RuleFunction("variable_known", "c", "entry", "name", "namespace") {
        RuleBody { isIn(v.entry, v.c.env) }
        RuleBody {
            some("pattern", in: settings.env_patterns)
            matches(v.pattern, v.entry)
        }
        RuleBody {
            some("template", in: v.c.env_namespace)
            replace(v.template, "$(sandbox-namespace)", v.namespace) == v.entry
        }
        RuleBody {
            bind("parts", split(v.entry, "="))
            count(v.parts) == 2
            isIn(v.parts[0], v.c.env_any)
        }
        RuleBody {
            bind("parts", split(v.entry, "="))
            count(v.parts) == 2
            isIn(v.parts[0], v.c.env_sandbox_name)
            matches(v.name, v.parts[1])
        }
        RuleBody {
            bind("parts", split(v.entry, "="))
            count(v.parts) == 2
            isIn(v.parts[0], v.c.env_address)
            isAddress(v.parts[1])
        }
    }

    static let isAddress = RuleFunction("is_address", "text") {
        RuleBody {
            bind("parts", split(v.text, "."))
            count(v.parts) == 4
            isOctet(v.parts[0], 1)
            isOctet(v.parts[1], 0)
            isOctet(v.parts[2], 0)
            isOctet(v.parts[3], 0)
        }
    }

    /// A number as JSON writes it. The pattern spares engines the error of converting what is none.
    static let isOctet = RuleFunction("is_octet", "text", "lowest") {
        RuleBody {
            bind("value", number(firstGroup("^\\s*(-?(?:0|[1-9][0-9]*)(?:[eE][+-]?[0-9]{1,2})?)\\s*$", v.text)))
            v.value >= v.lowest
            v.value <= 255
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    static let updateRoutes = RuleEntry("UpdateRoutesRequest") {
        RuleBody {
            bind("routes", input.routes.Routes)
            every("r", in: v.routes) {
                bind("device", v.r.device)
                bind("source", v.r.source)
                not(isIn(v.device, settings.routes.forbidden_devices))
                not(matchesAny(v.source, settings.routes.forbidden_sources))
            }
        }
    }

    static let updateInterface = RuleEntry("UpdateInterfaceRequest") {
        RuleBody {
            bind("i", input.interface)
            bitsOr(v.i.raw_flags, settings.interface.flags) == settings.interface.flags
            not(isIn(v.i.name, settings.interface.forbidden_names))
            not(isIn(v.i.hwAddr, settings.interface.forbidden_addresses))
        }
    }

    /// 136 is NTF_PROXY (8) and NTF_ROUTER (128).
    static let addNeighbors = RuleEntry("AddARPNeighborsRequest") {
        RuleBody {
            bind("neighbors", input.neighbors.ARPNeighbors)
            every("n", in: v.neighbors) {
                not(isIn(v.n.device, settings.neighbors.forbidden_devices))
                v.n.toIPAddress.mask == ""
                not(matchesAny(v.n.toIPAddress.address, settings.neighbors.forbidden_addresses))
                isIn(v.n.state, settings.neighbors.states)
                bitsOr(v.n.flags, 136) == 136
            }
        }
    }

    static let matchesAny = RuleFunction("matches_any", "text", "patterns") {
        RuleBody {
            some("pattern", in: v.patterns)
            matches(v.pattern, v.text)
        }
    }
}

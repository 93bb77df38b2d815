// SPDX-License-Identifier: Apache-2.0

/// Addresses and names in the form in which the agent prints them; whatever looks otherwise is denied, as is all that
/// touches loopback.
extension StrictRules {
    /// Not 127.0.0.0/8, not 0.0.0.0/8.
    private static let ipv4 =
        "(?:25[0-5]|2[0-4][0-9]|12[0-689]|1[013-9][0-9]|[1-9][0-9]|[1-9])"
        + "(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}"
    /// Its first group is not zero: neither loopback, nor unspecified, nor an IPv4 address in another form.
    private static let ipv6 = "[1-9a-f][0-9a-f]{0,3}(?::[0-9a-f]{0,4}){2,7}"

    static let address = RuleFunction("address_allowed", "text") {
        RuleBody { matches(.literal(.string("^(?:\(ipv4)|\(ipv6))$")), v.text) }
    }

    /// An address, or none.
    static let sourceAllowed = RuleFunction("source_allowed", "text") {
        RuleBody { v.text == "" }
        RuleBody { address(v.text) }
    }

    /// An address with or without the length of a prefix, all addresses, or none given, which means the same.
    static let network = RuleFunction("network_allowed", "text") {
        RuleBody { isIn(v.text, ["", "0.0.0.0/0", "::/0"]) }
        RuleBody {
            matches("^[^/]+(?:/[0-9]{1,3})?$", v.text)
            address(split(v.text, "/")[0])
        }
    }

    /// Whether a name is among these, or none that a device can have.
    static let deviceForbidden = RuleFunction("device_forbidden", "name", "forbidden") {
        RuleBody { isIn(v.name, v.forbidden) }
        RuleBody { not(matches("^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$", v.name)) }
    }

    static let updateRoutes = RuleEntry("UpdateRoutesRequest") {
        RuleBody {
            every("r", in: input.routes.Routes) {
                not(deviceForbidden(v.r.device, settings.routes.forbidden_devices))
                sourceAllowed(v.r.source)
                sourceAllowed(v.r.gateway)
                network(v.r.dest)
            }
        }
    }

    static let updateInterface = RuleEntry("UpdateInterfaceRequest") {
        RuleBody {
            bind("i", input.interface)
            bitsOr(v.i.raw_flags, settings.interface.flags) == settings.interface.flags
            not(deviceForbidden(v.i.name, settings.interface.forbidden_names))
            not(isIn(v.i.hwAddr, settings.interface.forbidden_addresses))
            matches("^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$", v.i.hwAddr)
            every("a", in: v.i.IPAddresses) {
                address(v.a.address)
                matches("^[0-9]{1,3}$", v.a.mask)
            }
        }
    }

    /// 136 is NTF_PROXY (8) and NTF_ROUTER (128).
    static let addNeighbors = RuleEntry("AddARPNeighborsRequest") {
        RuleBody {
            every("n", in: input.neighbors.ARPNeighbors) {
                not(deviceForbidden(v.n.device, settings.neighbors.forbidden_devices))
                v.n.toIPAddress.mask == ""
                address(v.n.toIPAddress.address)
                isIn(v.n.state, settings.neighbors.states)
                bitsOr(v.n.flags, 136) == 136
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Addresses and names in the form in which the agent prints them; whatever looks otherwise is denied, as is all that
/// touches loopback.
extension StrictRules {
    private static let octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    /// Not 127.0.0.0/8, not 0.0.0.0/8.
    private static let ipv4 =
        "(?:25[0-5]|2[0-4][0-9]|12[0-689]|1[013-9][0-9]|[1-9][0-9]|[1-9])(?:\\.\(octet)){3}"
    /// Its first group is not zero: neither loopback, nor unspecified, nor an IPv4 address in another form.
    private static let ipv6 = "[1-9a-f][0-9a-f]{0,3}(?::[0-9a-f]{0,4}){2,7}"

    private static let addressPattern: RuleExpression = .literal(.string("^(?:\(ipv4)|\(ipv6))$"))
    private static let networkPattern: RuleExpression =
        .literal(.string("^(?:|(?:0\\.0\\.0\\.0|::)/0|(?:\(ipv4)|\(ipv6))(?:/[0-9]{1,3})?)$"))

    static let address = RuleFunction("address_allowed", "text") {
        RuleBody { v.text == "" }
        RuleBody { matches(addressPattern, v.text) }
    }

    /// Whether a name is that of the loopback device, or none that a device can have.
    static let isLoopbackName = RuleFunction("device_forbidden", "name", "forbidden") {
        RuleBody { isIn(v.name, v.forbidden) }
        RuleBody { not(matches("^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$", v.name)) }
    }

    static let updateRoutes = RuleEntry("UpdateRoutesRequest") {
        RuleBody {
            bind("routes", input.routes.Routes)
            every("r", in: v.routes) {
                not(isLoopbackName(v.r.device, settings.routes.forbidden_devices))
                address(v.r.source)
                address(v.r.gateway)
                matches(networkPattern, v.r.dest)
            }
        }
    }

    static let updateInterface = RuleEntry("UpdateInterfaceRequest") {
        RuleBody {
            bind("i", input.interface)
            bitsOr(v.i.raw_flags, settings.interface.flags) == settings.interface.flags
            not(isLoopbackName(v.i.name, settings.interface.forbidden_names))
            not(isIn(v.i.hwAddr, settings.interface.forbidden_addresses))
            matches("^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$", v.i.hwAddr)
            every("a", in: v.i.IPAddresses) {
                matches(addressPattern, v.a.address)
                matches("^[0-9]{1,3}$", v.a.mask)
            }
        }
    }

    /// 136 is NTF_PROXY (8) and NTF_ROUTER (128).
    static let addNeighbors = RuleEntry("AddARPNeighborsRequest") {
        RuleBody {
            bind("neighbors", input.neighbors.ARPNeighbors)
            every("n", in: v.neighbors) {
                not(isLoopbackName(v.n.device, settings.neighbors.forbidden_devices))
                v.n.toIPAddress.mask == ""
                matches(addressPattern, v.n.toIPAddress.address)
                isIn(v.n.state, settings.neighbors.states)
                bitsOr(v.n.flags, 136) == 136
            }
        }
    }
}

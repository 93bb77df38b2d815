// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static func change(
        _ kind: String, _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ path: String, _ value: JSONValue
    ) -> Attack {
        changing(kind, name, severity, summary, reason: reason) { request, _ in request.set(path, value) }
    }

    /// Forms of the address of the loopback device, and of none.
    private static let loopbackForms: [(name: String, text: String)] = [
        ("loopback", "127.0.0.1"), ("loopback-other", "127.255.0.3"), ("loopback-6", "::1"),
        ("loopback-6-long", "0:0:0:0:0:0:0:1"), ("loopback-mapped", "::ffff:127.0.0.1"),
        ("loopback-mapped-hex", "::ffff:7f00:1"), ("loopback-octal", "0177.0.0.1"), ("loopback-hex", "0x7f000001"),
        ("loopback-short", "127.1"), ("loopback-number", "2130706433"), ("loopback-zeros", "127.000.000.001"),
        ("loopback-space", " 127.0.0.1"), ("unspecified", "0.0.0.0"), ("unspecified-6", "::"),
    ]

    static let interfaces: [Attack] =
        [
            ("lo", "device-loopback", "the loopback device is set up anew"),
            ("lo ", "device-space", "a device is called as loopback is, with a space"),
            ("../lo", "device-path", "the name of a device is a path"),
            ("", "device-none", "a device has no name"),
            ("a23456789012345678", "device-long", "the name of a device is longer than the kernel allows"),
        ].map { text, name, summary in
            change("UpdateInterfaceRequest", "interface-" + name, .high, summary, "interface/name", .string(text))
        }
        + loopbackForms.map { name, text in
            change(
                "UpdateInterfaceRequest", "interface-" + name, .high, "a device has the address \(text)",
                "interface/IPAddresses/0/address", .string(text))
        }
        + [
            change(
                "UpdateInterfaceRequest", "interface-hardware-loopback", .high,
                "a device has loopback's hardware address",
                "interface/hwAddr", "00:00:00:00:00:00"),
            change(
                "UpdateInterfaceRequest", "interface-hardware-form", .medium, "a hardware address is of another form",
                "interface/hwAddr", "EE-4F-02-8A-10-5B"),
            change(
                "UpdateInterfaceRequest", "interface-hardware-before", .medium,
                "a hardware address has something before it",
                "interface/hwAddr", "x\nee:4f:02:8a:10:5b"),
            change(
                "UpdateInterfaceRequest", "interface-hardware-after", .medium,
                "a hardware address has something after it",
                "interface/hwAddr", "ee:4f:02:8a:10:5b:00"),
            change(
                "UpdateInterfaceRequest", "interface-hardware-none", .medium, "a device has no hardware address",
                "interface/hwAddr", ""),
            change(
                "UpdateInterfaceRequest", "interface-flags", .high, "a device has other flags than the YAML allows",
                "interface/raw_flags", 0x1100),
            change(
                "UpdateInterfaceRequest", "interface-mask", .medium, "a mask is none", "interface/IPAddresses/0/mask",
                "24/../8"),
            change(
                "UpdateInterfaceRequest", "interface-address", .low, "the pod has another address",
                reason: "The host decides about the network; peers are known by certificates.",
                "interface/IPAddresses/0/address", "10.66.66.66"),
        ]

    static let routes: [Attack] =
        loopbackForms.map { name, text in
            change(
                "UpdateRoutesRequest", "route-source-" + name, .high, "packets come from \(text)",
                "routes/Routes/0/source", .string(text))
        }
        + loopbackForms.filter { $0.name.hasPrefix("loopback") }.map { name, text in
            change(
                "UpdateRoutesRequest", "route-to-" + name, .high, "packets for \(text) leave the guest",
                "routes/Routes/0/dest", .string(text))
        }
        + [
            change(
                "UpdateRoutesRequest", "route-to-network", .high, "packets for all of loopback leave the guest",
                "routes/Routes/0/dest", "127.0.0.0/8"),
            change(
                "UpdateRoutesRequest", "route-to-network-6", .high, "the same, in the form of IPv6",
                "routes/Routes/0/dest", "::ffff:127.0.0.0/104"),
            change(
                "UpdateRoutesRequest", "route-gateway", .high, "the way leads through loopback",
                "routes/Routes/0/gateway", "127.0.0.1"),
            change(
                "UpdateRoutesRequest", "route-device", .high, "a route is of the loopback device",
                "routes/Routes/0/device", "lo"),
            change(
                "UpdateRoutesRequest", "route-device-path", .medium, "a route is of a device with the name of a path",
                "routes/Routes/0/device", "../lo"),
            change(
                "UpdateRoutesRequest", "route-text", .medium, "the destination of a route is a name",
                "routes/Routes/0/dest", "attacker.example"),
            change(
                "UpdateRoutesRequest", "route-other", .low, "packets take another way",
                reason: "The host decides about the network; what it carries is to be encrypted.",
                "routes/Routes/0/gateway", "10.244.1.66"),
        ]

    static let neighbors: [Attack] =
        loopbackForms.map { name, text in
            change(
                "AddARPNeighborsRequest", "neighbor-" + name, .high, "a neighbour has the address \(text)",
                "neighbors/ARPNeighbors/0/toIPAddress/address", .string(text))
        }
        + [
            change(
                "AddARPNeighborsRequest", "neighbor-device", .high, "a neighbour is at the loopback device",
                "neighbors/ARPNeighbors/0/device", "lo"),
            change(
                "AddARPNeighborsRequest", "neighbor-network", .medium, "a neighbour is a whole network",
                "neighbors/ARPNeighbors/0/toIPAddress/mask", "8"),
            change(
                "AddARPNeighborsRequest", "neighbor-state", .medium, "a neighbour is in another state",
                "neighbors/ARPNeighbors/0/state", 64),
            change(
                "AddARPNeighborsRequest", "neighbor-flags", .medium, "a neighbour has other flags",
                "neighbors/ARPNeighbors/0/flags", 1),
            change(
                "AddARPNeighborsRequest", "neighbor-hardware", .low, "a neighbour has another hardware address",
                reason: "The host decides about the network.", "neighbors/ARPNeighbors/0/lladdr", "02:00:00:00:00:01"),
        ]
}

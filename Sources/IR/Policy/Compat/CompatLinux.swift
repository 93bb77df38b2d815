// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    static let linux = RuleFunction("linux_matches", "c") {
        RuleBody {
            bind("linux", input.OCI.Linux)
            namespaces(v.linux.Namespaces) == v.c.namespaces
            every("path", in: v.c.masked_paths) {
                isIn(v.path, v.linux.MaskedPaths)
            }
            every("path", in: v.c.readonly_paths) {
                readonlyPaths(v.path, v.linux)
            }
            every("d", in: v.linux.Devices) {
                isIn(v.d.Path, v.c.linux_devices)
            }
            bind("sysctls", v.c.sysctls)
            every("key", "value", in: v.linux.Sysctl) {
                v.sysctls[v.key] == v.value
            }
        }
    }

    /// The namespaces that are compared, in their order.
    static let namespaces = RuleFunction("compared_namespaces", "list") {
        RuleBody(v.compared) {
            bind(
                "compared",
                arrayOf(.object([RuleMember("Path", v.n.Path), RuleMember("Type", namespaceType(v.n.Type))])) {
                    some("n", in: v.list)
                    not(isIn(v.n.Type, ["cgroup", "network"]))
                })
        }
    }

    static let namespaceType = RuleFunction("namespace_type", "type") {
        RuleBody("mnt") { lower(v.type) == "mount" }
        RuleBody(v.type) { lower(v.type) != "mount" }
    }

    /// The path of the one network namespace, or nothing when there is none.
    static let networkNamespace = RuleFunction("network_namespace") {
        RuleBody(concat("", v.paths)) {
            bind(
                "paths",
                arrayOf(v.n.Path) {
                    some("n", in: input.OCI.Linux.Namespaces)
                    v.n.Type == "network"
                })
            count(v.paths) <= 1
        }
    }

    static let readonlyPaths = RuleFunction("path_protected", "path", "linux") {
        RuleBody { isIn(v.path, v.linux.ReadonlyPaths) }
        RuleBody { isIn(v.path, v.linux.MaskedPaths) }
    }
}

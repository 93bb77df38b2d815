// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    /// Each mount of the request matches exactly one of the policy, and no two the same. The policy's may be absent.
    static let mounts = RuleFunction("mounts_known", "c", "bundle", "sandbox") {
        RuleBody {
            bind("expected", allMounts(v.c))
            bind(
                "matched",
                setOf(v.indices) {
                    some("m", in: input.OCI.Mounts)
                    bind(
                        "indices",
                        arrayOf(v.i) {
                            some("i", "p", in: v.expected)
                            // Spares the engine a call for each pair.
                            v.p.destination == v.m.destination
                            mountMatches(v.p, v.m, v.bundle, v.sandbox)
                        })
                    count(v.indices) == 1
                })
            count(v.matched) == count(input.OCI.Mounts)
        }
    }

    /// Those of the kind that the container has, and its own.
    static let allMounts = RuleFunction("all_mounts", "c") {
        RuleBody(joined(v.base, v.c.mounts)) {
            bind(
                "base",
                arrayOf(v.p) {
                    some("p", in: joined(v.c.base_mounts, v.c.kind_mounts))
                    not(isIn(v.p.destination, v.c.without_mounts))
                })
        }
    }

    /// Whether mounts at one destination are the same.
    static let mountMatches = RuleFunction("mount_matches", "p", "m", "bundle", "sandbox") {
        RuleBody {
            v.p.type_ == v.m.type_
            sameMount(v.p, v.m, v.bundle, v.sandbox)
        }
    }

    /// Sources and options agree, given that destination and type do. A policy without a source means a block device.
    static let sameMount = RuleFunction("same_mount", "p", "m", "bundle", "sandbox") {
        RuleBody {
            v.p.options == v.m.options
            v.p.source != ""
            v.p.source == v.m.source
        }
        RuleBody {
            v.p.options == v.m.options
            v.p.source != ""
            sourceMatches(v.p.source, v.m.source, v.bundle, v.sandbox)
        }
        RuleBody {
            v.p.options == v.m.options
            v.p.source == ""
            blockStorage(v.m.source)
        }
        RuleBody {
            v.p.type_ == "sysfs"
            v.p.source != ""
            v.p.source == v.m.source
            (set(v.m.options) | set(["rw"])) == (set(v.p.options) | set(["ro"]))
        }
        RuleBody {
            v.p.type_ == "cgroup"
            v.p.source != ""
            v.p.source == v.m.source
            cgroupOptions(set(v.p.options), set(v.m.options))
            sourceMatches(v.p.source, v.m.source, v.bundle, v.sandbox)
        }
    }

    /// Kernels differ in what they add to a cgroup mount.
    static let cgroupOptions = RuleFunction("cgroup_options", "expected", "found") {
        RuleBody {
            count(v.expected - v.found) == 0
            count((v.found - v.expected) - set(settings.cgroup_extras)) == 0
        }
    }

    static let sourceMatches = RuleFunction("source_matches", "pattern", "source", "bundle", "sandbox") {
        RuleBody { matches(replace(v.pattern, "$(bundle-id)", v.bundle), v.source) }
        RuleBody { matches(replace(v.pattern, "$(sandbox-id)", v.sandbox), v.source) }
    }

    static let blockStorage = RuleFunction("block_storage", "mount_point") {
        RuleBody {
            some("s", in: input.storages)
            isIn(v.s.driver, ["blk", "scsi"])
            v.s.mount_point == v.mount_point
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension StrictRules {
    /// Each mount of the request matches exactly one of the policy, and no two the same; those that the YAML asks for
    /// are all there.
    static let mounts = RuleFunction("mounts_match", "c", "id", "sandbox") {
        RuleBody {
            bind("expected", CompatRules.allMounts(v.c))
            bind(
                "matched",
                setOf(v.indices) {
                    some("m", in: input.OCI.Mounts)
                    bind(
                        "indices",
                        arrayOf(v.i) {
                            some("i", "p", in: v.expected)
                            mountMatches(v.p, v.m, v.id, v.sandbox)
                        })
                    count(v.indices) == 1
                })
            count(v.matched) == count(input.OCI.Mounts)
            bind("destinations", setOf(v.m.destination) { some("m", in: input.OCI.Mounts) })
            every("p", in: v.c.mounts) {
                isIn(v.p.destination, v.destinations)
                not(hidden(v.p.destination))
            }
        }
    }

    /// Whether a later mount lies over one.
    static let hidden = RuleFunction("mount_hidden", "destination") {
        RuleBody {
            some("i", "m", in: input.OCI.Mounts)
            v.m.destination == v.destination
            some("j", "over", in: input.OCI.Mounts)
            v.j >= v.i
            startsWith(v.destination, concat("", [v.over.destination, "/"]))
        }
    }

    static let mountMatches = RuleFunction("mount_matches", "p", "m", "id", "sandbox") {
        RuleBody {
            v.p.destination == v.m.destination
            v.p.type_ == v.m.type_
            sameMount(v.p, v.m, v.id, v.sandbox)
        }
    }

    /// Sources and options agree, given that destination and type do. A policy without a source means a block device.
    static let sameMount = RuleFunction("same_mount", "p", "m", "id", "sandbox") {
        RuleBody {
            v.p.options == v.m.options
            sourceMatches(v.p.source, v.m.source, v.id, v.sandbox)
        }
        RuleBody {
            v.p.options == v.m.options
            v.p.source == ""
            CompatRules.blockStorage(v.m.source)
        }
        RuleBody {
            v.p.type_ == "sysfs"
            v.p.source == v.m.source
            (set(v.m.options) | set(["rw"])) == (set(v.p.options) | set(["ro"]))
        }
        RuleBody {
            v.p.type_ == "cgroup"
            v.p.source == v.m.source
            CompatRules.cgroupOptions(set(v.p.options), set(v.m.options))
        }
    }

    /// A source is text, or a pattern from start to end, which `^` begins.
    static let sourceMatches = RuleFunction("source_matches", "expected", "source", "id", "sandbox") {
        RuleBody {
            v.expected != ""
            v.expected == v.source
        }
        RuleBody {
            startsWith(v.expected, "^")
            matches(concat("", [filled(v.expected), "$"]), v.source)
        }
    }

    /// A template with the ids of the request filled in.
    private static func filled(_ template: RuleExpression) -> RuleExpression {
        replace(replace(template, "$(bundle-id)", v.id), "$(sandbox-id)", v.sandbox)
    }

    /// One for each storage of the policy, besides that of the image, no two on one disk, and each disk mounted. A volume
    /// in memory that is mounted twice has two that are alike.
    static let storages = RuleFunction("storages_match", "c", "id", "sandbox") {
        RuleBody {
            bind(
                "others",
                arrayOf(v.s) {
                    some("s", in: input.storages)
                    v.s.driver != "image_guest_pull"
                })
            count(v.others) == count(v.c.storages)
            every("s", in: v.others) {
                storageKnown(v.c, v.s, v.id, v.sandbox)
            }
            every("p", in: v.c.storages) {
                storageUsed(v.p, v.others, v.id, v.sandbox)
            }
            bind(
                "disks",
                arrayOf(v.s.mount_point) {
                    some("s", in: v.others)
                    isIn(v.s.driver, ["blk", "scsi"])
                })
            count(set(v.disks)) == count(v.disks)
            bind("sources", setOf(v.m.source) { some("m", in: input.OCI.Mounts) })
            every("disk", in: v.disks) {
                isIn(v.disk, v.sources)
            }
        }
    }

    static let storageKnown = RuleFunction("storage_known", "c", "s", "id", "sandbox") {
        RuleBody {
            some("p", in: v.c.storages)
            storageSource(v.p, v.s, v.id, v.sandbox)
            CompatRules.storageMatches(v.p, v.s, v.id, v.sandbox)
        }
    }

    static let storageUsed = RuleFunction("storage_used", "p", "storages", "id", "sandbox") {
        RuleBody {
            some("s", in: v.storages)
            storageSource(v.p, v.s, v.id, v.sandbox)
            CompatRules.storageMatches(v.p, v.s, v.id, v.sandbox)
        }
    }

    /// Driver and source. The policy leaves both open for block devices, which the host attaches where it likes.
    static let storageSource = RuleFunction("storage_source", "p", "s", "id", "sandbox") {
        RuleBody {
            v.p.driver == v.s.driver
            sourceMatches(v.p.source, v.s.source, v.id, v.sandbox)
        }
        RuleBody {
            v.p.driver == ""
            v.s.driver == "scsi"
            matches("^[0-9]+:[0-9]+$", v.s.source)
        }
        RuleBody {
            v.p.driver == ""
            v.s.driver == "blk"
            matches("^[0-9a-f]{2}(/[0-9a-f]{2})?$", v.s.source)
        }
    }
}

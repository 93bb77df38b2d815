// SPDX-License-Identifier: Apache-2.0

extension StrictRules {
    /// Those that the YAML asks for are all there, and none lies under another.
    static let volumesPresent = RuleFunction("mounts_present", "c") {
        RuleBody {
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

    /// As `CompatRules.allMounts`, with what most mounts are like filled in.
    static let allMounts = RuleFunction("all_mounts", "c") {
        RuleBody(withUsual(usualMount, joined(usualMounts(v.c), v.c.mounts))) {}
    }

    static let usualMount = RuleExpression.literal(.object(PolicyData.usualMount))
    static let usualStorage = RuleExpression.literal(.object(PolicyData.usualStorage))

    /// A list with what is usual filled into each of its items.
    static let withUsual = RuleFunction("with_usual", "usual", "list") {
        RuleBody(v.items) { bind("items", arrayOf(merged(v.usual, v.item)) { some("item", in: v.list) }) }
    }

    static let usualMounts = RuleFunction("usual_mounts", "c") {
        RuleBody(joined(v.c.base_mounts, v.c.kind_mounts), unless: .withoutMounts) {}
        RuleBody(v.kept, needs: .withoutMounts) {
            bind(
                "kept",
                arrayOf(v.p) {
                    some("p", in: joined(v.c.base_mounts, v.c.kind_mounts))
                    not(isIn(v.p.destination, v.c.without_mounts))
                })
        }
    }

    /// Sources and options agree, given that destination and type do. A policy without a source means a block device.
    static let sameMount = RuleFunction("same_mount", "p", "m", "id", "sandbox") {
        RuleBody {
            v.p.options == v.m.options
            sourceMatches(v.p.source, v.m.source, v.id, v.sandbox)
        }
        RuleBody(needs: .blockStorages) {
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
            matches(concat("", [replace(filled(v.expected, v.id), "$(sandbox-id)", v.sandbox), "$"]), v.source)
        }
    }

    /// A template with what all shared files start with, and the id of a container, or a pattern for one.
    static let filled = RuleFunction("filled", "template", "id") {
        RuleBody(v.text) {
            bind(
                "text",
                replace(
                    replace(v.template, .literal(.string(PolicyMacros.sharedFiles)), settings.shared_files),
                    "$(bundle-id)", v.id))
        }
    }

    /// One for each storage of the policy, besides that of the image, no two on one disk, and each disk mounted. A volume
    /// in memory that is mounted twice has two that are alike.
    static let storages = RuleFunction("storages_match", "c", "id", "sandbox") {
        RuleBody(unless: .storages) {
            every("s", in: input.storages) {
                v.s.driver == "image_guest_pull"
            }
        }
        RuleBody(needs: .storages) {
            bind(
                "others",
                arrayOf(v.s) {
                    some("s", in: input.storages)
                    v.s.driver != "image_guest_pull"
                })
            bind("expected", withUsual(usualStorage, v.c.storages))
            count(v.others) == count(v.expected)
            every("s", in: v.others) {
                storageKnown(v.expected, v.s, v.id, v.sandbox)
            }
            every("p", in: v.expected) {
                storageUsed(v.p, v.others, v.id, v.sandbox)
            }
            distinctDisks(v.others)
        }
    }

    static let distinctDisks = RuleFunction("disks_distinct", "storages") {
        RuleBody(unless: .blockStorages) {}
        RuleBody(needs: .blockStorages) {
            bind(
                "disks",
                arrayOf(v.s.mount_point) {
                    some("s", in: v.storages)
                    isIn(v.s.driver, ["blk", "scsi"])
                })
            count(set(v.disks)) == count(v.disks)
            bind("sources", setOf(v.m.source) { some("m", in: input.OCI.Mounts) })
            every("disk", in: v.disks) {
                isIn(v.disk, v.sources)
            }
        }
    }

    static let storageKnown = RuleFunction("storage_known", "expected", "s", "id", "sandbox") {
        RuleBody {
            some("p", in: v.expected)
            sameStorage(v.p, v.s, v.id, v.sandbox)
        }
    }

    static let storageUsed = RuleFunction("storage_used", "p", "storages", "id", "sandbox") {
        RuleBody {
            some("s", in: v.storages)
            sameStorage(v.p, v.s, v.id, v.sandbox)
        }
    }

    static let sameStorage = RuleFunction("same_storage", "p", "s", "id", "sandbox") {
        RuleBody {
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
        RuleBody(needs: .blockStorages) {
            v.p.driver == ""
            v.s.driver == "scsi"
            matches("^[0-9]+:[0-9]+$", v.s.source)
        }
        RuleBody(needs: .blockStorages) {
            v.p.driver == ""
            v.s.driver == "blk"
            matches("^[0-9a-f]{2}(/[0-9a-f]{2})?$", v.s.source)
        }
    }
}

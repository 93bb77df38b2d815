// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    /// As many storages as the policy has, those of pulled images aside, and each known.
    static let storages = RuleFunction("storages_known", "c", "bundle", "sandbox") {
        RuleBody {
            bind(
                "others",
                arrayOf(v.s) {
                    some("s", in: input.storages)
                    v.s.driver != "image_guest_pull"
                })
            count(v.others) == count(v.c.storages)
            every("s", in: input.storages) {
                storageKnown(v.c, v.s, v.bundle, v.sandbox)
            }
        }
    }

    static let storageKnown = RuleFunction("storage_known", "c", "s", "bundle", "sandbox") {
        RuleBody {
            v.s.driver == "image_guest_pull"
            v.s.fstype == "overlay"
            v.s.fs_group == nil
            v.s.shared == false
            v.s.options == []
            v.s.mount_point == replace(settings.guest_pull_root, "$(bundle-id)", v.bundle)
        }
        RuleBody {
            some("p", in: v.c.storages)
            v.p.driver == v.s.driver
            storageSource(v.p.source, v.s.source, v.bundle)
            storageMatches(v.p, v.s, v.bundle, v.sandbox)
        }
        RuleBody {
            v.s.driver == "scsi"
            matches("^[0-9]+:[0-9]+$", v.s.source)
            some("p", in: v.c.storages)
            storageMatches(v.p, v.s, v.bundle, v.sandbox)
        }
        RuleBody {
            v.s.driver == "blk"
            matches("^[0-9a-f]{2}(/[0-9a-f]{2})?$", v.s.source)
            some("p", in: v.c.storages)
            storageMatches(v.p, v.s, v.bundle, v.sandbox)
        }
    }

    static let storageSource = RuleFunction("storage_source", "pattern", "source", "bundle") {
        RuleBody { v.pattern == v.source }
        RuleBody { matches(replace(v.pattern, "$(bundle-id)", v.bundle), v.source) }
    }

    /// All but driver and source.
    static let storageMatches = RuleFunction("storage_matches", "p", "s", "bundle", "sandbox") {
        RuleBody {
            v.p.driver_options == v.s.driver_options
            v.p.fs_group == v.s.fs_group
            v.p.fstype == v.s.fstype
            v.p.shared == v.s.shared
            v.p.options == v.s.options
            not(isIn(v.p.driver, ["blk", "overlayfs"]))
            storageMountPoint(v.p, v.s, v.bundle, v.sandbox)
        }
    }

    static let storageMountPoint = RuleFunction("storage_mount_point", "p", "s", "bundle", "sandbox") {
        RuleBody(needs: .directoryStorages) {
            v.p.fstype == "local"
            matches(replace(v.p.mount_point, "$(sandbox-id)", v.sandbox), v.s.mount_point)
        }
        RuleBody(needs: .directoryStorages) {
            v.p.fstype == "bind"
            matches(replace(v.p.mount_point, "$(bundle-id)", v.bundle), v.s.mount_point)
        }
        RuleBody(needs: .memoryStorages) {
            v.p.fstype == "tmpfs"
            matches(v.p.mount_point, v.s.mount_point)
        }
        RuleBody(needs: .blockStorages) {
            isIn(v.s.driver, ["blk", "scsi"])
            replace(v.p.mount_point, "$(b64_device_id)", base64URL(v.s.source)) == v.s.mount_point
        }
    }

    /// A sandbox has no more than the storages of the settings, each as they say.
    static let createSandbox = RuleEntry("CreateSandboxRequest") {
        RuleBody {
            input.guest_hook_path == ""
            input.kernel_modules == []
            input.sandbox_pidns == false
            every("s", in: input.storages) {
                isIn(v.s, settings.sandbox_storages)
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension StrictRules {
    /// Files that the host hands to containers. Content is not in the request; who may still change it, and when, is all
    /// that a policy can say.
    static let copyFile = RuleEntry("CopyFileRequest") {
        RuleBody {
            isIn(input.file_type, ["Directory", "Regular"])
            // No bit that makes a program run as its owner or group.
            bitsAnd(input.file_mode, 3_072) == 0
            copyAllowed(input.path)
        }
        RuleBody {
            input.file_type == "Symlink"
            CompatRules.symlinkTarget(input.symlink_target)
            // Only within what is mounted, since the source of a mount is followed where it is one.
            some("pattern", in: settings.copy_patterns)
            matches(concat("", [replace(v.pattern, "$(bundle-id)", "[a-z0-9]{64}"), "[^/]*/."]), input.path)
            copyAllowed(input.path)
        }
    }

    /// Below the directory that is shared with containers, in a file or directory named by the id of a container and the
    /// last component of where it is mounted; once the container has been started, only what Kubernetes keeps up to date.
    static let copyAllowed = RuleFunction("copy_allowed", "path") {
        RuleBody {
            not(CompatRules.leavesDirectory(v.path))
            some("pattern", in: settings.copy_patterns)
            matches(replace(v.pattern, "$(bundle-id)", "[a-z0-9]{64}"), v.path)
            not(ofStarted(v.path))
        }
        RuleBody {
            not(CompatRules.leavesDirectory(v.path))
            some("own", in: policy.containers)
            bind("latest", state[key("c", v.own.name)])
            v.latest.phase == "started"
            some("base", in: CompatRules.completed(v.own).updated)
            some("pattern", in: settings.copy_patterns)
            matches(concat("", [replace(v.pattern, "$(bundle-id)", v.latest.id), v.base, "(?:/|$)"]), v.path)
        }
    }

    static let ofStarted = RuleFunction("of_started", "path") {
        RuleBody {
            some("own", in: policy.containers)
            bind("latest", state[key("c", v.own.name)])
            v.latest.phase == "started"
            some("pattern", in: settings.copy_patterns)
            matches(replace(v.pattern, "$(bundle-id)", v.latest.id), v.path)
        }
    }
}

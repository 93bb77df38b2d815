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
            copyTarget(input.path, anyID, "[^/]*/.")
            copyAllowed(input.path)
        }
    }

    private static let anyID: RuleExpression = "[a-z0-9]{64}"

    /// Below the directory that is shared with containers, in a file or directory named by the id of a container and the
    /// last component of where it is mounted; once the container has been started, only what Kubernetes keeps up to date.
    static let copyAllowed = RuleFunction("copy_allowed", "path") {
        RuleBody {
            not(CompatRules.leavesDirectory(v.path))
            bind("id", copyID(v.path))
            copyTarget(v.path, v.id, "")
            not(isRunning(v.id))
        }
        RuleBody {
            not(CompatRules.leavesDirectory(v.path))
            bind("id", copyID(v.path))
            isRunning(v.id)
            some("own", in: policy.containers)
            v.own.name == owner(v.id)
            some("base", in: CompatRules.completed(v.own).updated)
            copyTarget(v.path, v.id, concat("", [v.base, "(?:/|$)"]))
        }
    }

    /// What looks like the id of a container; whether it stands where that belongs is seen by `copyTarget`.
    static let copyID = RuleFunction("copy_id", "path") {
        RuleBody(firstGroup("/([a-z0-9]{64})-", v.path)) {}
    }

    static let isRunning = RuleFunction("is_running", "id") {
        RuleBody { phase(owner(v.id), v.id) == "started" }
    }

    /// Whether a path starts as those of a container do, followed by a pattern.
    static let copyTarget = RuleFunction("copy_target", "path", "id", "suffix") {
        RuleBody {
            some("pattern", in: settings.copy_patterns)
            matches(concat("", [filled(v.pattern, v.id), v.suffix]), v.path)
        }
    }
}

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
            copyTarget(v.path, anyID, "")
            not(ofStarted(v.path))
        }
        RuleBody {
            not(CompatRules.leavesDirectory(v.path))
            some("own", in: policy.containers)
            bind("id", startedAs(v.own.name))
            some("base", in: CompatRules.completed(v.own).updated)
            copyTarget(v.path, v.id, concat("", [v.base, "(?:/|$)"]))
        }
    }

    /// Whether a path starts as those of a container do, followed by a pattern.
    static let copyTarget = RuleFunction("copy_target", "path", "id", "suffix") {
        RuleBody {
            some("pattern", in: settings.copy_patterns)
            matches(concat("", [filled(v.pattern, v.id), v.suffix]), v.path)
        }
    }

    static let ofStarted = RuleFunction("of_started", "path") {
        RuleBody {
            some("own", in: policy.containers)
            copyTarget(v.path, startedAs(v.own.name), "")
        }
    }

    /// The id under which a container runs.
    static let startedAs = RuleFunction("started_as", "name") {
        RuleBody(v.latest.id) {
            bind("latest", latest(v.name))
            v.latest.phase == "started"
        }
    }
}

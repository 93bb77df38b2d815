// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    static let copyFile = RuleEntry("CopyFileRequest") {
        RuleBody {
            isIn(input.file_type, ["Directory", "Regular"])
            pathKnown(input.path, "")
        }
        RuleBody {
            input.file_type == "Symlink"
            pathKnown(input.path, ".*/.+")
            symlinkTarget(input.symlink_target)
        }
    }

    static let pathKnown = RuleFunction("path_known", "path", "suffix") {
        RuleBody {
            not(leavesDirectory(v.path))
            some("pattern", in: settings.copy_patterns)
            matches(concat("", [v.pattern, v.suffix]), v.path)
        }
    }

    static let symlinkTarget = RuleFunction("symlink_target", "target") {
        RuleBody { v.target == nil }
        RuleBody {
            v.target != nil
            not(startsWith(v.target, "/"))
            not(leavesDirectory(v.target))
        }
    }

    static let leavesDirectory = RuleFunction("leaves_directory", "path") {
        RuleBody { matches("(^|/)\\.\\.($|/)", v.path) }
    }
}

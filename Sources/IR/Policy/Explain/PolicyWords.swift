// SPDX-License-Identifier: Apache-2.0

/// What the data of policies is called in front of people.
package enum PolicyWords {
    private static let aspects = [
        "args": "command line", "cwd": "working directory", "env": "variable", "env_templates": "variable",
        "env_patterns": "variable", "env_namespace": "variable", "env_any": "variable of any value",
        "env_sandbox_name": "variable", "env_address": "variable", "uid": "user", "gid": "group",
        "gids": "further group", "exec_commands": "command that may be run", "readonly": "write-protected root",
        "terminal": "terminal", "no_new_privileges": "no new privileges", "pidns": "shared process namespace",
        "mounts": "mount", "storages": "storage", "masked_paths": "masked path", "readonly_paths": "read-only path",
        "capabilities": "capability", "copy_patterns": "place for files of the host", "image": "image",
        "annotations": "annotation", "stage": "stage", "oci_versions": "OCI version", "oci_version": "OCI version",
        "exec_patterns": "pattern of commands", "allow": "request", "sysctls": "sysctl", "devices": "device",
        "linux_devices": "device node", "namespaces": "namespaces",
    ]

    package static func aspect(_ name: String) -> String {
        aspects[name] ?? name.replacing("_", with: " ")
    }

    package static func container(_ name: String) -> String {
        name.isEmpty ? "the pause container" : "container '\(name)'"
    }

    package static func name(ofContainer container: JSONValue) -> String {
        container["name"]?.string ?? container["annotations"]?["io.kubernetes.cri.container-name"]?.string ?? ""
    }

    /// The name of a variable, of an entry or of a pattern for one.
    package static func variable(_ entry: String) -> String { DenialWriter.variableName(entry) }

    /// Strings as they are, a mount or storage in short, all else as JSON.
    package static func text(_ value: JSONValue) -> String {
        if let text = value.string { return text }
        if let place = value["destination"]?.string {
            return "\(place) from \(source(value)) (\(options(value)))"
        }
        if let place = value["mount_point"]?.string {
            return "\(place) from \(source(value)) (\(options(value)))"
        }
        return JSONPrinter.text(value)
    }

    private static func source(_ value: JSONValue) -> String {
        let source = value["source"]?.string ?? ""
        return source.isEmpty ? "a block device" : source
    }

    private static func options(_ value: JSONValue) -> String {
        (value["options"]?.array ?? []).compactMap(\.string).joined(separator: ",")
    }
}

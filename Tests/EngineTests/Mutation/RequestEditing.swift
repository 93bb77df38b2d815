// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR

/// Changes of requests to create a container. Each returns whether there was such a place.
extension JSONValue {
    func mountSource(_ destination: String) -> String? {
        self["OCI"]?["Mounts"]?.array?.first { $0["destination"]?.string == destination }?["source"]?.string
    }

    mutating func editMount(_ destination: String, _ change: (inout JSONValue) -> Bool) -> Bool {
        editItem("OCI/Mounts", where: { $0["destination"]?.string == destination }, change)
    }

    /// Has the disk of a volume attached elsewhere, and mounts it where the agent then finds it.
    mutating func moveDisk(at destination: String, driver: String, source: String) -> Bool {
        guard let old = mountSource(destination), let slash = old.lastIndex(of: "/") else { return false }
        let id = Base64.text(Array(source.utf8)).replacing("+", with: "-").replacing("/", with: "_")
        let place = old[...slash] + id
        return editItem("storages", where: { $0["mount_point"]?.string == old }) {
            $0.set("driver", .string(driver)) && $0.set("source", .string(source))
                && $0.set("mount_point", .string(String(place)))
        } && editMount(destination) { $0.set("source", .string(String(place))) }
    }

    /// Mounts `/sys` read-only in a container that may write to it.
    mutating func protectSystemFiles() -> Bool {
        editMount("/sys") { $0.editItems("options") { options in options = options.map { $0 == "rw" ? "ro" : $0 } } }
    }

    mutating func editPullMetadata(_ change: (String) -> String) -> Bool {
        editItem("storages", where: { $0["driver"] == "image_guest_pull" }) {
            $0.editText("driver_options/0", change)
        }
    }
}

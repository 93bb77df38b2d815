// SPDX-License-Identifier: Apache-2.0

/// What of a container's data only follows from something else that changed.
enum PolicyConsequences {
    /// Files of the kubelet that are as writable as the container's root.
    private static let filesOfRoot: Set = ["/etc/hostname", "/etc/resolv.conf"]
    /// The variable that containers with a terminal have.
    private static let terminalVariable: JSONValue = "TERM=xterm"

    /// The data of both without that.
    static func remove(_ old: JSONValue, _ new: JSONValue) -> (old: JSONValue, new: JSONValue) {
        var (before, after) = (old.object ?? JSONObject(), new.object ?? JSONObject())
        func mounts(_ value: JSONValue) -> [JSONValue] { value["mounts"]?.array ?? [] }
        // A storage comes and goes with the mount that it is for.
        before["storages"] = storages(of: old, without: mounts(old).subtracting(mounts(new)))
        after["storages"] = storages(of: new, without: mounts(new).subtracting(mounts(old)))
        if old["readonly"] != new["readonly"] {
            let protected = (old["readonly"] == true ? mounts(old) : mounts(new)).filter { mount in
                filesOfRoot.contains(mount["destination"]?.string ?? "")
            }
            let writable = old["readonly"] == true ? mounts(new) : mounts(old)
            let pairs = protected.compactMap { mount in
                writable.first { isWriteProtected($0, as: mount) }.map { [$0, mount] }
            }.joined()
            before["mounts"] = .array(mounts(old).filter { !pairs.contains($0) })
            after["mounts"] = .array(mounts(new).filter { !pairs.contains($0) })
        }
        for (value, other) in [(old, new), (new, old)]
        where value["terminal"] == true && other["terminal"] != true && !variables(other).contains(terminalVariable) {
            let others = JSONValue.array(variables(value).filter { $0 != terminalVariable })
            if value == old { before["env"] = others } else { after["env"] = others }
        }
        return (.object(before), .object(after))
    }

    private static func variables(_ container: JSONValue) -> [JSONValue] { container["env"]?.array ?? [] }

    private static func storages(of container: JSONValue, without mounts: [JSONValue]) -> JSONValue {
        let sources = mounts.map { $0["source"] }
        return .array(
            (container["storages"]?.array ?? []).filter { storage in
                storage["mount_point"] == nil || !sources.contains(storage["mount_point"])
            })
    }

    /// Whether one mount is the other one, but that it cannot be written to.
    static func isWriteProtected(_ mount: JSONValue, as other: JSONValue) -> Bool {
        guard var object = mount.object, let options = mount["options"]?.array, options.contains("rw") else {
            return false
        }
        object["options"] = .array(options.map { $0 == "rw" ? "ro" : $0 })
        return .object(object) == other
    }
}

extension [JSONValue] {
    /// What is left without the items of another list, each as often as it stands there.
    func subtracting(_ other: [JSONValue]) -> [JSONValue] {
        var counts = Dictionary(other.map { ($0, 1) }, uniquingKeysWith: +)
        return filter { item in
            guard let count = counts[item], count > 0 else { return true }
            counts[item] = count - 1
            return false
        }
    }
}

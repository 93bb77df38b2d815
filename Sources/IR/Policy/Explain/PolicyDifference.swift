// SPDX-License-Identifier: Apache-2.0

/// What one policy allows and another does not. The values of variables are left out: they may be those of Secrets.
package struct PolicyDifference: Sendable, Equatable {
    package enum Change: String, Sendable, CaseIterable {
        case newlyAllowed = "newly allowed"
        case newlyDenied = "newly denied"
        case changed
    }

    package struct Entry: Sendable, Equatable {
        package var change: Change
        /// `container 'web'`, `the pause container`, or `settings`.
        package var subject: String
        /// The member of the data, in the words of `contrast policy show`.
        package var aspect: String
        package var old: String?
        package var new: String?
    }

    package private(set) var entries: [Entry] = []

    package init(from old: PolicyData, to new: PolicyData) {
        if old.profile != new.profile {
            entries.append(
                Entry(
                    change: .changed, subject: "settings", aspect: "profile", old: old.profile.rawValue,
                    new: new.profile.rawValue))
        }
        compareContainers(Self.containers(old), Self.containers(new))
        for name in Self.names(old.settings, new.settings) where name != "base" && name != "kinds" {
            compare("settings", name, old.settings[name], new.settings[name])
        }
    }

    private static func containers(_ policy: PolicyData) -> [(name: String, value: JSONValue)] {
        policy.effectiveContainers.map { (PolicyWords.name(ofContainer: $0), $0) }
    }

    private static func names(_ old: JSONValue, _ new: JSONValue) -> [String] {
        Set((old.object?.keys ?? []) + (new.object?.keys ?? [])).sorted()
    }

    private mutating func compareContainers(
        _ old: [(name: String, value: JSONValue)], _ new: [(name: String, value: JSONValue)]
    ) {
        for one in old {
            let subject = PolicyWords.container(one.name)
            guard let other = new.first(where: { $0.name == one.name }) else {
                entries.append(Entry(change: .newlyDenied, subject: subject, aspect: "container"))
                continue
            }
            // Default mounts are among the mounts.
            let hidden: Set = ["base_mounts", "kind_mounts", "without_mounts", "name"]
            compareVariables(subject, Self.variables(one.value), Self.variables(other.value))
            for name in Self.names(one.value, other.value) where !hidden.contains(name) && !Self.isEnvironment(name) {
                compare(subject, name, one.value[name], other.value[name])
            }
        }
        for one in new where !old.contains(where: { $0.name == one.name }) {
            entries.append(
                Entry(change: .newlyAllowed, subject: PolicyWords.container(one.name), aspect: "container"))
        }
        let common = Set(old.map(\.name)).intersection(new.map(\.name))
        let order = [old, new].map { $0.map(\.name).filter(common.contains) }
        if order[0] != order[1] {
            entries.append(
                Entry(
                    change: .changed, subject: "the pod", aspect: "order of containers",
                    old: order[0].joined(separator: ", "), new: order[1].joined(separator: ", ")))
        }
    }

    private mutating func compare(_ subject: String, _ name: String, _ old: JSONValue?, _ new: JSONValue?) {
        guard old != new else { return }
        let aspect = PolicyWords.aspect(name)
        if Self.lists.contains(name), let old = old?.array, let new = new?.array {
            let gone = old.filter { !new.contains($0) }
            let added = new.filter { !old.contains($0) }
            entries += gone.map {
                Entry(change: Self.removal(name), subject: subject, aspect: aspect, old: PolicyWords.text($0))
            }
            entries += added.map {
                Entry(change: Self.addition(name), subject: subject, aspect: aspect, new: PolicyWords.text($0))
            }
            if gone.isEmpty, added.isEmpty { change(subject, aspect, .array(old), .array(new)) }
        } else if let old = old?.object, let new = new?.object {
            for key in Self.names(.object(old), .object(new)) where old[key] != new[key] {
                change(subject, "\(aspect) \(key)", old[key], new[key])
            }
        } else {
            change(subject, aspect, old, new)
        }
    }

    /// Lists of which each item is allowed on its own.
    private static let lists: Set = [
        "mounts", "storages", "exec_commands", "devices", "linux_devices", "runtime_annotations", "copy_patterns",
        "env_patterns", "exec_patterns", "oci_versions", "masked_paths", "readonly_paths", "sandbox_storages",
        "updated",
        "forbidden_devices", "cgroup_extras", "capabilities", "gids", "vfio",
    ]
    /// Lists that take away from what is allowed.
    private static let protections: Set = ["masked_paths", "readonly_paths", "forbidden_devices"]

    private static func addition(_ name: String) -> Change { protections.contains(name) ? .newlyDenied : .newlyAllowed }
    private static func removal(_ name: String) -> Change { protections.contains(name) ? .newlyAllowed : .newlyDenied }

    private static func isEnvironment(_ name: String) -> Bool { name == "env" || name.hasPrefix("env_") }

    /// What is expected of each variable, by its name: entries, templates and patterns.
    private static func variables(_ container: JSONValue) -> [String: [JSONValue]] {
        var found: [String: [JSONValue]] = [:]
        for list in (container.object?.keys ?? []).sorted() where isEnvironment(list) {
            for entry in container[list]?.array ?? [] {
                found[PolicyWords.variable(entry.string ?? ""), default: []].append([.string(list), entry])
            }
        }
        return found
    }

    private mutating func compareVariables(
        _ subject: String, _ old: [String: [JSONValue]], _ new: [String: [JSONValue]]
    ) {
        for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
            let change: Change = old[name] == nil ? .newlyAllowed : new[name] == nil ? .newlyDenied : .changed
            entries.append(
                Entry(
                    change: change, subject: subject, aspect: PolicyWords.aspect("env"),
                    old: old[name] == nil ? nil : name, new: new[name] == nil ? nil : name))
        }
    }

    private mutating func change(_ subject: String, _ aspect: String, _ old: JSONValue?, _ new: JSONValue?) {
        entries.append(
            Entry(
                change: .changed, subject: subject, aspect: aspect, old: old.map(PolicyWords.text),
                new: new.map(PolicyWords.text)))
    }

    // MARK: - Output

    /// A line for each difference.
    package var lines: [String] {
        Change.allCases.flatMap { change in
            entries.filter { $0.change == change }.map { entry in
                let values =
                    switch (entry.old, entry.new) {
                    case (let old?, let new?) where old != new: ": \(old) -> \(new)"
                    case (let old?, _): ": \(old)"
                    case (nil, let new?): ": \(new)"
                    case (nil, nil): ""
                    }
                return "\(change.rawValue): \(entry.subject): \(entry.aspect)\(values)"
            }
        }
    }

    package var json: JSONValue {
        .array(
            entries.map { entry in
                var object = JSONObject([
                    ("aspect", .string(entry.aspect)), ("change", .string(entry.change.rawValue)),
                ])
                object["new"] = entry.new.map(JSONValue.string)
                object["old"] = entry.old.map(JSONValue.string)
                object["subject"] = .string(entry.subject)
                return .object(object)
            })
    }
}

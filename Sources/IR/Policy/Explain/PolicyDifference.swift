// SPDX-License-Identifier: Apache-2.0

/// What one policy allows and another does not. The values of variables are left out: they may be those of Secrets.
package struct PolicyDifference: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var change: TrustChange
        package var kind: TrustKind
        /// Whether something is allowed that was not.
        package var widens: Bool
        /// Names of the containers that it is about, the pause container's being empty; none for settings or the pod.
        package var containers: [String] = []
        /// `container 'web'`, `the pause container`, `every container`, `the pod` or `settings`.
        package var subject: String
        /// The member of the data, in the words of `contrast policy show`.
        package var aspect: String
        package var old: String?
        package var new: String?
    }

    package private(set) var entries: [Entry] = []
    private let isStrict: Bool

    package init(from old: PolicyData, to new: PolicyData) {
        isStrict = old.profile == .strict && new.profile == .strict
        guard old.profile == new.profile else {
            // The data of the profiles have no common shape, so that more would be noise.
            entries = [
                Entry(
                    change: .changed, kind: .policy, widens: true, subject: "settings", aspect: "profile",
                    old: old.profile.rawValue, new: new.profile.rawValue)
            ]
            return
        }
        let (before, after) = (Self.containers(old), Self.containers(new))
        compareRepeated(before, after)
        compareContainers(Self.firstOfEachName(before), Self.firstOfEachName(after))
        joinContainers(count: old.effectiveContainers.count)
        for name in Self.names(old.settings, new.settings) where name != "base" && name != "kinds" {
            compare(Subject(text: "settings"), name, old.settings[name], new.settings[name])
        }
    }

    /// What entries are about.
    private struct Subject {
        var text: String
        var containers: [String] = []

        init(text: String) { self.text = text }

        init(container name: String) {
            text = PolicyWords.container(name)
            containers = [name]
        }
    }

    private static func containers(_ policy: PolicyData) -> [(name: String, value: JSONValue)] {
        policy.effectiveContainers.map { (PolicyWords.name(ofContainer: $0), $0) }
    }

    private static func firstOfEachName(_ all: [(name: String, value: JSONValue)]) -> [(name: String, value: JSONValue)]
    {
        var seen: Set<String> = []
        return all.filter { seen.insert($0.name).inserted }
    }

    private static func names(_ old: JSONValue, _ new: JSONValue) -> [String] {
        Set((old.object?.keys ?? []) + (new.object?.keys ?? [])).sorted()
    }

    // MARK: - Containers

    private mutating func compareContainers(
        _ old: [(name: String, value: JSONValue)], _ new: [(name: String, value: JSONValue)]
    ) {
        for one in old {
            let subject = Subject(container: one.name)
            guard let other = new.first(where: { $0.name == one.name }) else {
                // What was to run before others no longer has to.
                let isDemanded = ["init", "sidecar"].contains(one.value["stage"]?.string)
                add(.newlyDenied, .container, widens: isStrict && isDemanded, subject, "container")
                continue
            }
            // Default mounts are among the mounts.
            let hidden: Set = ["base_mounts", "kind_mounts", "without_mounts", "name"]
            let (before, after) = PolicyConsequences.remove(one.value, other.value)
            compareVariables(subject, Self.variables(before), Self.variables(after))
            for name in Self.names(before, after) where !hidden.contains(name) && !Self.isEnvironment(name) {
                compare(subject, name, before[name], after[name])
            }
        }
        for one in new where !old.contains(where: { $0.name == one.name }) {
            add(.newlyAllowed, .container, widens: true, Subject(container: one.name), "container")
        }
        let common = Set(old.map(\.name)).intersection(new.map(\.name))
        let order = [old, new].map { $0.map(\.name).filter(common.contains) }
        if order[0] != order[1] {
            add(
                .changed, .order, widens: true, Subject(text: "the pod"), "order of containers",
                order[0].joined(separator: ", "), order[1].joined(separator: ", "))
        }
    }

    /// No pod has two containers of one name, but somebody may have written such a policy.
    private mutating func compareRepeated(
        _ old: [(name: String, value: JSONValue)], _ new: [(name: String, value: JSONValue)]
    ) {
        let (before, after) = (Dictionary(grouping: old, by: \.name), Dictionary(grouping: new, by: \.name))
        for name in Set(before.keys).union(after.keys).sorted() {
            let (left, right) = ((before[name] ?? []).map(\.value), (after[name] ?? []).map(\.value))
            guard max(left.count, right.count) > 1, left != right else { continue }
            add(
                .changed, .container, widens: true, Subject(container: name), "containers of this name",
                "\(left.count)", "\(right.count)")
        }
    }

    /// Makes one entry of what is the same in several containers.
    private mutating func joinContainers(count: Int) {
        var joined: [Entry] = []
        for entry in entries {
            var content = entry
            (content.subject, content.containers) = ("", [])
            let same = joined.firstIndex { other in
                var other = other
                (other.subject, other.containers) = ("", [])
                return other == content
            }
            guard let same, !entry.containers.isEmpty, entry.kind != .container else {
                joined.append(entry)
                continue
            }
            joined[same].containers += entry.containers
            joined[same].subject += ", " + entry.subject
        }
        for index in joined.indices where joined[index].containers.count == count && count > 1 {
            joined[index].subject = "every container"
        }
        entries = joined
    }

    // MARK: - Members

    private mutating func compare(_ subject: Subject, _ name: String, _ old: JSONValue?, _ new: JSONValue?) {
        guard old != new else { return }
        let (kind, aspect) = (TrustKind(member: name), PolicyWords.aspect(name))
        // What no rule reads is not there.
        if Self.linked.contains(name), old == nil || new == nil { return }
        if let old = Self.list(name, old), let new = Self.list(name, new) {
            compareLists(subject, name, old, new)
        } else if let old = (old ?? [:]).object, let new = (new ?? [:]).object {
            for key in Self.names(.object(old), .object(new)) {
                let (before, after) = (Self.member(key, of: old), Self.member(key, of: new))
                guard before != after else { continue }
                let isImage = key == "io.kubernetes.cri.image-name"
                add(
                    before == nil ? .newlyAllowed : after == nil ? .newlyDenied : .changed, isImage ? .image : kind,
                    widens: after != nil, subject, isImage ? PolicyWords.aspect("image") : "\(aspect) \(key)",
                    before.map(PolicyWords.text), after.map(PolicyWords.text))
            }
        } else {
            add(
                .changed, kind, widens: !Self.tightens(name, new), subject, aspect, old.map(PolicyWords.text),
                new.map(PolicyWords.text))
        }
    }

    /// Settings that the text has only where something else asks for them.
    private static let linked: Set = ["vfio_path"]

    /// `nil` for what is no list.
    private static func list(_ name: String, _ value: JSONValue?) -> [JSONValue]? {
        lists.contains(name) ? (value ?? []).array : nil
    }

    /// A switch that is off is as good as none.
    private static func member(_ key: String, of object: JSONObject) -> JSONValue? {
        object[key] == false ? nil : object[key]
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
    /// Lists all of whose items a strict policy demands, so that a container without one is newly allowed.
    private static let demands: Set = ["mounts", "storages", "sandbox_storages"]

    private mutating func compareLists(_ subject: Subject, _ name: String, _ old: [JSONValue], _ new: [JSONValue]) {
        let (kind, aspect) = (TrustKind(member: name), PolicyWords.aspect(name))
        var gone = old.subtracting(new)
        var added = new.subtracting(old)
        // One that took the place of another: at the same place, or where nothing else changed.
        for item in gone {
            let isOnly = gone.count == 1 && added.count == 1
            guard let index = added.firstIndex(where: { isOnly || Self.isSamePlace($0, item) }) else { continue }
            let other = added.remove(at: index)
            add(
                .changed, kind, widens: !PolicyConsequences.isWriteProtected(item, as: other), subject, aspect,
                PolicyWords.text(item), PolicyWords.text(other))
            gone.removeAll { $0 == item }
        }
        let (isProtection, isDemanded) = (Self.protections.contains(name), isStrict && Self.demands.contains(name))
        for item in gone {
            let text = PolicyWords.text(item)
            add(
                isProtection ? .newlyAllowed : .newlyDenied, kind, widens: isProtection || isDemanded, subject, aspect,
                text)
        }
        for item in added {
            let text = PolicyWords.text(item)
            add(isProtection ? .newlyDenied : .newlyAllowed, kind, widens: !isProtection, subject, aspect, nil, text)
        }
    }

    private static func isSamePlace(_ left: JSONValue, _ right: JSONValue) -> Bool {
        ["destination", "mount_point"].contains { left[$0] != nil && left[$0] == right[$0] }
    }

    /// Whether less is allowed by this value than by the other one of two.
    private static func tightens(_ name: String, _ new: JSONValue?) -> Bool {
        switch name {
        case "readonly", "no_new_privileges": new == true
        case "terminal", "pidns": new == false
        default: false
        }
    }

    // MARK: - Variables

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
        _ subject: Subject, _ old: [String: [JSONValue]], _ new: [String: [JSONValue]]
    ) {
        for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
            let change: TrustChange = old[name] == nil ? .newlyAllowed : new[name] == nil ? .newlyDenied : .changed
            // A strict policy demands its variables.
            add(
                change, .environment, widens: new[name] != nil || isStrict, subject, PolicyWords.aspect("env"),
                old[name] == nil ? nil : name, new[name] == nil ? nil : name)
        }
    }

    private mutating func add(
        _ change: TrustChange, _ kind: TrustKind, widens: Bool, _ subject: Subject, _ aspect: String,
        _ old: String? = nil, _ new: String? = nil
    ) {
        entries.append(
            Entry(
                change: change, kind: kind, widens: widens, containers: subject.containers, subject: subject.text,
                aspect: aspect, old: old, new: new))
    }

    // MARK: - Output

    /// A line for each difference.
    package var lines: [String] {
        TrustChange.allCases.flatMap { change in
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

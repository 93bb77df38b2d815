// SPDX-License-Identifier: Apache-2.0

/// Says in words what a path of failures means.
struct DenialWriter {
    let finder: DenialFinder
    let path: DenialFinder.Path
    private let containers: [JSONValue]

    init(finder: DenialFinder, path: DenialFinder.Path) {
        self.finder = finder
        self.path = path
        containers = finder.data.effectiveContainers
    }

    func denial() -> Denial {
        var denial = Denial(kind: finder.kind, summary: "")
        denial.rules = path.rules
        if let index = containerIndex { denial.container = (index, finder.name(ofContainer: index)) }
        read(path.failure, &denial)
        specialise(&denial)
        place(&denial)
        if denial.summary.isEmpty { denial.summary = summary(denial) }
        return denial
    }

    private var containerIndex: Int? {
        // The others that it goes through are those that must come before.
        if path.call.function == "passed" { return path.call.arguments[2].value?.integer.flatMap(Int.init(exactly:)) }
        let calls = (path.calls + [path.call]).flatMap(\.arguments)
        if let index = (path.items + calls).lazy.compactMap(\.containerIndex).last { return index }
        guard let id = finder.request["container_id"]?.string else { return nil }
        if let index = finder.state[id]?.integer { return Int(exactly: index) }
        guard let name = finder.state["i:" + id]?.string else { return nil }
        return containers.firstIndex { $0["name"]?.string == name }
    }

    private var container: JSONValue? {
        containerIndex.flatMap { containers.indices.contains($0) ? containers[$0] : nil }
    }

    // MARK: - What the statement says

    private func read(_ failure: RuleFailure?, _ denial: inout Denial) {
        guard let failure else { return }
        switch failure.test {
        case .compares where failure.operands.count == 2:
            take(failure.operands[0], failure.operands[1], .equal, &denial)
        case .contains where failure.operands.count == 2:
            let isExpected = failure.operands[1].origin?.root == .request
            take(failure.operands[0], failure.operands[1], isExpected ? .including : .member, &denial)
        case .calls(.regexMatch) where failure.operands.count == 2:
            take(failure.operands[1], failure.operands[0], .pattern, &denial)
        case .fails:
            denial.demand = .absent
            take(failure.operands.first ?? TracedValue(), TracedValue(), .absent, &denial)
        default:
            let operand = failure.operands.first ?? TracedValue()
            denial.demand = .other
            denial.found = operand.value
            if operand.origin?.root == .request { denial.field = operand.origin?.path ?? [] }
            denial.origin = operand.origin?.root == .request ? nil : operand.origin
        }
    }

    /// Of two sides, the one from the request is found, and failing that the one from the state.
    private func take(_ left: TracedValue, _ right: TracedValue, _ demand: Denial.Demand, _ denial: inout Denial) {
        let isSwapped =
            (right.origin?.root == .request && left.origin?.root != .request)
            || (right.origin?.root == .state && left.origin?.root != .request && left.origin?.root != .state)
        let (found, expected) = isSwapped ? (right, left) : (left, right)
        denial.demand = demand
        denial.found = found.value
        denial.expected = expected.value
        denial.origin = expected.origin ?? (found.origin?.root == .request ? nil : found.origin)
        if found.origin?.root == .request { denial.field = found.origin?.path ?? [] }
    }

    // MARK: - What it is about

    private func specialise(_ denial: inout Denial) {
        let arguments = path.call.arguments
        switch path.call.function {
        case "variable_known": variable(arguments[1], &denial)
        case "argument_matches":
            subject(arguments[1], &denial)
            denial.expected = arguments[0].value
            denial.origin = arguments[0].origin
        case "arguments_match" where path.failure?.test == .compares(.equal): denial.aspect = "args"
        case "environment_known" where path.failure?.test == .compares(.equal):
            denial.detail = repeatedVariable
            denial.summary = "variable '\(repeatedVariable)'\(inContainer(" of ")) is there twice"
            denial.field = environmentField
            denial.found = nil
            denial.expected = nil
            denial.aspect = "env"
        case "environment_complete", "templates_present", "variable_present": missingVariable(&denial)
        case "annotation_known", "annotation_matches": annotation(arguments, &denial)
        case "mounts_known", "mounts_present", "mount_matches": mount(&denial)
        case "storage_known", "storages_known", "storages_match", "storage_used": storage(&denial)
        case "capability_list":
            subject(TracedValue(value: arguments[1].value, origin: path.calls.last?.arguments.last?.origin), &denial)
            denial.expected = container?["capabilities"]
            denial.aspect = "capabilities"
        case "devices_known" where path.failure?.test == .compares(.equal):
            let place = denial.found?.array?.first?["container_path"]?.string ?? ""
            denial.aspect = "devices"
            denial.summary = "a device at '\(place)' is not expected\(inContainer(" in "))"
        case "device_known":
            subject(arguments[1], &denial)
            denial.expected = container?["devices"]
            denial.aspect = "devices"
            denial.demand = .member
            let place = arguments[1].value?["container_path"]?.string ?? ""
            denial.summary = "a device at '\(place)' is not expected\(inContainer(" in "))"
        case "exec_allowed": command(arguments[1], &denial)
        case "disks_distinct": disks(&denial)
        case "path_known", "copy_allowed", "symlink_target", "address_allowed", "source_allowed", "network_allowed":
            subject(arguments[0], &denial)
            denial.demand = .other
            denial.expected = nil
            lateFile(&denial)
        case "valid_id": subject(arguments[0], &denial)
        case "passed": order(arguments[1], &denial)
        case "fresh": running(&denial)
        default: lifecycle(&denial)
        }
        image(&denial)
    }

    private func subject(_ value: TracedValue, _ denial: inout Denial) {
        denial.found = value.value
        if value.origin?.root == .request { denial.field = value.origin?.path ?? [] }
    }

    private var environmentField: [String] {
        finder.kind == "ExecProcessRequest" ? ["process", "Env"] : ["OCI", "Process", "Env"]
    }

    private var repeatedVariable: String {
        let process =
            finder.kind == "ExecProcessRequest" ? finder.request["process"] : finder.request["OCI"]?["Process"]
        var seen: Set<String> = []
        let names = (process?["Env"]?.array ?? []).map { Self.variableName($0.string ?? "") }
        return names.first { !seen.insert($0).inserted } ?? ""
    }

    private func variable(_ entry: TracedValue, _ denial: inout Denial) {
        subject(entry, &denial)
        if denial.field.isEmpty { denial.field = environmentField + place(of: entry.value) }
        let name = Self.variableName(entry.value?.string ?? "")
        denial.aspect = "env"
        denial.detail = name
        let values = ["env", "env_templates", "env_patterns", "env_namespace"]
            .flatMap { container?[$0]?.array ?? [] }
        denial.expected = values.first { Self.variableName($0.string ?? "") == name }
        denial.origin = nil
        denial.demand = .equal
        denial.summary =
            denial.expected == nil
            ? "variable '\(name)' is not expected\(inContainer(" in "))"
            : "variable '\(name)'\(inContainer(" of ")) has another value than the YAML gives it"
    }

    /// The index of a variable.
    private func place(of entry: JSONValue?) -> [String] {
        let env = environmentField.reduce(finder.request) { $0[$1] ?? nil }.array ?? []
        return env.firstIndex { $0 == entry }.map { [String($0)] } ?? []
    }

    private func missingVariable(_ denial: inout Denial) {
        let expected =
            path.call.function == "variable_present"
            ? path.call.arguments.first : path.failure?.operands.first ?? path.items.last
        let name = Self.variableName(expected?.value?.string ?? "")
        denial.field = environmentField
        denial.expected = expected?.value
        denial.found = nil
        denial.aspect = "env"
        denial.detail = name
        denial.summary = "variable '\(name)'\(inContainer(" of ")) is missing"
    }

    /// Of an entry, or of a pattern for one.
    static func variableName(_ entry: String) -> String {
        let name = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return String(name.drop { $0 == "^" }).replacing("\\", with: "")
    }

    private func annotation(_ arguments: [TracedValue], _ denial: inout Denial) {
        let key = arguments[1].value?.string ?? ""
        denial.field = ["OCI", "Annotations", key]
        denial.found = arguments[2].value
        denial.expected = container?["annotations"]?[key]
        denial.aspect = "annotations"
        denial.detail = key
        denial.origin = nil
        denial.demand = .equal
        if denial.expected == nil { denial.summary = "annotation '\(key)' is not expected\(inContainer(" of "))" }
    }

    private func mount(_ denial: inout Denial) {
        denial.aspect = "mounts"
        if let mount = path.items.last(where: { $0.origin?.path.dropLast().last == "Mounts" }) {
            let destination = mount.value?["destination"]?.string ?? ""
            let expected = path.call.function == "mount_matches" && (path.failure?.progress ?? 0) > 0
            denial.detail = destination
            denial.field = mount.origin?.path ?? []
            denial.found = mount.value
            denial.expected = expected ? path.call.arguments.first?.value : nil
            denial.origin = expected ? path.call.arguments.first?.origin : nil
            denial.demand = .equal
            denial.summary =
                expected
                ? "the mount at '\(destination)'\(inContainer(" of ")) differs in \(differences(denial))"
                : "a mount at '\(destination)' is not expected\(inContainer(" in "))"
        } else if path.failure?.test == .compares(.equal) {
            denial.field = ["OCI", "Mounts"]
            denial.expected = nil
            denial.found = nil
            denial.summary = "two mounts\(inContainer(" of ")) are the same"
        } else {
            let expected = path.items.last?.value
            let destination = expected?["destination"]?.string ?? ""
            denial.detail = destination
            denial.field = ["OCI", "Mounts"]
            denial.expected = expected
            denial.found = nil
            let what = "the mount at '\(destination)'\(inContainer(" of ")) is"
            denial.summary = path.failure?.test == .fails ? "\(what) hidden under another" : "\(what) missing"
        }
    }

    private func disks(_ denial: inout Denial) {
        denial.aspect = "storages"
        denial.field = ["storages"]
        denial.expected = nil
        denial.demand = .other
        denial.summary =
            path.failure?.test == .contains
            ? "a disk\(inContainer(" of ")) is mounted nowhere" : "two volumes\(inContainer(" of ")) are on one disk"
    }

    /// A file for a container that runs.
    private func lateFile(_ denial: inout Denial) {
        guard path.call.function == "copy_allowed", let file = denial.found?.string else { return }
        for (key, latest) in finder.state.object?.members ?? [] {
            guard key.hasPrefix("c:"), latest["phase"] == "started", let id = latest["id"]?.string,
                file.contains(id + "-")
            else { continue }
            denial.summary =
                "a file of \(PolicyWords.container(String(key.dropFirst(2)))) is changed, which has been started"
        }
    }

    /// Members in which found and expected differ.
    private func differences(_ denial: Denial) -> String {
        let names = ["type_", "options", "source"].filter { denial.found?[$0] != denial.expected?[$0] }
        return names.map { $0 == "type_" ? "type" : $0 }.joined(separator: " and ")
    }

    private func storage(_ denial: inout Denial) {
        denial.aspect = "storages"
        denial.demand = .equal
        switch path.call.function {
        case "storage_known":
            subject(path.call.arguments[1], &denial)
            denial.expected = container?["storages"]
            denial.demand = .member
            let place = denial.found?["mount_point"]?.string ?? ""
            denial.summary = "the storage at '\(place)' is not expected\(inContainer(" in "))"
        case "storage_used":
            denial.expected = path.call.arguments[0].value
            denial.found = nil
            denial.field = ["storages"]
            denial.summary = "a storage\(inContainer(" of ")) is missing"
        default:
            denial.field = ["storages"]
            denial.summary = "\(subjectName) has other storages than expected"
        }
    }

    private func command(_ process: TracedValue, _ denial: inout Denial) {
        denial.field = ["process", "Args"]
        denial.found = process.value?["Args"]
        denial.expected = container?["exec_commands"]
        denial.demand = .member
        denial.aspect = "exec_commands"
        denial.origin = nil
        denial.summary = "this command may not be run\(inContainer(" in "))"
    }

    private func order(_ before: TracedValue, _ denial: inout Denial) {
        let name = before.value?["name"]?.string ?? ""
        let stage = before.value?["stage"]?.string
        let first = name.isEmpty ? "the pause container" : "container '\(name)'"
        denial.summary =
            "\(subjectName) is created before \(first) has \(stage == "init" ? "started and ended" : "started")"
        denial.demand = .other
        denial.found = nil
        denial.expected = nil
        denial.field = []
        denial.aspect = "stage"
    }

    private func running(_ denial: inout Denial) {
        denial.summary = "\(subjectName) runs already; a second instance is created"
        denial.aspect = "stage"
        denial.field = ["container_id"]
        denial.found = finder.request["container_id"]
        denial.expected = nil
    }

    /// What the state has to say.
    private func lifecycle(_ denial: inout Denial) {
        let id = finder.request["container_id"]?.string ?? ""
        switch (finder.kind, path.call.function) {
        case ("StartContainerRequest", _), ("RemoveContainerRequest", _), (_, "phase"), ("ExecProcessRequest", "owner"),
            ("ExecProcessRequest", "ExecProcessRequest")
        where denial.origin?.root == .state || denial.origin == nil && denial.field.isEmpty:
            denial.field = ["container_id"]
            denial.found = .string(id)
            denial.expected = nil
            denial.aspect = "stage"
            if let name = finder.state["i:" + id]?.string {
                let phase = finder.state["c:" + name]?["phase"]?.string ?? "gone"
                let needed = finder.kind == "StartContainerRequest" ? "created" : "started"
                denial.summary = "\(subjectName) is \(phase), and must be \(needed) for that"
            } else if finder.state[id] == nil {
                denial.summary = "no container with the id '\(id)' has been created"
            }
        case (_, "pin") where path.call.arguments[0].value?.string == id:
            denial.summary = "the id '\(id)' is that of another container"
            denial.field = ["container_id"]
            denial.found = .string(id)
            denial.expected = nil
        case (_, "pin"):
            denial.summary =
                "the pod's \((path.call.arguments[0].value?.string ?? "").replacing("_", with: " ")) is not that of "
                + "earlier requests"
            denial.found = path.call.arguments[1].value
            denial.field = path.call.arguments[1].origin?.path ?? []
        case (_, "kind_matches"), (_, "container_kind"):
            if denial.origin?.path.last == "io.kubernetes.cri.container-name" { unknownContainer(&denial) }
        case ("CreateContainerRequest", "CreateContainerRequest"):
            if denial.origin?.path.last == "name" { unknownContainer(&denial) }
            if denial.origin?.root == .state || path.failure?.test == .fails, finder.state["i:" + id] != nil {
                denial.summary = "the id '\(id)' has been used before"
            }
        case ("CreateSandboxRequest", "CreateSandboxRequest") where path.failure?.test == .fails:
            denial.summary = "the sandbox is made a second time"
        default: host(&denial)
        }
    }

    /// Values that are computed from the request before they are compared.
    private func host(_ denial: inout Denial) {
        if denial.field.last == "io.kubernetes.cri.sandbox-namespace" {
            denial.demand = .equal
            denial.found = finder.request["OCI"]?["Annotations"]?["io.kubernetes.cri.sandbox-namespace"]
        } else if denial.field.isEmpty, denial.origin?.path.contains("root") == true {
            denial.field = ["OCI", "Root", "Path"]
            denial.found = finder.request["OCI"]?["Root"]?["Path"]
            denial.expected = container?["root"]
            denial.demand = .pattern
        }
    }

    private func unknownContainer(_ denial: inout Denial) {
        let key = "io.kubernetes.cri.container-name"
        denial.field = ["OCI", "Annotations", key]
        denial.found = finder.request["OCI"]?["Annotations"]?[key]
        denial.expected = .array(containers.indices.map { .string(finder.name(ofContainer: $0)) }.filter { $0 != "" })
        denial.demand = .member
        denial.aspect = "name"
        denial.summary = "no container of the YAML is called '\(denial.found?.string ?? "")'"
    }

    private func image(_ denial: inout Denial) {
        guard ["image_bound", "image_pulled", "image_named", "pull_metadata"].contains(path.call.function) else {
            return
        }
        denial.aspect = "image"
        denial.expected = container?["image"] ?? "pause"
        denial.origin = nil
        denial.demand = .equal
        if path.call.function == "image_bound" {
            denial.summary = "the image\(inContainer(" of ")) must be pulled exactly once"
            denial.field = ["storages"]
        } else if path.call.function == "pull_metadata" {
            denial.summary =
                "the metadata of the image\(inContainer(" of ")) do not say what kind of container it is for"
            denial.expected = nil
            denial.demand = .other
        } else if denial.field.last == "source" || denial.field.last == "io.kubernetes.cri.image-name" {
            denial.summary = "the image\(inContainer(" of ")) is another than the YAML names"
        }
    }

    // MARK: - Words

    private var subjectName: String {
        guard let index = containerIndex else { return "the request" }
        let name = finder.name(ofContainer: index)
        return name.isEmpty ? "the pause container" : "container '\(name)'"
    }

    private func inContainer(_ preposition: String) -> String {
        containerIndex == nil ? "" : preposition + subjectName
    }

    private func summary(_ denial: Denial) -> String {
        let what = DenialWords.field(denial) ?? (denial.fieldPath.isEmpty ? "the request" : denial.fieldPath)
        let whose = inContainer(" of ")
        switch denial.demand {
        case .equal where denial.expected != nil: return "\(what)\(whose) is not what is expected"
        case .member: return "\(what)\(whose) is none of those expected"
        case .pattern: return "\(what)\(whose) does not look as expected"
        case .including: return "\(what)\(whose) lacks something that must be there"
        default: return "\(what)\(whose) is not allowed"
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import IR

/// The variables of a container: those of its image, those of the runtime, `envFrom` and `env`, in this order, in which
/// the later ones win at run time.
struct EnvironmentLowering {
    /// What an image without variables gets.
    private static let defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// What the controller of Jobs adds to numbered pods.
    private static let index = "JOB_COMPLETION_INDEX"

    private let workload: Shared<Workload>
    private let container: Shared<Container>
    private let configObjects: ConfigObjects
    private let profile: PolicyProfile
    private let secretValues: SecretValues
    private var entries: [Entry] = []
    /// References in the container's values, with what they may refer to.
    private var expansion = VariableExpansion()

    private struct Entry {
        var name: String
        var text: Located<String>
    }

    init(
        _ workload: Shared<Workload>, _ container: Shared<Container>, _ configObjects: ConfigObjects,
        _ profile: PolicyProfile,
        _ secretValues: SecretValues
    ) {
        self.secretValues = secretValues
        self.workload = workload
        self.container = container
        self.configObjects = configObjects
        self.profile = profile
    }

    /// What the image and the runtime set for any container. The image has the last word, which counts where one value is
    /// kept; other generators name the runtime's variables last.
    ///
    /// - Parameter hostName: of the pod; `nil` where only the host knows it.
    static func base(
        _ facts: ImageFacts, hasTerminal: Bool, isPause: Bool, hostName: String? = nil, _ profile: PolicyProfile
    ) -> [ValueTemplate] {
        let env = facts.env ?? []
        var result: [ValueTemplate] = []
        if !isPause {
            if hasTerminal { result.append(ValueTemplate("TERM=xterm")) }
            var variable = ValueTemplate("HOSTNAME=")
            variable.append(hostName.map { ValueTemplate($0) } ?? ValueTemplate(.hostName))
            result.append(variable)
        }
        let own = (env.isEmpty ? [defaultPath] : env).map { ValueTemplate($0) }
        return profile == .strict ? result + own : own + result
    }

    /// `NAME=value` entries, none twice. A strict policy holds the last value of each name; otherwise all are allowed,
    /// as any entry may come.
    mutating func lower(
        base: [ValueTemplate], added: [String], into diagnostics: inout Diagnostics
    ) -> [Located<String>] {
        // An image that sets variables, but not this one, gets it too; other generators do not expect that.
        if profile == .strict { append(ValueTemplate(Self.defaultPath)) }
        for text in base { append(text) }
        for source in container.value.envFrom { lower(source, &diagnostics) }
        for variable in container.value.env { lower(variable, &diagnostics) }
        if profile == .strict, workload.value.isIndexed,
            !container.value.env.contains(where: { $0.name.value == Self.index })
        {
            var index = ValueTemplate("\(Self.index)=")
            index.append(ValueTemplate(.completionIndex))
            append(index)
            expansion.define(Self.index, ValueTemplate(.completionIndex))
        }
        for text in added { append(ValueTemplate(text)) }
        var seen = Set<String>(minimumCapacity: entries.count)
        if profile == .compat { return entries.map(\.text).filter { seen.insert($0.value).inserted } }
        return entries.reversed().filter { seen.insert($0.name).inserted }.reversed().map(\.text)
    }

    /// Arguments as the rules read them, with their references expanded; after `lower`.
    mutating func expandArguments(
        _ arguments: [Located<String>], _ diagnostics: inout Diagnostics
    ) -> [Located<String>] {
        let known: Set<Placeholder> = [.sandboxName, .nodeName]
        return arguments.map { argument in
            let value = expansion.expand(argument.value)
            warnOfAccident(value, "an argument", argument.range, &diagnostics)
            if profile == .compat, let denied = value.placeholders.first(where: { !known.contains($0) }) {
                diagnostics.warning(
                    .unsupportedEnvSource,
                    "an argument of container '\(container.value.name.value)' depends on a value that only the host knows "
                        + "(\(denied.rawValue)), which a policy of the compat profile denies", at: argument.range)
            }
            return Located(value.argumentText(profile), argument.range)
        }
    }

    /// Findings about all references of the container; after everything has been expanded.
    func reportReferences(_ diagnostics: inout Diagnostics) {
        if expansion.isOverLimit {
            diagnostics.error(
                .limitExceeded,
                "the variables and arguments of container '\(container.value.name.value)' are longer than "
                    + "\(VariableExpansion.sizeLimit) bytes once references are expanded",
                at: container.value.name.range)
        }
        for name in expansion.unresolved.sorted() where Self.isServiceVariable(name) {
            diagnostics.warning(
                .unsupportedEnvSource,
                "'$(\(name))' in container '\(container.value.name.value)' looks like a variable of a Service, whose value "
                    + "only the cluster knows; the policy expects the reference unexpanded",
                at: container.value.name.range)
        }
    }

    private mutating func append(_ entry: ValueTemplate) {
        let text = entry.environmentText(profile)
        let name = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        entries.append(Entry(name: String(decoding: name, as: UTF8.self), text: Located(text)))
    }

    private mutating func add(
        _ name: String, _ value: ValueTemplate, _ range: SourceRange?, _ diagnostics: inout Diagnostics
    ) {
        expansion.define(name, value)
        entries.append(Entry(name: name, text: Located("\(name)=\(value.environmentText(profile))", range)))
        warnOfAccident(value, "variable '\(name)'", range, &diagnostics)
        if profile == .compat, let denied = compatDenial(value) {
            diagnostics.warning(
                .unsupportedEnvSource,
                "variable '\(name)' of container '\(container.value.name.value)' \(denied), which a policy of the compat "
                    + "profile denies", at: range)
        }
    }

    private func warnOfAccident(
        _ value: ValueTemplate, _ holder: @autoclosure () -> String, _ range: SourceRange?,
        _ diagnostics: inout Diagnostics
    ) {
        guard let placeholder = value.accidentalPlaceholder else { return }
        diagnostics.warning(
            .invalidValue,
            "\(holder()) of container '\(container.value.name.value)' holds the text '\(placeholder.rawValue)', which policies use "
                + "for a value that only the host knows, so other values may be admitted", at: range)
    }

    /// Why the rules of the compat profile can never admit an honest value, if so.
    private func compatDenial(_ value: ValueTemplate) -> String? {
        let placeholders = value.placeholders
        guard let first = placeholders.first, value.parts.count > 1 else { return nil }
        let isWhole: Set<Placeholder> = [.sandboxName, .podIP, .hostIP, .podIPs, .hostIPs]
        let isText: Set<Placeholder> = [.sandboxNamespace]
        if placeholders.contains(where: isWhole.contains) {
            return "combines text with a value that only the host knows (\(first.rawValue))"
        }
        if !placeholders.allSatisfy(isText.contains), value.environmentText.utf8.contains(UInt8(ascii: "=")) {
            return "combines '=' with a value that only the host knows (\(first.rawValue))"
        }
        return nil
    }

    // MARK: env

    private mutating func lower(_ variable: EnvVar, _ diagnostics: inout Diagnostics) {
        let name = variable.name.value
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else {
            diagnostics.error(
                .invalidValue, "'\(name)' is not the name of a variable: it is empty or has a '='",
                at: variable.name.range)
            return
        }
        let range = variable.range ?? variable.name.range
        switch variable.source {
        case .value(let value): add(name, expansion.expand(value.value), value.range ?? range, &diagnostics)
        case .configMapKey(let object, let key, let optional):
            let found = configObjects.configMap(object.value, namespace: workload.value.namespace?.value)
            if let value = found?.data[key] {
                add(name, ValueTemplate(value), range, &diagnostics)
            } else {
                missing(
                    "ConfigMap", object, key: found == nil ? nil : key, "variable '\(name)'", optional, &diagnostics)
            }
        case .secretKey(let object, let key, let optional):
            lowerSecret(name, object, key, optional, range, &diagnostics)
        case .field(let path):
            if let value = field(path, name, &diagnostics) { add(name, value, range, &diagnostics) }
        case .resource: add(name, ValueTemplate(.resourceField), range, &diagnostics)
        case .unsupported(let kind):
            diagnostics.error(
                .unsupportedEnvSource,
                "'\(kind.value)' is not a known source for variable '\(name)'; expected configMapKeyRef, secretKeyRef, "
                    + "fieldRef or resourceFieldRef", at: kind.range ?? range)
        }
    }

    private mutating func lowerSecret(
        _ name: String, _ object: Located<String>, _ key: String, _ optional: Bool, _ range: SourceRange?,
        _ diagnostics: inout Diagnostics
    ) {
        let found = configObjects.secret(object.value, namespace: workload.value.namespace?.value)
        if secretValues == .free, found?.data[key] != nil || found == nil && !optional {
            add(name, .any, range, &diagnostics)
        } else if let value = found?.data[key] {
            add(name, ValueTemplate(value), range, &diagnostics)
            diagnostics.warning(
                .secretInPolicy,
                "the policy holds key '\(key)' of Secret '\(object.value)' in clear, as variable '\(name)' of container "
                    + "'\(container.value.name.value)'", at: object.range ?? range)
        } else if found?.binaryKeys.contains(key) == true {
            diagnostics.error(
                .unsupportedEnvSource,
                "key '\(key)' of Secret '\(object.value)' is not UTF-8, so it cannot become variable '\(name)'",
                at: object.range ?? range)
        } else {
            missing("Secret", object, key: found == nil ? nil : key, "variable '\(name)'", optional, &diagnostics)
        }
    }

    /// The value is unknown, so no value is allowed. That is what an honest host sends when an optional reference leads
    /// nowhere in the cluster either.
    private func missing(
        _ kind: String, _ object: Located<String>, key: String?, _ user: String, _ optional: Bool,
        _ diagnostics: inout Diagnostics
    ) {
        let what =
            key.map { "\(kind) '\(object.value)' has no key '\($0)'" }
            ?? "\(kind) '\(object.value)' is not among the inputs"
        let who = "\(user) of container '\(container.value.name.value)'"
        if optional {
            return diagnostics.note(
                .missingReference, "\(what), so the policy expects nothing from it; \(who) may be absent only",
                at: object.range)
        }
        diagnostics.warning(
            .missingReference, "\(what), so the policy does not know \(who) and the pod is refused at its start",
            at: object.range,
            notes: [
                Diagnostic.Note(
                    key == nil
                        ? "give generate the file of the \(kind) too" : "add the key to the \(kind) among the inputs")
            ])
    }

    // MARK: envFrom

    private mutating func lower(_ source: EnvFrom, _ diagnostics: inout Diagnostics) {
        let namespace = workload.value.namespace?.value
        switch source.source {
        case .configMap(let name, let optional):
            guard let object = configObjects.configMap(name.value, namespace: namespace) else {
                return missing("ConfigMap", name, key: nil, "the variables of envFrom", optional, &diagnostics)
            }
            _ = addAll(of: object, source, name.range, &diagnostics)
        case .secret(let name, let optional):
            guard let object = configObjects.secret(name.value, namespace: namespace) else {
                return missing("Secret", name, key: nil, "the variables of envFrom", optional, &diagnostics)
            }
            for key in object.binaryKeys.sorted() {
                diagnostics.error(
                    .unsupportedEnvSource,
                    "key '\(key)' of Secret '\(name.value)' is not UTF-8, so it cannot become a variable",
                    at: name.range)
            }
            let isFree = secretValues == .free
            let names = addAll(of: object, source, name.range, isFree: isFree, &diagnostics).map { "'\($0)'" }
            guard !names.isEmpty, !isFree else { return }
            diagnostics.warning(
                .secretInPolicy,
                "the policy holds Secret '\(name.value)' in clear, as variables \(names.joined(separator: ", ")) of "
                    + "container '\(container.value.name.value)'", at: name.range ?? source.range)
        case .unsupported(let kind):
            diagnostics.error(
                .unsupportedEnvSource,
                "'\(kind.value)' is not a known source for envFrom; expected configMapRef or secretRef",
                at: kind.range ?? source.range)
        }
    }

    /// Adds a variable for each key that can be the name of one; Kubernetes skips the others. Returns the names.
    private mutating func addAll(
        of object: ConfigObject, _ source: EnvFrom, _ range: SourceRange?, isFree: Bool = false,
        _ diagnostics: inout Diagnostics
    ) -> [String] {
        var names: [String] = []
        for key in object.data.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let name = source.prefix + key
            guard let value = object.data[key], !name.isEmpty,
                name.utf8.allSatisfy({ 0x20...0x7E ~= $0 && $0 != UInt8(ascii: "=") })
            else { continue }
            add(name, isFree ? .any : ValueTemplate(value), source.range ?? range, &diagnostics)
            names.append(name)
        }
        return names
    }

    // MARK: fieldRef

    /// The value of a field; `nil` with an error when the path is not known.
    private func field(
        _ path: Located<String>, _ variable: String, _ diagnostics: inout Diagnostics
    ) -> ValueTemplate? {
        switch path.value {
        case "metadata.name": return ValueTemplate(.sandboxName)
        case "metadata.namespace":
            return workload.value.namespace.map { ValueTemplate($0.value) } ?? ValueTemplate(.sandboxNamespace)
        case "metadata.uid": return ValueTemplate(.podUID)
        case "spec.nodeName": return ValueTemplate(.nodeName)
        case "spec.serviceAccountName": return ValueTemplate(workload.value.spec.serviceAccountName?.value ?? "default")
        case "status.podIP": return ValueTemplate(.podIP)
        case "status.hostIP": return ValueTemplate(.hostIP)
        case "status.podIPs": return ValueTemplate(.podIPs)
        case "status.hostIPs": return ValueTemplate(.hostIPs)
        default: break
        }
        for (field, entries) in [("annotations", workload.value.podAnnotations), ("labels", workload.value.podLabels)] {
            guard let key = Self.subscripted("metadata.\(field)", path.value) else { continue }
            if let entry = entries.last(where: { $0.key == key }) { return ValueTemplate(entry.value) }
            diagnostics.warning(
                .missingReference,
                "the pod has no '\(key)' among its \(field), so the host may give variable '\(variable)' of container "
                    + "'\(container.value.name.value)' any value", at: path.range)
            return ValueTemplate(.unknownAnnotation)
        }
        diagnostics.error(
            .unsupportedEnvSource, "'\(path.value)' is not a field that variable '\(variable)' can be set from",
            at: path.range)
        return nil
    }

    /// `k` of `<field>['k']`.
    private static func subscripted(_ field: String, _ path: String) -> String? {
        guard path.hasPrefix(field + "['"), path.hasSuffix("']"), path.utf8.count > field.utf8.count + 4 else {
            return nil
        }
        return String(path.dropFirst(field.count + 2).dropLast(2))
    }

    private static func isServiceVariable(_ name: String) -> Bool {
        name.hasSuffix("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_")
            || name.hasSuffix("_PORT")
    }
}

// SPDX-License-Identifier: Apache-2.0

package import IR

/// Warnings of texts that look like secrets where the host can read them: variables and commands, which are in the policy
/// and in the YAML, and ConfigMaps. Values of Secrets in a policy have a warning of their own.
package struct SecretLint: Sendable {
    private let allowed: [SecretAllowance]

    /// Whether a text, perhaps in base64, looks like a secret, so that no finding may show it.
    package static func suspects(_ text: String, named name: String) -> Bool {
        if !SecretScan.matches(in: text, named: name).isEmpty { return true }
        guard let decoded = Base64.decode(text.utf8).flatMap({ String(validating: $0, as: UTF8.self) }) else {
            return false
        }
        return !SecretScan.matches(in: decoded, named: name).isEmpty
    }

    package init(allowed: [SecretAllowance] = []) { self.allowed = allowed }

    /// Looks at what the user wrote, not at what generate added.
    package func check(_ workload: Workload, of pod: PodObject, into diagnostics: inout Diagnostics) {
        let name = workload.name?.value ?? workload.generateName?.value ?? ""
        let owner = Owner(
            kind: workload.kind.rawValue, name: name,
            allowed: SecretAllowance.keys(pod.annotation(ContrastName.allowReadable)?.text))
        for containers in [workload.spec.initContainers, workload.spec.containers] {
            for container in containers
            where container.range != nil && !ContrastName.injectedContainers.contains(container.name.value) {
                check(container, owner, &diagnostics)
            }
        }
        for annotation in workload.podAnnotations where !Self.isOurs(annotation.key) {
            report(
                annotation.value, named: annotation.key, "annotation '\(annotation.key)' of \(workload.displayName)",
                annotation.range, owner, &diagnostics)
        }
    }

    private static func isOurs(_ annotation: String) -> Bool {
        annotation.hasPrefix(ContrastName.annotationPrefix) || annotation.hasPrefix("io.katacontainers.")
    }

    package func check(configMap object: KubernetesObject, into diagnostics: inout Diagnostics) {
        guard object.kind == "ConfigMap", object.group.isEmpty else { return }
        let annotation = object.node["metadata"]?["annotations"]?[ContrastName.allowReadable]
        let owner = Owner(
            kind: object.kind, name: object.name ?? "", allowed: SecretAllowance.keys(annotation?.text))
        for (key, value) in object.node["data"]?.pairs ?? [] where value.isScalar {
            report(
                value.text, named: key.text, "key '\(key.text)' of ConfigMap '\(owner.name)'", key.range, owner,
                &diagnostics)
        }
        for (key, value) in object.node["binaryData"]?.pairs ?? [] where value.isScalar {
            guard let bytes = Base64.decode(value.text.utf8), let text = String(validating: bytes, as: UTF8.self) else {
                continue
            }
            report(
                text, named: key.text, "key '\(key.text)' of ConfigMap '\(owner.name)'", key.range, owner, &diagnostics)
        }
    }

    private struct Owner {
        var kind: String
        var name: String
        /// Keys that its annotation names.
        var allowed: [String]
    }

    private func check(_ container: Container, _ owner: Owner, _ diagnostics: inout Diagnostics) {
        var holder: String { "of container '\(container.name.value)'" }
        for variable in container.env {
            guard case .value(let value) = variable.source else { continue }
            let name = variable.name.value
            report(
                value.value, named: name, "variable '\(name)' \(holder)", variable.name.range, owner, &diagnostics)
        }
        let commands: [(name: String, words: [Located<String>]?)] = [
            ("command", container.command), ("args", container.args), ("livenessProbe", container.livenessExec),
            ("readinessProbe", container.readinessExec), ("startupProbe", container.startupExec),
            ("postStart", container.postStartExec), ("preStop", container.preStopExec),
        ]
        for (name, words) in commands {
            var option = name
            for word in words ?? [] {
                report(word.value, named: option, key: name, "'\(name)' \(holder)", word.range, owner, &diagnostics)
                // The value of an option may be the next word.
                option = word.value.hasPrefix("-") && !word.value.utf8.contains(UInt8(ascii: "=")) ? word.value : name
            }
        }
    }

    /// - Parameters:
    ///   - name: what the text is called, which may say that it is a secret.
    ///   - key: by what an allow list calls its place; the name where there is none.
    private func report(
        _ text: String, named name: String, key: String? = nil, _ place: @autoclosure () -> String,
        _ range: SourceRange?, _ owner: Owner, _ diagnostics: inout Diagnostics
    ) {
        let matches = SecretScan.matches(in: text, named: name)
        guard !matches.isEmpty else { return }
        let key = key ?? name
        guard !owner.allowed.contains(where: { $0 == "*" || $0 == key }),
            !allowed.contains(where: { $0.covers("\(owner.kind)/\(owner.name):\(key)") })
        else { return }
        let isLong = text.utf8.contains(0x0A)
        let found = matches.map { isLong ? "\($0.kind.rawValue) in line \($0.line)" : $0.kind.rawValue }
        diagnostics.warning(
            .readableSecret, "\(place()) holds \(found.joined(separator: ", ")), which the host can read", at: range,
            notes: [
                .init("if it is none, allow it with '--allow-readable \(owner.kind)/\(owner.name):\(key)'")
            ])
    }
}

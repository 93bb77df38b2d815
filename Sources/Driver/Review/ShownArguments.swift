// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A command line as it may be shown: references to variables were filled in when it was compiled, so their values may
/// be those of Secrets and are replaced by the references.
struct ShownArguments {
    let text: String

    /// - Parameter container: empty for the pause container.
    init(_ workload: DeploymentSnapshot.Workload, _ policy: PolicyData, _ container: String) {
        let data = policy.effectiveContainers.first { PolicyWords.name(ofContainer: $0) == container }
        let variables = workload.variables[container] ?? .init()
        let entries = (data?["env"]?.array ?? []).compactMap(\.string).compactMap { entry -> (String, String)? in
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[1].isEmpty else { return nil }
            let isUnnamed = variables.hasUnnamed && variables.literals[parts[0]] == nil
            return variables.fromElsewhere.contains(parts[0]) || isUnnamed ? (parts[0], parts[1]) : nil
        }
        // The longest first, as one may be a part of another.
        let hidden = entries.sorted { ($0.1.utf8.count, $0.0) > ($1.1.utf8.count, $1.0) }
        func shown(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text):
                .string(
                    hidden.reduce(text) { text, variable in
                        text.replacing(variable.1, with: "$(\(variable.0))")
                            .replacing(RustRegex.literal(variable.1), with: "$(\(variable.0))")
                    })
            case .object(let object): .object(JSONObject(object.members.map { ($0.key, shown($0.value)) }))
            default: value
            }
        }
        text = PolicyWords.text(.array((data?["args"]?.array ?? []).map(shown)))
    }
}

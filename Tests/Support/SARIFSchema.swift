// SPDX-License-Identifier: Apache-2.0

package import IR

/// What the schema of SARIF 2.1.0 (OASIS) asks of the objects that are written: their required members, the values of
/// enumerations, least numbers, and lists without two equal items.
package enum SARIFSchema: String {
    case log, run, tool, driver, rule, result, message, location, physicalLocation, artifactLocation, region, fix,
        artifactChange, replacement

    private var required: [String] {
        switch self {
        case .log: ["version", "runs"]
        case .run: ["tool"]
        case .tool: ["driver"]
        case .driver: ["name"]
        case .rule: ["id"]
        case .result: ["message"]
        case .message: ["text"]
        case .location: []
        case .physicalLocation: ["artifactLocation"]
        case .artifactLocation: ["uri"]
        case .region: []
        case .fix: ["artifactChanges"]
        case .artifactChange: ["artifactLocation", "replacements"]
        case .replacement: ["deletedRegion"]
        }
    }

    /// Members that are objects, or lists of objects.
    private var members: [String: SARIFSchema] {
        switch self {
        case .log: ["runs": .run]
        case .run: ["tool": .tool, "results": .result]
        case .tool: ["driver": .driver]
        case .driver: ["rules": .rule]
        case .rule: ["shortDescription": .message, "help": .message]
        case .result: ["message": .message, "locations": .location, "relatedLocations": .location, "fixes": .fix]
        case .location: ["physicalLocation": .physicalLocation, "message": .message]
        case .physicalLocation: ["artifactLocation": .artifactLocation, "region": .region]
        case .fix: ["description": .message, "artifactChanges": .artifactChange]
        case .artifactChange: ["artifactLocation": .artifactLocation, "replacements": .replacement]
        case .replacement: ["deletedRegion": .region, "insertedContent": .message]
        case .message, .artifactLocation, .region: [:]
        }
    }

    private static let enumerations: [String: Set<String>] = [
        "version": ["2.1.0"], "level": ["none", "note", "warning", "error"],
        "columnKind": ["utf16CodeUnits", "unicodeCodePoints"],
    ]
    private static let least: [String: Int128] = [
        "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1, "ruleIndex": -1,
    ]
    /// Lists whose items must differ.
    private static let sets: Set<String> = ["rules", "locations", "relatedLocations", "fixes"]
    private static let filled: Set<String> = ["artifactChanges", "replacements"]

    package static func problems(_ value: JSONValue, _ schema: SARIFSchema) -> [String] {
        guard let object = value.object else { return [schema.rawValue] }
        var problems = schema.required.filter { object[$0] == nil }.map { "\(schema).\($0)" }
        for (key, member) in object.members {
            let isWrong: Bool =
                if schema != .driver, let known = enumerations[key] {
                    !known.contains(member.string ?? "")
                } else if let bound = least[key] {
                    (member.integer ?? .min) < bound
                } else if let items = member.array {
                    (sets.contains(key) && items.indices.contains { items[..<$0].contains(items[$0]) })
                        || (filled.contains(key) && items.isEmpty)
                } else {
                    false
                }
            if isWrong { problems.append("\(schema).\(key)") }
            guard let inner = schema.members[key] else { continue }
            for item in member.array ?? [member] { problems += Self.problems(item, inner) }
        }
        return problems
    }
}

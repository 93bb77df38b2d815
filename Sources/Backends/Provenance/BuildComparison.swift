// SPDX-License-Identifier: Apache-2.0

package import IR

/// What sets a repeated build apart from the first one.
package struct BuildComparison: Sendable {
    package enum Kind: String, Sendable {
        case input, tool, output, policy, option
    }

    package struct Difference: Sendable, Equatable {
        package var kind: Kind
        package var name: String
        /// `nil` where there is none.
        package var stated: String?
        package var found: String?

        package var line: String {
            "\(kind.rawValue) \(DisplayText.harmless(name)): \(stated.map(DisplayText.harmless) ?? "none")"
                + " -> \(found.map(DisplayText.harmless) ?? "none")"
        }

        package var json: JSONValue {
            var object = JSONObject([("kind", .string(kind.rawValue)), ("name", .string(name))])
            object["stated"] = stated.map(JSONValue.string)
            object["found"] = found.map(JSONValue.string)
            return .object(object)
        }
    }

    /// Causes first: inputs, options and the program, then outputs and policies.
    package private(set) var differences: [Difference] = []

    package init(_ stated: BuildStatement, _ found: BuildStatement) {
        for role in BuildStatement.Role.allCases {
            func files(_ statement: BuildStatement) -> [BuildStatement.File] {
                statement.materials.filter { $0.role == role }.map(\.file)
            }
            compare(files(stated), files(found), .input)
        }
        compare(stated.options, found.options)
        compare(stated.tool.version, found.tool.version, .tool, "version")
        compare(stated.tool.digest, found.tool.digest, .tool, "digest")
        compare(stated.outputs, found.outputs, .output)
        compare(stated.policies, found.policies, .policy)
    }

    private mutating func compare(_ stated: BuildStatement.Options, _ found: BuildStatement.Options) {
        for name in Set(stated.texts.keys).union(found.texts.keys).sorted() {
            compare(stated.texts[name], found.texts[name], .option, name)
        }
        for name in stated.flags.symmetricDifference(found.flags).sorted() {
            compare(stated.flags.contains(name) ? "on" : nil, found.flags.contains(name) ? "on" : nil, .option, name)
        }
        let (workload, seedshare) = (stated.workloadOwnerKeys, stated.seedshareOwnerKeys)
        compare(Self.text(workload), Self.text(found.workloadOwnerKeys), .option, "workload owner keys")
        compare(Self.text(seedshare), Self.text(found.seedshareOwnerKeys), .option, "seed share owner keys")
    }

    private static func text(_ keys: [String]) -> String? { keys.isEmpty ? nil : keys.joined(separator: ", ") }

    private mutating func compare(_ stated: String?, _ found: String?, _ kind: Kind, _ name: String) {
        guard stated != found else { return }
        differences.append(Difference(kind: kind, name: name, stated: stated, found: found))
    }

    /// By name; of several with one name each with the one at its place.
    private mutating func compare(_ stated: [BuildStatement.File], _ found: [BuildStatement.File], _ kind: Kind) {
        let (before, after) = (Dictionary(grouping: stated, by: \.name), Dictionary(grouping: found, by: \.name))
        for name in Set(before.keys).union(after.keys).sorted() {
            let (left, right) = (before[name] ?? [], after[name] ?? [])
            for index in 0..<max(left.count, right.count) {
                compare(
                    index < left.count ? left[index].digest : nil, index < right.count ? right[index].digest : nil,
                    kind,
                    name)
            }
        }
    }
}

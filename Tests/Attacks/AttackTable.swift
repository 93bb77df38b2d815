// SPDX-License-Identifier: Apache-2.0

/// The catalogue as the page that describes it has it.
package enum AttackTable {
    package static var text: String {
        var lines: [String] = []
        for (title, attacks) in Attack.subjects {
            lines += [
                "", "## \(title)", "", "| Attack | Severity | What is done | Outcome |", "| --- | --- | --- | --- |",
            ]
            lines += attacks.map { attack in
                let outcome = attack.reason.map { "May be allowed. " + $0 } ?? "denied"
                return "| `\(attack.name)` | \(attack.severity) | \(escaped(attack.summary)) | \(escaped(outcome)) |"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}

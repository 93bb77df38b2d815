// SPDX-License-Identifier: Apache-2.0

/// What the values of a bundle were measured from, and by which program.
package struct BundleProvenance: Sendable, Equatable {
    /// A file that was measured.
    package struct Input: Sendable, Equatable {
        /// What it is for, e.g. `firmware`.
        package var role: String
        /// Its name without directories; empty for what is no file.
        package var name: String
        /// 64 hexadecimal digits.
        package var sha256: String

        package init(role: String, name: String, sha256: String) {
            self.role = role
            self.name = name
            self.sha256 = sha256
        }
    }

    /// Name and version of the program.
    package var tool: String
    package var inputs: [Input] = []

    package init(tool: String) { self.tool = tool }

    package var json: JSONValue {
        let inputs = inputs.map { input -> JSONValue in
            ["role": .string(input.role), "name": .string(input.name), "sha256": .string(input.sha256)]
        }
        return ["tool": .string(tool), "inputs": .array(inputs)]
    }
}

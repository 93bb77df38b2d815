// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where things are in the repository and in the build.
package enum Locations {
    package static let repository = ancestor(of: #filePath, 3)
    package static let goldenCases = repository + "/Tests/Golden/Cases"
    package static let examples = repository + "/examples"

    /// The program under test.
    package static func contrast() throws -> String { try executable("contrast") }

    /// What is built beside the test bundle.
    package static func executable(_ name: String) throws -> String {
        var directory = Bundle.main.bundlePath
        for start in [CommandLine.arguments[0], directory] {
            directory = start
            while directory.count > 1 {
                directory = ancestor(of: directory, 1)
                let candidate = "\(directory)/\(name)"
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory),
                    !isDirectory.boolValue, FileManager.default.isExecutableFile(atPath: candidate)
                {
                    return candidate
                }
            }
        }
        throw HarnessError("there is no executable '\(name)' beside the test bundle")
    }

    /// A program of the packages in scripts/requirements.txt: it stands beside the Python that CONTRAST_REGO_PYTHON
    /// names. `nil` where that has none such.
    package static func pythonTool(_ name: String) -> String? {
        guard let python = ProcessInfo.processInfo.environment["CONTRAST_REGO_PYTHON"] else { return nil }
        let tool = ancestor(of: python, 1) + "/" + name
        return FileManager.default.isExecutableFile(atPath: tool) ? tool : nil
    }

    private static func ancestor(of path: String, _ levels: Int) -> String {
        var url = URL(fileURLWithPath: path)
        for _ in 0..<levels { url.deleteLastPathComponent() }
        return url.path
    }
}

// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR

/// The inputs of the YAML test suite, read from its sources with the frontend under test.
enum YAMLTestSuite {
    static let inputs: [SourceFile] = TestData.yamlFiles(below: "yaml-test-suite/src").flatMap { file in
        var diagnostics = Diagnostics()
        return YAMLFrontend.parse(file, into: &diagnostics).flatMap { document in
            YAMLTree(document).root.items.enumerated().compactMap { number, item in
                item["yaml"].map { SourceFile(path: "\(file.path)#\(number)", bytes: Array(plain($0.text).utf8)) }
            }
        }
    }

    /// The text that the suite's visible stand-ins mean.
    private static func plain(_ text: String) -> String {
        var text = text
        for tab in ["———»", "——»", "—»", "»"] { text = text.replacing(tab, with: "\t") }
        return text.replacing("␣", with: " ").replacing("←", with: "\r").replacing("⇔", with: "\u{FEFF}")
            .replacing("↵", with: "").replacing("∎\n", with: "")
    }
}

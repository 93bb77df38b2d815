// SPDX-License-Identifier: Apache-2.0

import IR

/// JUnit's XML: one test case for each finding, failed when it is an error; one that passed when there is none.
enum JUnitRendering {
    static func text(_ findings: [Finding]) -> String {
        let failures = findings.count { $0.severity == .error }
        let counts = "tests=\"\(max(1, findings.count))\" failures=\"\(failures)\""
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        out += "<testsuites name=\"contrast\" \(counts)>\n  <testsuite name=\"contrast\" \(counts) errors=\"0\">\n"
        for finding in findings { out += testCase(finding) }
        if findings.isEmpty { out += "    <testcase classname=\"contrast\" name=\"no findings\"/>\n" }
        return out + "  </testsuite>\n</testsuites>\n"
    }

    private static func testCase(_ finding: Finding) -> String {
        let position = finding.place?.span.map { " at \($0.start.line):\($0.start.column)" } ?? ""
        let path = finding.place?.path ?? "contrast"
        let body = escaped(TextRendering(showsSource: false, usesColours: false).text(finding))
        let inner =
            if finding.severity == .error {
                "<failure type=\"\(finding.code.rawValue)\" message=\"\(escaped(finding.message))\">\(body)</failure>"
            } else {
                "<system-out>\(body)</system-out>"
            }
        return "    <testcase classname=\"\(escaped(path))\" name=\"\(finding.code.rawValue)\(position)\">\n"
            + "      \(inner)\n    </testcase>\n"
    }

    /// Text for elements and for attributes in double quotes. What XML 1.0 cannot hold at all becomes U+FFFD.
    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\n": out += "&#10;"
            case "\r": out += "&#13;"
            case "\t": out += "&#9;"
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

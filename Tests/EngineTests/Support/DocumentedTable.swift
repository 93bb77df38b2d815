// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// A page of the documentation that ends in something generated.
struct DocumentedTable {
    private let url: URL

    init(_ name: String) {
        url = Examples.root.appending(path: "docs").appending(path: name)
    }

    /// Expects the text after a mark; rewrites it where UPDATE_GOLDEN is 1.
    func expect(_ text: String, after mark: String) throws {
        let page = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        let parts = page.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        let found = try #require(parts.count == 2 ? String(parts[1]) : nil, "\(url.lastPathComponent) has no mark")
        guard found != text else { return }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data((parts[0] + mark + text).utf8).write(to: url)
        }
        Issue.record("\(url.lastPathComponent) is out of date; UPDATE_GOLDEN=1 rewrites it")
    }
}

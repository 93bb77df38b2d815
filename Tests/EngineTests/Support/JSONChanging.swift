// SPDX-License-Identifier: Apache-2.0

import Attacks
import IR
import Testing

extension JSONValue {
    /// Changes the value at a path, which must be there.
    mutating func change(_ path: String, _ change: (inout JSONValue) -> Void) {
        let isThere = edit(path) {
            change(&$0)
            return true
        }
        if !isThere { Issue.record("there is no '\(path)' to change") }
    }
}

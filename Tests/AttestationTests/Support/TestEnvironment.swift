// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The environment variables that tests read.
enum TestEnvironment {
    static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Bytes of a file below the directory of shared test data; `nil` when there is none.
    static func data(_ path: String) -> [UInt8]? {
        value("CONTRAST_TEST_DATA").flatMap { FileManager.default.contents(atPath: "\($0)/\(path)") }.map { Array($0) }
    }
}

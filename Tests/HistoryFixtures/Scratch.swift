// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A directory that is removed at the end.
package final class Scratch {
    package let path: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("history-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }
}

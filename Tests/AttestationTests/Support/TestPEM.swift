// SPDX-License-Identifier: Apache-2.0

import IR

enum TestPEM {
    static func text(_ name: String, _ der: [UInt8]) -> String {
        let lines = stride(from: 0, to: der.count, by: 48).map {
            Base64.text(Array(der[$0..<min($0 + 48, der.count)]))
        }
        return "-----BEGIN \(name)-----\n\(lines.joined(separator: "\n"))\n-----END \(name)-----\n"
    }
}

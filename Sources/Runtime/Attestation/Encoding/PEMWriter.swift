// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Writes PEM (RFC 7468).
package enum PEMWriter {
    /// One block, e.g. of the label `CERTIFICATE`.
    package static func block(_ label: String, _ der: [UInt8]) -> String {
        let text = Base64.encode(der)
        let lines = stride(from: 0, to: text.count, by: 64).map { start in
            String(decoding: text[start..<min(start + 64, text.count)], as: UTF8.self) + "\n"
        }
        return "-----BEGIN \(label)-----\n\(lines.joined())-----END \(label)-----\n"
    }

    package static func certificates(_ ders: [[UInt8]]) -> [UInt8] {
        Array(ders.map { block("CERTIFICATE", $0) }.joined().utf8)
    }
}

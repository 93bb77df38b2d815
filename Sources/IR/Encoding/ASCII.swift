// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text with ASCII capitals made small and nothing else changed.
    package var asciiLowercased: String {
        String(decoding: utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import IR

extension String {
    /// Bytes in lower-case hexadecimal, as shortfalls show them.
    package static func hex(_ bytes: some Sequence<UInt8>) -> String { Hex.text(bytes) }

    /// A number in hexadecimal.
    package static func hex(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
        "0x\(String(number, radix: 16))"
    }

    /// A flag as a word.
    package static func flag(_ value: Bool) -> String { value ? "set" : "not set" }
}

// SPDX-License-Identifier: Apache-2.0

/// The messages of the agent's protocol, as the policy sees them.
enum RequestSchema {
    /// The type of a field of a message.
    indirect enum FieldType: Sendable {
        case string, bool, bytes, any, fileType
        case integer(ClosedRange<Int128>)
        case list(FieldType)
        /// From strings.
        case map(FieldType)
        /// `null` unless it is set.
        case optional(FieldType)
        /// `null` unless it is set.
        case message(String)
    }

    struct Field: Sendable {
        var name: String
        var type: FieldType
    }

    /// The fields of each message, in the order of the protocol.
    static let messages: [String: [Field]] = parse(text)

    static let fileTypes = ["Unknown", "Regular", "Directory", "Symlink"]

    private static func parse(_ text: String) -> [String: [Field]] {
        var messages: [String: [Field]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let name = words.first else { continue }
            messages[String(name)] = words.dropFirst().map { word in
                let parts = word.split(separator: ":", maxSplits: 1)
                return Field(name: String(parts[0]), type: type(parts.count > 1 ? parts[1] : ""))
            }
        }
        return messages
    }

    private static func type(_ word: Substring) -> FieldType {
        switch word {
        case "s": .string
        case "b": .bool
        case "y": .bytes
        case "any": .any
        case "file": .fileType
        case "i32": .integer(Int128(Int32.min)...Int128(Int32.max))
        case "u32": .integer(0...Int128(UInt32.max))
        case "i64": .integer(Int128(Int64.min)...Int128(Int64.max))
        case "u64": .integer(0...Int128(UInt64.max))
        case _ where word.hasPrefix("["): .list(type(word.dropFirst()))
        case _ where word.hasPrefix("{"): .map(type(word.dropFirst()))
        case _ where word.hasPrefix("?"): .optional(type(word.dropFirst()))
        default: .message(String(word))
        }
    }
}

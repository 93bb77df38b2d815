// SPDX-License-Identifier: Apache-2.0

extension RuleBuiltin {
    /// `nil` is undefined: an operand is of the wrong type, or there is no result.
    func apply(_ arguments: [RuleValue], _ patterns: PatternCache) throws -> RuleValue? {
        switch self {
        case .count: Self.count(arguments[0]).map { .json(.integer(Int128($0))) }
        case .isNull: .json(.bool(arguments[0].json?.isNull == true))
        case .arrayConcat: Self.join(arguments[0], arguments[1])
        case .bitsOr: Self.bits(arguments[0], arguments[1], |)
        case .bitsAnd: Self.bits(arguments[0], arguments[1], &)
        case .objectUnion: Self.union(arguments[0], arguments[1])
        case .concat: Self.concat(arguments[0], arguments[1])
        case .regexCaptures: try Self.captures(arguments[0], arguments[1], arguments[2], patterns)
        case .regexMatch:
            if let pattern = arguments[0].string, let text = arguments[1].string {
                try patterns.matches(pattern, text).map { .json(.bool($0)) }
            } else {
                nil
            }
        case .substring: Self.substring(arguments[0], arguments[1], arguments[2])
        case .startsWith, .contains, .indexOf, .replace, .split, .lower, .trimPrefix, .toNumber, .base64URLEncode:
            try texts(arguments).flatMap(applyToTexts).map(RuleValue.json)
        }
    }

    private func texts(_ arguments: [RuleValue]) throws -> [String]? {
        let texts = arguments.compactMap(\.string)
        return texts.count == arguments.count ? texts : nil
    }

    private func applyToTexts(_ texts: [String]) -> JSONValue? {
        switch self {
        case .startsWith: .bool(texts[0].utf8.starts(with: texts[1].utf8))
        case .contains: .bool(texts[0].split(atBytesOf: texts[1]).count > 1 || texts[1].isEmpty)
        case .indexOf: Self.index(of: texts[1], in: texts[0])
        case .replace: .string(texts[0].split(atBytesOf: texts[1]).joined(separator: texts[2]))
        case .split: .array(texts[0].split(atBytesOf: texts[1]).map(JSONValue.string))
        case .lower: .string(texts[0].lowercased())
        case .trimPrefix:
            if texts[0].utf8.starts(with: texts[1].utf8) {
                .string(String(decoding: texts[0].utf8.dropFirst(texts[1].utf8.count), as: UTF8.self))
            } else {
                .string(texts[0])
            }
        case .toNumber: Self.number(texts[0])
        case .base64URLEncode: .string(Self.base64URL(texts[0]))
        default: nil
        }
    }

    private static func count(_ value: RuleValue) -> Int? {
        switch value {
        case .json(.array(let items)): items.count
        case .json(.object(let object)): object.count
        case .set(let items): items.count
        case .json: nil
        }
    }

    private static func join(_ left: RuleValue, _ right: RuleValue) -> RuleValue? {
        guard let left = left.json?.array, let right = right.json?.array else { return nil }
        return .json(.array(left + right))
    }

    private static func union(_ left: RuleValue, _ right: RuleValue) -> RuleValue? {
        guard let left = left.json?.object, let right = right.json?.object else { return nil }
        return .json(.object(left.union(right)))
    }

    private static func bits(
        _ left: RuleValue, _ right: RuleValue, _ operation: (Int128, Int128) -> Int128
    ) -> RuleValue? {
        guard let left = left.integer, let right = right.integer else { return nil }
        return .json(.integer(operation(left, right)))
    }

    private static func concat(_ delimiter: RuleValue, _ texts: RuleValue) -> RuleValue? {
        guard let delimiter = delimiter.string, let texts = texts.json?.strings else { return nil }
        return .json(.string(texts.joined(separator: delimiter)))
    }

    private static func index(of part: String, in text: String) -> JSONValue? {
        // What is nowhere and everywhere at once is found by some engines only.
        if part.isEmpty { return nil }
        let parts = text.split(atBytesOf: part)
        return .integer(parts.count > 1 ? Int128(parts[0].unicodeScalars.count) : -1)
    }

    private static func substring(_ text: RuleValue, _ offset: RuleValue, _ length: RuleValue) -> RuleValue? {
        guard let text = text.string, let offset = offset.integer, let length = length.integer, offset >= 0 else {
            return nil
        }
        let rest = text.unicodeScalars.dropFirst(Int(clamping: offset))
        let taken = length < 0 ? rest : rest.prefix(Int(clamping: length))
        return .json(.string(String(String.UnicodeScalarView(taken))))
    }

    private static func captures(
        _ pattern: RuleValue, _ text: RuleValue, _ limit: RuleValue, _ patterns: PatternCache
    ) throws -> RuleValue? {
        guard let pattern = pattern.string, let text = text.string, limit.integer == 1,
            let groups = try patterns.firstMatch(pattern, text)
        else { return nil }
        return .json(.array(groups.isEmpty ? [] : [.array(groups.map(JSONValue.string))]))
    }

    private static func number(_ text: String) -> JSONValue? {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        var trimmed = String(scalars)
        while let last = trimmed.unicodeScalars.last, last.properties.isWhitespace {
            trimmed.unicodeScalars.removeLast()
        }
        switch try? JSONParser.parse(trimmed) {
        case .integer(let value): return .integer(value)
        case .double(let value): return Int128(exactly: value).map(JSONValue.integer) ?? .double(value)
        default: return nil
        }
    }

    private static func base64URL(_ text: String) -> String {
        var bytes = Base64.encode(Array(text.utf8))
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "+") { bytes[index] = UInt8(ascii: "-") }
            if bytes[index] == UInt8(ascii: "/") { bytes[index] = UInt8(ascii: "_") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// The parts between occurrences of the delimiter, found from left to right and byte by byte. An empty delimiter
    /// occurs nowhere.
    func split(atBytesOf delimiter: String) -> [String] {
        let text = Array(utf8)
        let mark = Array(delimiter.utf8)
        guard let first = mark.first, text.count >= mark.count else { return [self] }
        var parts: [String] = []
        var start = 0
        var at = 0
        while at + mark.count <= text.count {
            if text[at] == first, text[at..<at + mark.count].elementsEqual(mark) {
                parts.append(String(decoding: text[start..<at], as: UTF8.self))
                at += mark.count
                start = at
            } else {
                at += 1
            }
        }
        guard start > 0 else { return [self] }
        parts.append(String(decoding: text[start...], as: UTF8.self))
        return parts
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The value of a variable or an argument as the process will get it: text, with placeholders in between.
struct ValueTemplate: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        case placeholder(Placeholder)
    }

    private(set) var parts: [Part]

    init(_ text: String = "") { parts = text.isEmpty ? [] : [.text(text)] }
    init(_ placeholder: Placeholder) { parts = [.placeholder(placeholder)] }

    /// Whatever the host says.
    static let any = ValueTemplate(.unknownAnnotation)

    mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        if case .text(let before)? = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(.text(text))
        }
    }

    mutating func append(_ other: ValueTemplate) {
        for part in other.parts {
            switch part {
            case .text(let text): append(text)
            case .placeholder: parts.append(part)
            }
        }
    }

    var placeholders: [Placeholder] {
        parts.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
    }

    /// A placeholder that stands in the text by chance: rules cannot tell it from one that is meant.
    var accidentalPlaceholder: Placeholder? {
        for case .text(let text) in parts where text.containsByte(UInt8(ascii: "$")) {
            let bytes = Array(text.utf8)
            for (at, byte) in bytes.enumerated() where byte == UInt8(ascii: "$") {
                if let found = Placeholder.starting(bytes, at: at) { return found }
            }
        }
        return nil
    }

    /// Bytes of the value as it stands in a policy.
    var length: Int {
        parts.reduce(0) { sum, part in
            switch part {
            case .text(let text): sum + text.utf8.count
            case .placeholder(let placeholder): sum + placeholder.rawValue.utf8.count
            }
        }
    }

    /// As the rules of a profile read the value of a variable.
    func environmentText(_ profile: PolicyProfile) -> String {
        profile == .strict ? strictText : environmentText
    }

    /// As the rules of a profile read an argument.
    func argumentText(_ profile: PolicyProfile) -> String { profile == .strict ? strictText : argumentText }

    /// With each `$` doubled that is none of a placeholder.
    private var strictText: String {
        if parts.count == 1, case .text(let text) = parts[0], !text.containsByte(UInt8(ascii: "$")) { return text }
        return parts.map { part in
            switch part {
            case .text(let text):
                text.utf8.contains(UInt8(ascii: "$"))
                    ? text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$") : text
            case .placeholder(let placeholder): placeholder.rawValue
            }
        }.joined()
    }

    /// As the value of a variable: rules compare it as it stands.
    var environmentText: String {
        if parts.count == 1, case .text(let text) = parts[0] { return text }
        return parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): placeholder.rawValue
            }
        }.joined()
    }

    /// As an argument, in which rules turn `$$` into `$` from left to right before they compare. A single `$` survives
    /// that as it is. A run of several, or one that would be read together with a placeholder, has each `$` doubled, so
    /// that n of them come out as n.
    var argumentText: String {
        if parts.count == 1, case .text(let text) = parts[0], !text.utf8.contains(UInt8(ascii: "$")) { return text }
        var out: [UInt8] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case .placeholder(let placeholder): out.append(contentsOf: placeholder.rawValue.utf8)
            case .text(let text):
                let isBeforePlaceholder = index + 1 < parts.count
                Self.appendEscaped(Array(text.utf8), isBeforePlaceholder: isBeforePlaceholder, to: &out)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func appendEscaped(_ text: [UInt8], isBeforePlaceholder: Bool, to out: inout [UInt8]) {
        let dollar = UInt8(ascii: "$")
        var at = 0
        while at < text.count {
            guard text[at] == dollar else {
                out.append(text[at])
                at += 1
                continue
            }
            let start = at
            while at < text.count, text[at] == dollar { at += 1 }
            let isDoubled =
                at - start > 1 || (isBeforePlaceholder && at == text.count)
                || Placeholder.starting(text, at: at - 1) != nil
            out.append(contentsOf: repeatElement(dollar, count: (at - start) * (isDoubled ? 2 : 1)))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// A value of a strict policy: text in which `$$` stands for `$`, with placeholders in between.
enum StrictValue {
    case text(String)
    /// Text with the names of the pod in it, which the request fills in.
    case template(String)
    /// For a value in which something else is known to the host alone: a pattern from start to end.
    case pattern(String)

    var isText: Bool { if case .text = self { true } else { false } }

    /// What a value is, without what it says.
    enum Kind { case text, template, pattern }

    static func kind(of encoded: String) -> Kind {
        encoded.containsByte(UInt8(ascii: "$")) ? kind(of: parts(encoded)) : .text
    }

    private static func kind(of parts: [Part]) -> Kind {
        if parts.allSatisfy({ $0.placeholder == nil }) { return .text }
        return parts.allSatisfy(\.isOfTemplates) ? .template : .pattern
    }

    private enum Part {
        case text(String)
        case placeholder(Placeholder)

        var placeholder: Placeholder? { if case .placeholder(let placeholder) = self { placeholder } else { nil } }

        var text: String {
            switch self {
            case .text(let text): text
            case .placeholder(let placeholder): placeholder.rawValue
            }
        }

        var pattern: String {
            switch self {
            case .text(let text): RustRegex.literal(text)
            case .placeholder(let placeholder): placeholder.pattern
            }
        }

        /// Whether it may stand in a template: a `$` there is that of a name to fill in.
        var isOfTemplates: Bool {
            switch self {
            case .text(let text): !text.containsByte(UInt8(ascii: "$"))
            case .placeholder(let placeholder): placeholder == .sandboxName || placeholder == .sandboxNamespace
            }
        }
    }

    init(_ encoded: String) {
        guard encoded.containsByte(UInt8(ascii: "$")) else {
            self = .text(encoded)
            return
        }
        let parts = Self.parts(encoded)
        switch Self.kind(of: parts) {
        case .text: self = .text(parts.map(\.text).joined())
        case .template: self = .template(parts.map(\.text).joined())
        case .pattern: self = .pattern("^" + parts.map(\.pattern).joined() + "$")
        }
    }

    private static func parts(_ encoded: String) -> [Part] {
        let bytes = Array(encoded.utf8)
        var parts: [Part] = []
        var text = ""
        // What of the bytes is not in `text` yet.
        var pending = 0
        var at = 0
        func take(to end: Int) { if pending < end { text += String(decoding: bytes[pending..<end], as: UTF8.self) } }
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "$") else {
                at += 1
                continue
            }
            take(to: at)
            pending = at
            if let found = Placeholder.starting(bytes, at: at) {
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
                parts.append(.placeholder(found))
                at += found.rawValue.utf8.count
                pending = at
                continue
            }
            // The first of two.
            if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "$") { pending = at + 1 }
            at = pending + 1
        }
        take(to: at)
        return text.isEmpty ? parts : parts + [.text(text)]
    }
}

extension PolicyDataWriter where Self: ~Copyable {
    /// Arguments of a strict policy.
    mutating func strictArguments(_ arguments: [Located<String>]) {
        let values = arguments.map { StrictValue($0.value) }
        if values.allSatisfy(\.isText) {
            array(count: values.count) { $0.strictArgument(values[$1]) }
        } else {
            objects(count: values.count) { $0.strictArgument(values[$1]) }
        }
    }

    private mutating func strictArgument(_ value: StrictValue) {
        switch value {
        case .text(let text): string(text)
        case .template(let text):
            object(count: 1) {
                $0.key("template")
                $0.string(text)
            }
        case .pattern(let pattern):
            object(count: 1) {
                $0.key("pattern")
                $0.string(pattern)
            }
        }
    }

    /// The members of a container that hold the environment of a strict policy; patterns unless they are the usual ones.
    mutating func strictEnvironment(_ entries: [Located<String>], unlessPatterns usual: [String]) {
        var texts: [String] = []
        var templates: [String] = []
        var patterns: [String] = []
        for entry in entries {
            switch StrictValue(entry.value) {
            case .text(let text): texts.append(text)
            case .template(let text): templates.append(text)
            case .pattern(let pattern): patterns.append(pattern)
            }
        }
        key("env")
        strings(texts)
        strings("env_patterns", patterns, unless: usual)
        if !templates.isEmpty {
            key("env_templates")
            strings(templates)
        }
    }
}

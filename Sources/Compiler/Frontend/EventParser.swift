// SPDX-License-Identifier: Apache-2.0

internal import CYAML
internal import IR

/// One run of libyaml's parser over a buffer, from events to tapes.
///
/// What libyaml's marks mean: they count characters after a byte order mark; a node starts at its anchor or tag; a
/// block collection's end event stands at the next token, so its end is that of its last leaf; a literal scalar's end
/// includes the blank lines after it; the mark of an empty value follows the indicator before it.
struct EventParser {
    private let source: SourceFile
    private let bytes: UnsafeRawBufferPointer
    private let offsets: CharacterOffsets
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var builder: TapeBuilder
    private var ended = false

    init(source: SourceFile, bytes: UnsafeRawBufferPointer, aliasedTextLimit: Int) {
        self.source = source
        self.bytes = bytes
        offsets = CharacterOffsets(bytes)
        builder = TapeBuilder(source: source, bytes: bytes, aliasedTextLimit: aliasedTextLimit)
        parser = .allocate(capacity: 1)
        let made = yaml_parser_initialize(parser)
        precondition(made == 1, "out of memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // With the encoding given, libyaml would take a byte order mark for text.
        let text = UnsafeRawBufferPointer(rebasing: bytes[offsets.base...])
        yaml_parser_set_input_string(
            parser, text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
    }

    /// Frees libyaml's state; call once.
    func close() {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next document that is not empty, or `nil` at the end of the stream.
    mutating func nextDocument() throws(FrontendError) -> YAMLDocument? {
        while !ended {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
            defer { yaml_event_delete(&event) }
            // Comparing raw values is what the compiler makes a jump of.
            switch event.type.rawValue {
            case YAML_STREAM_END_EVENT.rawValue, YAML_NO_EVENT.rawValue: ended = true
            case YAML_DOCUMENT_START_EVENT.rawValue:
                if let document = try document(from: offset(event.start_mark)) { return document }
            default: break
            }
        }
        return nil
    }

    @inline(__always)
    private func offset(_ mark: yaml_mark_t) -> Int { offsets.byteOffset(mark.index, in: bytes) }

    private mutating func document(from start: Int) throws(FrontendError) -> YAMLDocument? {
        builder.start()
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
            defer { yaml_event_delete(&event) }
            let from = offset(event.start_mark)
            switch event.type.rawValue {
            case YAML_SCALAR_EVENT.rawValue:
                try builder.scalar(event.data.scalar, from: from, to: offset(event.end_mark))
            case YAML_ALIAS_EVENT.rawValue:
                try builder.alias(event.data.alias.anchor, from: from, to: offset(event.end_mark))
            case YAML_SEQUENCE_START_EVENT.rawValue:
                let data = event.data.sequence_start
                try builder.open(
                    .sequence, flow: data.style.rawValue == YAML_FLOW_SEQUENCE_STYLE.rawValue, anchor: data.anchor,
                    tag: data.tag, from: from)
            case YAML_MAPPING_START_EVENT.rawValue:
                let data = event.data.mapping_start
                try builder.open(
                    .mapping, flow: data.style.rawValue == YAML_FLOW_MAPPING_STYLE.rawValue, anchor: data.anchor,
                    tag: data.tag, from: from)
            case YAML_SEQUENCE_END_EVENT.rawValue, YAML_MAPPING_END_EVENT.rawValue:
                try builder.close(to: offset(event.end_mark))
            case YAML_DOCUMENT_END_EVENT.rawValue:
                return builder.finish(start..<max(start, offset(event.end_mark)))
            default: return nil
            }
        }
    }

    private func syntaxError() -> FrontendError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the text is not YAML"
        if state.error == YAML_READER_ERROR {
            let at = min(offsets.base + state.problem_offset, bytes.count)
            return FrontendError(
                diagnostic: Diagnostic(
                    .error, .invalidEncoding, "the file is not valid UTF-8: \(problem)",
                    at: SourceRange(source, at, min(at + 1, bytes.count))))
        }
        let at = offset(state.problem_mark)
        var notes: [Diagnostic.Note] = []
        if let context = state.context {
            let from = offset(state.context_mark)
            notes.append(.init(String(cString: context), at: SourceRange(source, from, min(from + 1, bytes.count))))
        }
        return FrontendError(
            diagnostic: Diagnostic(
                .error, .invalidYAML, problem, at: SourceRange(source, at, min(at + 1, bytes.count)), notes: notes))
    }
}

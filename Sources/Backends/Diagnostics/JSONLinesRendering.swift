// SPDX-License-Identifier: Apache-2.0

import IR

/// One JSON object per line with the fields of rustc's diagnostics. Columns are one-based and count Unicode scalars;
/// bytes are zero-based; ends are exclusive.
enum JSONLinesRendering {
    static func text(_ findings: [Finding]) -> String {
        findings.map { JSONPrinter.text(.object($0.json)) + "\n" }.joined()
    }
}

extension Finding {
    fileprivate var json: JSONObject {
        let children =
            notes.map { child("note", $0.message, Self.spans($0.place)) }
            + fixIts.map { fixIt in
                child("help", fixIt.message, Self.spans(fixIt.place, replacement: fixIt.replacement))
            }
        let code: JSONValue = [
            "code": .string(self.code.rawValue),
            "explanation": .string("\(self.code.title); see docs/codes/\(self.code.rawValue).md"),
        ]
        return JSONObject([
            ("message", .string(message)), ("code", code), ("level", .string("\(severity)")),
            ("spans", Self.spans(place)), ("children", .array(children)),
            ("rendered", .string(TextRendering(showsSource: false, usesColours: false).text(self))),
        ])
    }

    private func child(_ level: String, _ message: String, _ spans: JSONValue) -> JSONValue {
        [
            "message": .string(message), "code": nil, "level": .string(level), "spans": spans, "children": [],
            "rendered": nil,
        ]
    }

    /// A finding about a whole file has a span at its start, as compilers do it.
    private static func spans(_ place: Place?, replacement: String? = nil) -> JSONValue {
        guard let place else { return [] }
        let span = place.span
        let start = (span?.start.line ?? 1, span?.start.column ?? 1)
        let end = (span?.end.line ?? 1, span?.end.column ?? 1)
        let byteStart = span?.range.start ?? 0
        var json = JSONObject([
            ("file_name", .string(place.path)), ("byte_start", .integer(Int128(byteStart))),
            ("byte_end", .integer(Int128(max(byteStart, span?.range.end ?? 0)))),
            ("line_start", .integer(Int128(start.0))), ("line_end", .integer(Int128(end.0))),
            ("column_start", .integer(Int128(start.1))), ("column_end", .integer(Int128(end.1))),
            ("is_primary", true), ("label", nil),
        ])
        if let replacement {
            json["suggested_replacement"] = .string(replacement)
            json["suggestion_applicability"] = "MachineApplicable"
        }
        return [.object(json)]
    }
}

// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import TestSupport
import Testing

@Suite struct SARIFSchemaTests {
    @Test func findingsFollowTheSchema() throws {
        let file = SourceFile(path: "a.yaml", bytes: Array("a: b\nc: d\n".utf8))
        var all = DiagnosticsFixture.all
        let note = Diagnostic.Note("it stands here", at: SourceRange(file, 0, 1))
        all.error(.duplicateKey, "twice", at: SourceRange(file, 5, 5), path: "a.yaml", notes: [note, note])
        all.error(.invalidYAML, "at the end", at: SourceRange(file, 10, 10))
        all.error(.invalidYAML, "of stdin", path: "-")
        for diagnostics in [all, Diagnostics()] {
            let log = try JSONParser.parse(DiagnosticsFixture.render(.sarif, diagnostics))
            #expect(SARIFSchema.problems(log, .log) == [])
        }
    }

    @Test func theCheckFindsWhatIsWrong() {
        #expect(SARIFSchema.problems([:], .log) == ["log.version", "log.runs"])
        let result: JSONValue = [
            "level": "bad", "ruleIndex": -2, "locations": [["physicalLocation": ["region": ["startLine": 0]]]],
        ]
        #expect(
            Set(SARIFSchema.problems(result, .result)) == [
                "result.message", "result.level", "result.ruleIndex", "physicalLocation.artifactLocation",
                "region.startLine",
            ])
    }
}

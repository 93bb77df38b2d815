// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

@Suite struct MachineRenderingTests {
    @Test func jsonLines() throws {
        let lines = DiagnosticsFixture.render(.json).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        let expected = """
            {"message":"'debug' is a boolean","code":{"code":"CC0109","explanation":\
            "a plain scalar is not the string it looks like; see docs/codes/CC0109.md"},"level":"warning",\
            "spans":[{"file_name":"web, 1.yaml","byte_start":40,"byte_end":43,"line_start":4,"line_end":4,\
            "column_start":10,"column_end":13,"is_primary":true,"label":null}],"children":[{"message":"quote it",\
            "code":null,"level":"help","spans":[{"file_name":"web, 1.yaml","byte_start":40,"byte_end":43,\
            "line_start":4,"line_end":4,"column_start":10,"column_end":13,"is_primary":true,"label":null,\
            "suggested_replacement":"\\"yes\\"","suggestion_applicability":"MachineApplicable"}],"children":[],\
            "rendered":null}],"rendered":"web, 1.yaml:4:10: warning: 'debug' is a boolean [CC0109]\\n"}
            """
        #expect(lines[2] == expected)
        let error = try JSONParser.parse(lines[1])
        #expect(error["children"]?.array?.map { $0["level"]?.string } == ["note", "note"])
        let run = try JSONParser.parse(lines[3])
        #expect(run["spans"] == [])
        #expect(try JSONParser.parse(lines[0])["spans"]?.array?.first?["line_start"] == 1)
    }

    @Test func sarif() throws {
        let log = try JSONParser.parse(DiagnosticsFixture.render(.sarif))
        #expect(log["version"] == "2.1.0")
        let run = try #require(log["runs"]?.array?.first)
        let driver = try #require(run["tool"]?["driver"])
        #expect(driver["name"] == "contrast")
        #expect(driver["version"] == "1.0")
        let rules = try #require(driver["rules"]?.array)
        #expect(rules.map { $0["id"]?.string } == ["CC0109", "CC0308", "CC0401", "CC0603"])
        let results = try #require(run["results"]?.array)
        #expect(results.map { $0["level"]?.string } == ["note", "error", "warning", "error"])
        for result in results {
            let index = try #require(result["ruleIndex"]?.integer)
            #expect(rules[Int(index)]["id"] == result["ruleId"])
        }
        let place = results[1]["locations"]?.array?.first?["physicalLocation"]
        #expect(place?["artifactLocation"]?["uri"] == "web%2C%201.yaml")
        #expect(place?["region"] == ["startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 15])
        #expect(
            results[1]["message"]?["text"]
                == "the image 'nginx' is not in the lock\nnote: 'contrast lock' resolves it")
        #expect(results[1]["relatedLocations"]?.array?.count == 1)
        #expect(
            results[2]["fixes"]?.array?.first?["artifactChanges"]?.array?.first?["replacements"]?.array?.first?[
                "insertedContent"] == ["text": "\"yes\""])
        #expect(results[3]["locations"] == nil)
    }

    @Test func fingerprintsSurviveMovedLines() throws {
        func prints(_ text: String, _ starts: [Int]) throws -> [JSONValue?] {
            let file = SourceFile(path: "a.yaml", bytes: Array(text.utf8))
            var diagnostics = Diagnostics()
            for start in starts { diagnostics.error(.invalidValue, "m", at: SourceRange(file, start, start + 1)) }
            let log = try JSONParser.parse(DiagnosticsFixture.render(.sarif, diagnostics))
            let results = log["runs"]?.array?.first?["results"]?.array ?? []
            return results.map { $0["partialFingerprints"]?["contrastFinding/v1"] }
        }
        let here = try prints("ab", [0, 1])
        #expect(here.count == 2)
        #expect(here[0] != here[1])
        #expect(try prints("\n\nab", [2, 3]) == here)
    }

    @Test func sarifOfNothing() throws {
        let log = try JSONParser.parse(DiagnosticsFixture.render(.sarif, Diagnostics()))
        #expect(log["runs"]?.array?.first?["results"] == [])
    }

    @Test func github() {
        let expected = """
            ::notice file=values.yaml,title=CC0308::nothing here%0Ato see [CC0308]
            ::error file=web%2C 1.yaml,line=3,endLine=3,col=10,endColumn=15,title=CC0401::the image 'nginx' \
            is not in the lock [CC0401]%0Anote: 'contrast lock' resolves it%0Anote: in this object
            ::warning file=web%2C 1.yaml,line=4,endLine=4,col=10,endColumn=13,title=CC0109::'debug' is a boolean \
            [CC0109]
            ::error title=CC0603::there is no Coordinator: 100%25 <lost> [CC0603]

            """
        #expect(DiagnosticsFixture.render(.github) == expected)
    }

    @Test func junit() {
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="contrast" tests="4" failures="2">
              <testsuite name="contrast" tests="4" failures="2" errors="0">
                <testcase classname="values.yaml" name="CC0308">
                  <system-out>values.yaml: note: nothing here␊to see [CC0308]&#10;</system-out>
                </testcase>
                <testcase classname="web, 1.yaml" name="CC0401 at 3:10">
                  <failure type="CC0401" message="the image 'nginx' is not in the lock">web, 1.yaml:3:10: error: \
            the image 'nginx' is not in the lock [CC0401]&#10;web, 1.yaml:3:10: note: 'contrast lock' resolves it\
            &#10;web, 1.yaml:1:1: note: in this object&#10;</failure>
                </testcase>
                <testcase classname="web, 1.yaml" name="CC0109 at 4:10">
                  <system-out>web, 1.yaml:4:10: warning: 'debug' is a boolean [CC0109]&#10;</system-out>
                </testcase>
                <testcase classname="contrast" name="CC0603">
                  <failure type="CC0603" message="there is no Coordinator: 100% &lt;lost&gt;">error: there is no \
            Coordinator: 100% &lt;lost&gt; [CC0603]&#10;</failure>
                </testcase>
              </testsuite>
            </testsuites>

            """
        #expect(DiagnosticsFixture.render(.junit) == expected)
    }

    @Test func nothingFoundIsAPassedTest() {
        #expect(DiagnosticsFixture.render(.junit, Diagnostics()).contains("tests=\"1\" failures=\"0\""))
        for format in [DiagnosticsFormat.text, .json, .github] {
            #expect(DiagnosticsFixture.render(format, Diagnostics()).isEmpty)
        }
    }

    @Test func hostileNamesStayInTheirPlace() {
        var diagnostics = Diagnostics()
        diagnostics.error(.invalidValue, "a\n::error::b \"&<\u{0}", path: "x\n::stop,file=y:z")
        let github = DiagnosticsFixture.render(.github, diagnostics)
        #expect(github.split(separator: "\n").count == 1)
        #expect(github.contains("file=x%0A%3A%3Astop%2Cfile=y%3Az,"))
        let junit = DiagnosticsFixture.render(.junit, diagnostics)
        #expect(junit.contains("message=\"a&#10;::error::b &quot;&amp;&lt;\u{FFFD}\""))
        #expect(DiagnosticsFixture.render(.json, diagnostics).split(separator: "\n").count == 1)
    }
}

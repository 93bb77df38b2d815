// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

/// Strings, keys and tables are tested with the documents of initdata.
@Suite struct TOMLParserTests {
    @Test(
        arguments: [
            ("1", .integer(1)), ("-17", .integer(-17)), ("+1_000", .integer(1000)), ("0", .integer(0)),
            ("true", .boolean(true)), ("false", .boolean(false)), ("[]", .array([])),
            ("[ 'a', \"b\" ]", .array([.string("a"), .string("b")])),
            ("[\n  1, # one\n  true,\n]", .array([.integer(1), .boolean(true)])),
        ] as [(String, TOMLValue)])
    func values(_ text: String, _ expected: TOMLValue) throws {
        let entries = try TOMLParser.parse(Array("[t]\nkey = \(text) # c\n".utf8))
        #expect(entries.map(\.key) == [["t", "key"]])
        #expect(entries.map(\.value) == [expected])
        #expect(entries.map(\.keyRange) == [4..<7])
        #expect(entries.map(\.valueRange) == [10..<10 + text.utf8.count])
    }

    @Test(arguments: [
        ("", "expected a string, an integer, true or false", 4),
        ("01", "expected a string, an integer, true or false", 4),
        ("1_", "expected a string, an integer, true or false", 4),
        ("1.5", "expected a string, an integer, true or false", 4),
        ("0x1F", "expected a string, an integer, true or false", 4),
        ("9223372036854775808", "expected a string, an integer, true or false", 4),
        ("True", "expected a string, an integer, true or false", 4),
        ("1979-05-27", "expected a string, an integer, true or false", 4),
        ("{}", "expected a string, an integer, true or false", 4),
        ("[[1]]", "expected a string, an integer, true or false", 5),
        ("[1 2]", "expected ',' or ']'", 7), ("[1,,2]", "expected a string, an integer, true or false", 7),
        ("[1,", "the array does not end", 4), ("[1", "the array does not end", 4),
        ("[,]", "expected a string, an integer, true or false", 5),
    ])
    func malformedValues(_ text: String, _ message: String, _ offset: Int) {
        #expect(throws: TOMLError(message: message, offset: offset)) { try TOMLParser.parse(Array("k = \(text)".utf8)) }
    }

    @Test(arguments: [
        "k = 1\nk.a = 1", "k.a = 1\nk = 1", "[k]\n[t]\na = 1\n[t.a]", "k = 1\n[k]", "[k.a]\n[t]\n[u]\nk = 1\n[u.k]",
    ])
    func valuesAreNoTables(_ text: String) {
        #expect(throws: TOMLError.self) { try TOMLParser.parse(Array(text.utf8)) }
    }

    @Test func tablesMayGrow() throws {
        let text = "a.b = 1\na.c = 2\n[t.u]\nx = 1\n[t]\ny = 1"
        #expect(try TOMLParser.parse(Array(text.utf8)).count == 4)
    }

    @Test func arraysAreLimited() throws {
        let items = repeatElement("1", count: TOMLParser.arrayLimit).joined(separator: ",")
        #expect(throws: Never.self) { try TOMLParser.parse(Array("k = [\(items)]".utf8)) }
        #expect(throws: TOMLError(message: "more than 1024 items", offset: 4)) {
            try TOMLParser.parse(Array("k = [\(items),1]".utf8))
        }
    }
}

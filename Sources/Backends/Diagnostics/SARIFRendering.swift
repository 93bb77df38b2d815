// SPDX-License-Identifier: Apache-2.0

import Digests
import IR

/// One run of SARIF 2.1.0 (OASIS): the rules that were broken, and a result for each finding.
enum SARIFRendering {
    static func text(_ findings: [Finding], toolVersion: String) -> String {
        let codes = Set(findings.map(\.code.rawValue)).sorted().compactMap(DiagnosticCode.init(rawValue:))
        let indices = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($0.element, $0.offset) })
        var seen: [String: Int] = [:]
        let results = findings.map { finding in
            let identity = finding.identity
            let occurrence = seen[identity, default: 0]
            seen[identity] = occurrence + 1
            return finding.result(
                ruleIndex: indices[finding.code] ?? 0, fingerprint: fingerprint(identity, occurrence))
        }
        var driver = JSONObject([("name", "contrast")])
        if !toolVersion.isEmpty { driver["version"] = .string(toolVersion) }
        driver["rules"] = .array(codes.map(rule))
        let run: JSONValue = [
            "tool": ["driver": .object(driver)], "columnKind": "unicodeCodePoints", "results": .array(results),
        ]
        let log: JSONValue = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run],
        ]
        return JSONPrinter.text(log, JSONPrinter.Style(indent: 2)) + "\n"
    }

    private static func rule(_ code: DiagnosticCode) -> JSONValue {
        [
            "id": .string(code.rawValue), "shortDescription": ["text": .string(code.title)],
            "help": [
                "text": .string("'contrast explain-code \(code.rawValue)' explains it."),
                "markdown": .string(code.page ?? code.title),
            ],
        ]
    }

    /// Stays the same while lines move: made of code, file, message and which of several equal ones it is.
    private static func fingerprint(_ identity: String, _ occurrence: Int) -> String {
        Hex.text(SHA256.digest(Array("\(identity)\0\(occurrence)".utf8)).prefix(16))
    }

    /// A path as a URI reference (RFC 3986).
    static func uri(_ path: String) -> String {
        var out = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
                || "-._~/".utf8.contains(byte)
            {
                out.unicodeScalars.append(scalar)
            } else {
                out += "%" + Hex.text([byte]).uppercased()
            }
        }
        return out
    }
}

extension Finding {
    fileprivate var identity: String { "\(code.rawValue)\0\(place?.path ?? "")\0\(message)" }

    fileprivate func result(ruleIndex: Int, fingerprint: String) -> JSONValue {
        let unplaced = notes.filter { $0.place == nil }.map { "\nnote: \($0.message)" }.joined()
        var result = JSONObject([
            ("ruleId", .string(code.rawValue)), ("ruleIndex", .integer(Int128(ruleIndex))),
            ("level", .string("\(severity)")), ("message", ["text": .string(message + unplaced)]),
        ])
        if let place { result["locations"] = [["physicalLocation": place.physicalLocation]] }
        // Its items must differ.
        var related: [JSONValue] = []
        for note in notes {
            guard let place = note.place else { continue }
            let location: JSONValue = [
                "physicalLocation": place.physicalLocation, "message": ["text": .string(note.message)],
            ]
            if !related.contains(location) { related.append(location) }
        }
        if !related.isEmpty { result["relatedLocations"] = .array(related) }
        if !fixIts.isEmpty {
            result["fixes"] = .array(
                fixIts.map { fixIt in
                    let replacement: JSONValue = [
                        "deletedRegion": fixIt.place.region ?? [:],
                        "insertedContent": ["text": .string(fixIt.replacement)],
                    ]
                    return [
                        "description": ["text": .string(fixIt.message)],
                        "artifactChanges": [
                            ["artifactLocation": fixIt.place.artifact, "replacements": [replacement]]
                        ],
                    ]
                })
        }
        result["partialFingerprints"] = ["contrastFinding/v1": .string(fingerprint)]
        return .object(result)
    }
}

extension Finding.Place {
    fileprivate var artifact: JSONValue { ["uri": .string(SARIFRendering.uri(path))] }

    fileprivate var region: JSONValue? {
        span.map { span in
            [
                "startLine": .integer(Int128(span.start.line)), "startColumn": .integer(Int128(span.start.column)),
                "endLine": .integer(Int128(span.end.line)), "endColumn": .integer(Int128(span.end.column)),
            ]
        }
    }

    fileprivate var physicalLocation: JSONValue {
        var location = JSONObject([("artifactLocation", artifact)])
        location["region"] = region
        return .object(location)
    }
}

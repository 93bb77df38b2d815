// SPDX-License-Identifier: Apache-2.0

package import IR

/// Why a text is not a policy that can be judged here.
package struct PolicyReadError: Error, Sendable, Equatable {
    package var message: String
}

/// Reads policies that `RegoBackend` has written. What any other text would decide is unknown here, so it is refused.
package enum PolicyReader {
    /// Of the text, in bytes; the agent's own limit.
    package static let sizeLimit = 16 << 20

    package static func read(_ text: [UInt8]) throws(PolicyReadError) -> PolicyData {
        guard text.count <= sizeLimit else { throw refuse("it is larger than \(sizeLimit) bytes") }
        let foreign = refuse("its rules are not those of format \(PolicyData.formatVersion)")
        let headers = PolicyProfile.allCases.flatMap { profile in PolicyLayout.allCases.map { (profile, $0) } }
        let found = headers.first { text.starts(with: RegoBackend.header($0.0, $0.1).utf8) }
        guard let (profile, layout) = found else { throw foreign }
        let markers = [RegoBackend.settingsMarker, RegoBackend.podMarker].map { Array($0.utf8) }
        guard let settings = position(of: markers[0], in: text, from: 0),
            // No line of the settings starts like it: they are JSON.
            let pod = position(of: markers[1], in: text, from: settings + markers[0].count)
        else { throw foreign }
        var data = PolicyData(
            profile: profile, settings: try value(text[(settings + markers[0].count)..<pod]),
            pod: try value(text[(pod + markers[1].count)...]))
        data.layout = layout
        guard text.starts(with: RegoBackend.rules(profile, data.features, layout)) else { throw foreign }
        guard RegoBackend.emit(data) == text else { throw refuse("it is not written as this version writes it") }
        return data
    }

    private static func value(_ text: ArraySlice<UInt8>) throws(PolicyReadError) -> JSONValue {
        let json = try PolicyDataText.json(text)
        do {
            return try JSONParser.parse(json)
        } catch {
            throw refuse("its data does not parse: \(error.message)")
        }
    }

    private static func position(of marker: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = marker.first else { return nil }
        var at = start
        while at + marker.count <= text.count {
            if text[at] == first, text[at...].starts(with: marker) { return at }
            at += 1
        }
        return nil
    }

    fileprivate static func refuse(_ reason: String) -> PolicyReadError {
        PolicyReadError(message: "not a policy this version can judge: \(reason)")
    }
}

/// Turns data into plain JSON, by joining the strings that were written in pieces.
private struct PolicyDataText {
    private static let opening = Array("concat(\"\",[".utf8)
    private static let closing = Array("])".utf8)

    private let text: ArraySlice<UInt8>
    private var at: Int

    static func json(_ text: ArraySlice<UInt8>) throws(PolicyReadError) -> [UInt8] {
        var reader = PolicyDataText(text: text, at: text.startIndex)
        return try reader.read()
    }

    private mutating func read() throws(PolicyReadError) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(text.count)
        while at < text.endIndex {
            if text[at] == UInt8(ascii: "\"") {
                json.append(UInt8(ascii: "\""))
                json.append(contentsOf: try stringContent())
                json.append(UInt8(ascii: "\""))
            } else if text[at...].starts(with: Self.opening) {
                at += Self.opening.count
                json.append(UInt8(ascii: "\""))
                while !text[at...].starts(with: Self.closing) {
                    guard at < text.endIndex else { throw fail("a call does not end") }
                    if text[at] == UInt8(ascii: "\"") {
                        json.append(contentsOf: try stringContent())
                    } else {
                        at += 1
                    }
                }
                at += Self.closing.count
                json.append(UInt8(ascii: "\""))
            } else {
                json.append(text[at])
                at += 1
            }
        }
        return json
    }

    private func fail(_ message: String) -> PolicyReadError {
        PolicyReader.refuse("its data does not parse: \(message)")
    }

    private mutating func stringContent() throws(PolicyReadError) -> ArraySlice<UInt8> {
        let start = at + 1
        at = start
        while at < text.endIndex, text[at] != UInt8(ascii: "\"") {
            at += text[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard at < text.endIndex else { throw fail("a string does not end") }
        defer { at += 1 }
        return text[start..<at]
    }
}

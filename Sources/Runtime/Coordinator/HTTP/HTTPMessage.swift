// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A request as far as the handlers look at it.
package struct HTTPRequest: Sendable {
    package var method: String
    /// The path of the target as it came, percent-encoded, without a query.
    package var path: String
    package var contentType: String?
    package var body: [UInt8]

    package init(method: String, path: String, contentType: String? = nil, body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.contentType = contentType
        self.body = body
    }

    /// `type/subtype` in lower case without parameters; `nil` when there is none or it is malformed.
    var mediaType: String? {
        guard let contentType else { return nil }
        let text = contentType.prefix { $0 != ";" }.asciiTrimmed.asciiLowercased
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isToken = { (part: Substring) in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    0x21...0x7E ~= byte && !"()<>@,;:\\\"/[]?=".utf8.contains(byte)
                }
        }
        return parts.count == 2 && parts.allSatisfy(isToken) ? text : nil
    }
}

package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var contentType: String?
    /// Methods that the path knows, for `Allow` of a 405.
    package var allow: String?
    package var body: [UInt8]

    package init(status: Int, contentType: String? = nil, allow: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.allow = allow
        self.body = body
    }

    static func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: JSONPrinter.print(value))
    }

    static func text(_ text: String, status: Int) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var asciiTrimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

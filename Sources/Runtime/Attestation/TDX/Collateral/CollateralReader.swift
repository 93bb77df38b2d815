// SPDX-License-Identifier: Apache-2.0

package import IR

/// Why a document of Intel's is not what it should be.
package struct CollateralError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case notJSON(JSONError)
        case tooLarge(Int)
        case missing
        case wrongType(expected: String, found: String)
        case wrongValue(expected: String)
    }

    /// Members and indices from the document down, e.g. `tcbInfo.tcbLevels[0].tcb.pcesvn`.
    package var path: String
    package var reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    package var description: String {
        switch reason {
        case .notJSON(let error): "\(path) is not JSON: \(error.message) at byte \(error.offset)"
        case .tooLarge(let size): "\(path) has \(size) bytes, at most \(CollateralReader.sizeLimit) are read"
        case .missing: "\(path) is missing"
        case .wrongType(let expected, let found): "\(path) is \(found), expected \(expected)"
        case .wrongValue(let expected): "\(path) is not \(expected)"
        }
    }
}

/// A value in a JSON document and where it stands. Members that nothing asks for are ignored, as Intel adds to its
/// documents without a new version.
struct CollateralReader {
    static let sizeLimit = 1 << 20
    /// More items than any list of Intel's has.
    static let itemLimit = 1024

    let value: JSONValue
    let path: String

    init(_ value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    init(json: [UInt8], path: String) throws(CollateralError) {
        guard json.count <= Self.sizeLimit else { throw CollateralError(path: path, reason: .tooLarge(json.count)) }
        do throws(JSONError) {
            value = try JSONParser.parse(json)
        } catch {
            throw CollateralError(path: path, reason: .notJSON(error))
        }
        self.path = path
    }

    func member(_ key: String) throws(CollateralError) -> CollateralReader {
        guard value.object != nil else { throw wrongType("an object") }
        guard let member = optional(key) else {
            throw CollateralError(path: "\(path).\(key)", reason: .missing)
        }
        return member
    }

    func optional(_ key: String) -> CollateralReader? {
        value[key].map { CollateralReader($0, path: "\(path).\(key)") }
    }

    func items() throws(CollateralError) -> [CollateralReader] {
        guard let array = value.array else { throw wrongType("an array") }
        guard array.count <= Self.itemLimit else { throw wrongValue("at most \(Self.itemLimit) items") }
        return array.enumerated().map { CollateralReader($1, path: "\(path)[\($0)]") }
    }

    func text() throws(CollateralError) -> String {
        guard let text = value.string else { throw wrongType("a string") }
        return text
    }

    func hex() throws(CollateralError) -> [UInt8] {
        guard let bytes = Hex.decode(try text()) else { throw wrongValue("hexadecimal digits") }
        return bytes
    }

    func hex(bytes count: Int) throws(CollateralError) -> [UInt8] {
        let bytes = try hex()
        guard bytes.count == count else {
            throw wrongValue("\(2 * count) hexadecimal digits")
        }
        return bytes
    }

    func integer<Value: UnsignedInteger & FixedWidthInteger>() throws(CollateralError) -> Value {
        switch value {
        case .integer(let number):
            guard let value = Value(exactly: number) else {
                throw wrongValue("an integer from \(Value.min) to \(Value.max)")
            }
            return value
        default: throw wrongType("an integer")
        }
    }

    func time() throws(CollateralError) -> Timestamp {
        guard let time = Timestamp(try text()) else {
            throw wrongValue("a time of the form 2024-03-13T00:00:00Z")
        }
        return time
    }

    func require(_ expected: String) throws(CollateralError) {
        guard try text() == expected else { throw wrongValue("'\(expected)'") }
    }

    func require(_ expected: UInt32) throws(CollateralError) {
        guard try integer() == expected else { throw wrongValue("\(expected)") }
    }

    func wrongValue(_ expected: String) -> CollateralError {
        CollateralError(path: path, reason: .wrongValue(expected: expected))
    }

    private func wrongType(_ expected: String) -> CollateralError {
        CollateralError(path: path, reason: .wrongType(expected: expected, found: value.kindName))
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// Why an annotation or a document is not initdata.
package struct InitDataError: Error, Sendable, Equatable {
    package var message: String
    /// Byte offset in the document, when the fault is in one.
    package var offset: Int?

    package init(_ message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }
}

/// The measured configuration of a pod VM (Kata's initdata format, version 0.1.0).
package struct InitData: Sendable, Equatable {
    /// The only version of the format there is.
    package static let version = "0.1.0"
    /// The key of the agent's policy.
    package static let policyKey = "policy.rego"

    /// The hash by which a document is bound to the VM.
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha256, sha384, sha512

        package func digest(_ bytes: [UInt8]) -> [UInt8] {
            switch self {
            case .sha256: SHA256.digest(bytes)
            case .sha384: SHA384.digest(bytes)
            case .sha512: SHA512.digest(bytes)
            }
        }
    }

    package var algorithm: Algorithm
    package var data: [String: String]

    package init(algorithm: Algorithm = .sha256, data: [String: String]) {
        self.algorithm = algorithm
        self.data = data
    }

    package var policy: String? { data[Self.policyKey] }

    /// Reads a document.
    ///
    /// - Throws: `InitDataError`.
    package init(document: [UInt8]) throws(InitDataError) {
        var version: String?
        var algorithm: Algorithm?
        var data: [String: String] = [:]
        for (key, value, offset) in try Self.entries(document) {
            switch key {
            case ["version"]: version = value
            case ["algorithm"]:
                // `sha-256` is the same as `sha256`.
                guard let known = Algorithm(rawValue: value.filter { $0 != "-" }) else {
                    throw InitDataError("unknown algorithm '\(value)'", offset: offset)
                }
                algorithm = known
            case let key where key.count == 2 && key[0] == "data": data[key[1]] = value
            default:
                let name = key.joined(separator: ".")
                throw InitDataError("unknown key '\(name)' in an initdata document", offset: offset)
            }
        }
        guard let version else { throw InitDataError("the initdata document has no 'version'") }
        guard version == Self.version else {
            throw InitDataError("unknown initdata version '\(version)', expected '\(Self.version)'")
        }
        guard let algorithm else { throw InitDataError("the initdata document has no 'algorithm'") }
        self.init(algorithm: algorithm, data: data)
    }

    private static func entries(
        _ document: [UInt8]
    ) throws(InitDataError) -> [(key: [String], value: String, offset: Int)] {
        do throws(TOMLError) {
            var entries: [(key: [String], value: String, offset: Int)] = []
            for entry in try TOMLParser.parse(document) {
                guard case .string(let value) = entry.value else {
                    throw TOMLError(message: "expected a string", offset: entry.valueRange.lowerBound)
                }
                entries.append((entry.key, value, entry.keyRange.lowerBound))
            }
            return entries
        } catch {
            guard let offset = error.offset else { throw InitDataError("the initdata document is not valid UTF-8") }
            throw InitDataError(error.message, offset: offset)
        }
    }

    /// The document: keys sorted, the same bytes for the same value.
    package var document: [UInt8] {
        var out: [UInt8] = []
        out += "version = \"\(Self.version)\"\nalgorithm = \"\(algorithm.rawValue)\"\n\n[data]\n".utf8
        for (key, value) in data.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            TOMLPrinter.entry(key, Array(value.utf8), into: &out)
        }
        return out
    }
}

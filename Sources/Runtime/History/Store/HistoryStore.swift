// SPDX-License-Identifier: Apache-2.0

/// Where the objects of a history are kept. A store needs no trust: what is read is checked against hashes and a
/// signature. It must not lose what it has confirmed, and must compare and swap atomically.
package protocol HistoryStore: Sendable {
    /// The value, or `nil` when there is none.
    func value(for key: StoreKey) throws(StoreError) -> [UInt8]?

    /// Writes a value that depends on its key alone; overwriting it with the same is no change.
    func set(_ value: [UInt8], for key: StoreKey) throws(StoreError)

    /// Writes a value only when the one that is there is the expected one, `nil` for none.
    ///
    /// - Throws: `conflict` when it is another. After any other error either value may be there.
    func compareAndSwap(_ key: StoreKey, expected: [UInt8]?, _ value: [UInt8]) throws(StoreError)
}

/// Why a store has not done what it was asked for.
package enum StoreError: Error, Sendable, Equatable {
    /// The value is not the expected one.
    case conflict(StoreKey)
    /// Another process uses the store.
    case locked
    /// A value is larger than any.
    case tooLarge(StoreKey)
    /// What is there under the name is no value, such as a directory or a link.
    case notAValue(StoreKey)
    /// A system call failed.
    case system(operation: String, number: Int32)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .conflict(let key): "object \(key) has changed since last read"
        case .locked: "another Coordinator uses this store"
        case .tooLarge(let key): "object \(key) has more than \(StoreKey.valueLimit) bytes"
        case .notAValue(let key): "what is stored as \(key) is not a file"
        case .system(let operation, let number): "\(operation) failed (errno \(number))"
        }
    }
}

/// The name of a value: two parts of letters, digits and hyphens.
package struct StoreKey: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of a value.
    package static let valueLimit = 16 << 20

    /// What a history keeps its objects in.
    package static let directories = ["manifests", "policies", "signatures", "transitions"]

    package let directory: String
    package let name: String

    package static let latest = StoreKey(unchecked: "transitions", "latest")

    private init(unchecked directory: String, _ name: String) {
        self.directory = directory
        self.name = name
    }

    /// `nil` for parts that are empty, longer than 64 bytes or of other characters.
    package init?(_ directory: String, _ name: String) {
        let isPart = { (part: String) in
            (1...64).contains(part.utf8.count)
                && part.utf8.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                }
        }
        guard isPart(directory), isPart(name) else { return nil }
        self.init(unchecked: directory, name)
    }

    package var description: String { "\(directory)/\(name)" }
}

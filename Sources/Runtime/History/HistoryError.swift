// SPDX-License-Identifier: Apache-2.0

/// Why a history cannot be read or continued.
package enum HistoryError: Error, Sendable, Equatable {
    case store(StoreError)
    /// An object that others refer to is not there.
    case missing(StoreKey)
    /// The bytes of an object do not have the hash by which it is kept.
    case corrupted(StoreKey)
    /// What the bytes should have been.
    case malformed(String)
    /// The chain of transitions is longer than any.
    case tooLong
    case signing
}

extension HistoryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .store(let error): error.description
        case .missing(let key): "object \(key) is missing"
        case .corrupted(let key): "object \(key) does not have its hash"
        case .malformed(let what): "the \(what) is malformed"
        case .tooLong: "the history has more than \(History.lengthLimit) transitions"
        case .signing: "the transition could not be signed"
        }
    }
}

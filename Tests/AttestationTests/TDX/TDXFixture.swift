// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform

/// A simulated platform, a trust domain on it, and what is changed of what they give.
struct TDXFixture {
    static let start = Timestamp.utc("2026-01-01T00:00:00Z")
    static let now = Timestamp.utc("2026-02-01T00:00:00Z")
    static let end = Timestamp.utc("2026-03-01T00:00:00Z")

    /// Keys take long to make, and none of them says anything of another test.
    private static let shared = Result { () throws(SigningError) in
        try SimulatedTDXPlatform(notBefore: start, notAfter: end)
    }

    var platform: SimulatedTDXPlatform
    var td = SimulatedTD()
    var version: UInt16 = 4
    var time = now
    var accepted: Set<TCBStatus> = [.upToDate]
    /// Of another platform, where the quote's is not to be trusted.
    var verifier: TDXVerifier?
    var editQuote: (inout SimulatedQuote) throws -> Void = { _ in }
    var editCollateral: (inout TDXCollateral) throws -> Void = { _ in }

    init() throws { platform = try Self.shared.get() }

    /// A platform with keys of its own.
    static func another() throws -> SimulatedTDXPlatform { try SimulatedTDXPlatform(notBefore: start, notAfter: end) }

    func quote() throws -> [UInt8] {
        var quote = try SimulatedQuote(td, version: version, on: platform)
        try editQuote(&quote)
        return quote.bytes
    }

    func outcome() throws -> TDXOutcome {
        var collateral = try platform.collateral()
        try editCollateral(&collateral)
        return TDXOutcome(
            try quote(), collateral, by: try verifier ?? platform.verifier(at: time, accepting: accepted))
    }

    func verified() throws -> GenuineTDXQuote? { try outcome().verified }
}

extension JSONValue {
    /// The value at a path of keys and indices; setting `nil` takes a member away.
    subscript(path: String...) -> JSONValue? {
        get { self[path[...]] }
        set { self[path[...]] = newValue }
    }

    subscript(path: ArraySlice<String>) -> JSONValue? {
        get {
            guard let first = path.first else { return self }
            switch self {
            case .object(let object): return object[first]?[path.dropFirst()]
            case .array(let items):
                return Int(first).flatMap { items.indices.contains($0) ? items[$0] : nil }?[path.dropFirst()]
            default: return nil
            }
        }
        set {
            guard let first = path.first else {
                self = newValue ?? .null
                return
            }
            let rest = path.dropFirst()
            switch self {
            case .object(var object):
                if rest.isEmpty {
                    object[first] = newValue
                } else {
                    object[first]?[rest] = newValue
                }
                self = .object(object)
            case .array(var items):
                guard let index = Int(first), items.indices.contains(index) else { return }
                items[index][rest] = newValue
                self = .array(items)
            default: break
            }
        }
    }
}

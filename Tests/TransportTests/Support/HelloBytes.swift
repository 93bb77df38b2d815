// SPDX-License-Identifier: Apache-2.0

import TLSMessages

/// A ClientHello that is put together by hand, so that any part of it can be wrong.
struct HelloBytes {
    var session: [UInt8] = []
    var suites: [UInt8] = [0x13, 0x01]
    var compression: [UInt8] = [0]
    var versions: [UInt16] = [ClientHello.tls13]
    var protocols: [[UInt8]] = [Array(ATLSNonce().applicationProtocol.utf8), Array("h2".utf8)]
    /// Number and content of more extensions.
    var others: [(UInt16, [UInt8])] = []
    var trailing: [UInt8] = []
    var messageType: UInt8 = 1

    static func vector8(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count)] + bytes }
    static func vector16(_ bytes: [UInt8]) -> [UInt8] { number(UInt16(bytes.count)) + bytes }
    static func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

    var alpn: [UInt8] { Self.vector16(protocols.flatMap { Self.vector8($0) }) }

    var body: [UInt8] {
        var list = [(UInt16(43), Self.vector8(versions.flatMap { Self.number($0) }))]
        if !protocols.isEmpty { list.append((16, alpn)) }
        let extensions = (list + others).flatMap { Self.number($0.0) + Self.vector16($0.1) }
        return [3, 3] + [UInt8](repeating: 7, count: 32) + Self.vector8(session) + Self.vector16(suites)
            + Self.vector8(compression) + Self.vector16(extensions) + trailing
    }

    var message: [UInt8] {
        let body = body
        return [messageType, UInt8(body.count >> 16), UInt8(body.count >> 8 & 255), UInt8(body.count & 255)] + body
    }

    /// In records of at most so many bytes.
    func records(of size: Int = 1 << 14) -> [UInt8] {
        let message = message
        return stride(from: 0, to: message.count, by: size).flatMap { start in
            [22, 3, 1] + Self.vector16(Array(message[start..<min(start + size, message.count)]))
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Finds the ClientHello in what a client sends first: bytes that arrive in any pieces, in records that may cut the
/// message anywhere (RFC 8446, section 5.1). Looks at each byte once.
package struct ClientHelloReader: Sendable {
    private static let headerSize = 5
    private static let handshake: UInt8 = 22
    private static let clientHello: UInt8 = 1
    /// Bytes in a record, without its header.
    private static let fragmentLimit = 1 << 14

    /// All bytes so far; TLS gets them afterwards.
    package private(set) var received: [UInt8] = []
    /// Start of the first record that is not complete.
    private var cursor = 0
    /// Type, length and body, as far as they are there.
    private var message: [UInt8] = []

    package init() {}

    /// Takes the next bytes.
    ///
    /// - Returns: the message, once it is complete; `nil` before.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(ClientHelloError) -> ClientHello? {
        received.append(contentsOf: bytes)
        while let fragment = try nextFragment() {
            message += fragment
            guard message[0] == Self.clientHello else { throw .messageType(message[0]) }
            guard message.count >= 4 else { continue }
            let length = message[1...3].reduce(0) { $0 << 8 | Int($1) }
            guard length <= ClientHello.sizeLimit else { throw .tooLarge }
            guard message.count >= 4 + length else { continue }
            do throws(TLSDecodeError) { return try ClientHello(body: Array(message[4..<4 + length])) } catch {
                throw .malformed(error)
            }
        }
        guard received.count <= ClientHello.sizeLimit else { throw .tooLarge }
        return nil
    }

    /// The content of the next record, never empty; `nil` until all of it is there. What can be told from a part of the
    /// header is told at once.
    private mutating func nextFragment() throws(ClientHelloError) -> ArraySlice<UInt8>? {
        let header = received[cursor...].prefix(Self.headerSize)
        if let type = header.first, type != Self.handshake { throw .record(offset: cursor) }
        if header.count > 1, header[cursor + 1] != 3 { throw .record(offset: cursor) }
        guard header.count == Self.headerSize else { return nil }
        let length = Int(header[cursor + 3]) << 8 | Int(header[cursor + 4])
        guard (1...Self.fragmentLimit).contains(length) else { throw .record(offset: cursor) }
        let start = cursor + Self.headerSize
        guard received.count >= start + length else { return nil }
        cursor = start + length
        return received[start..<cursor]
    }
}

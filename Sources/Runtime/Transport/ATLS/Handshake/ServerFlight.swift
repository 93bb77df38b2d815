// SPDX-License-Identifier: Apache-2.0

internal import Crypto
internal import Digests
internal import IR
internal import NIOCore
internal import Synchronization
internal import TLSMessages

/// What a server has sent so far, and the secret that it is encrypted with.
///
/// TLS does not tell which authorities a CertificateRequest names, and servers of other make send their nonce nowhere
/// else. So a client that must attest keeps a copy of the first records and opens them with the secret that TLS logs.
/// It takes the nonce from there only after TLS has checked the server's Finished, which covers all of it.
final class ServerFlight: Sendable {
    private struct State {
        var records: [UInt8] = []
        var secret: SecretBytes?
        var isDone = false
    }

    /// The CertificateRequest stands before the certificate, within the first records.
    private static let sizeLimit = 40 << 10
    private static let secretLabel = "SERVER_HANDSHAKE_TRAFFIC_SECRET "

    private let state = Mutex(State())

    /// Keeps what has come from the network.
    func append(_ bytes: ByteBufferView) {
        state.withLock { state in
            if state.isDone { return }
            state.records += bytes.prefix(max(0, Self.sizeLimit - state.records.count))
        }
    }

    /// Takes a line of TLS's key log: label, the client's random bytes and the secret.
    func append(keyLog line: ByteBuffer) {
        let fields = String(buffer: line).split(separator: " ")
        guard fields.count == 3, fields[0] + " " == Self.secretLabel else { return }
        let digits = fields[2].prefix { !$0.isNewline }
        guard var bytes = Hex.decode(String(digits)) else { return }
        let secret = bytes.withUnsafeMutableBytes { buffer in
            defer { for index in buffer.indices { buffer[index] = 0 } }
            return SecretBytes(copying: UnsafeRawBufferPointer(buffer))
        }
        state.withLock { $0.secret = secret }
    }

    /// The server's nonce; `nil` when it has sent none. Forgets all that was kept.
    func takeNonce() -> ATLSNonce? {
        let kept = state.withLock { state in
            defer { state = State(isDone: true) }
            return state
        }
        guard let secret = kept.secret,
            let request = try? Self.certificateRequest(in: kept.records, secret), request.authorities.count == 1
        else { return nil }
        return ATLSNonce(authority: request.authorities[0])
    }

    private enum ContentType {
        static let handshake: UInt8 = 22
        static let applicationData: UInt8 = 23
    }

    /// Opens the records up to the CertificateRequest; `nil` where there is none before the certificate.
    private static func certificateRequest(in records: [UInt8], _ secret: SecretBytes) throws -> CertificateRequest? {
        var rest = records[...]
        var plain = HandshakeMessages()
        var encrypted = HandshakeMessages()
        var opener: RecordOpener?
        while rest.count >= 5 {
            let header = Array(rest.prefix(5))
            let length = Int(header[3]) << 8 | Int(header[4])
            guard rest.count >= 5 + length else { return nil }
            let content = rest.dropFirst(5).prefix(length)
            rest = rest.dropFirst(5 + length)
            switch header[0] {
            case ContentType.handshake where opener == nil:
                plain.append(content)
                while let message = plain.next() {
                    guard message.type == HandshakeMessages.serverHello else { return nil }
                    let hello = try ServerHello(body: message.body)
                    if !hello.isRetryRequest { opener = RecordOpener(hello.cipherSuite, secret) }
                }
            case ContentType.applicationData:
                guard let (type, fragment) = try opener?.open(content, header: header),
                    type == ContentType.handshake
                else { return nil }
                encrypted.append(fragment)
                while let message = encrypted.next() {
                    if message.type == HandshakeMessages.certificateRequest {
                        return try CertificateRequest(body: message.body)
                    }
                }
                if encrypted.nextType == HandshakeMessages.certificate { return nil }
            default: continue
            }
        }
        return nil
    }
}

/// Opens the records that one handshake secret protects (RFC 8446, section 5.2).
private struct RecordOpener {
    private enum Cipher { case aesGCM, chaChaPoly }

    private let cipher: Cipher
    private let key: SymmetricKey
    private let iv: [UInt8]
    private var sequence: UInt64 = 0

    /// `nil` for a cipher suite that is none of TLS 1.3's three.
    init?(_ suite: UInt16, _ secret: SecretBytes) {
        let size: Int
        let expand: (String, Int) -> SymmetricKey
        let secret = secret.withBytes { SymmetricKey(data: $0) }
        switch suite {
        case 0x1301:
            (cipher, size) = (.aesGCM, 16)
            expand = { Self.expand(Crypto.SHA256.self, secret, $0, $1) }
        case 0x1302:
            (cipher, size) = (.aesGCM, 32)
            expand = { Self.expand(Crypto.SHA384.self, secret, $0, $1) }
        case 0x1303:
            (cipher, size) = (.chaChaPoly, 32)
            expand = { Self.expand(Crypto.SHA256.self, secret, $0, $1) }
        default: return nil
        }
        key = expand("key", size)
        iv = expand("iv", 12).withUnsafeBytes { Array($0) }
    }

    /// HKDF-Expand-Label without context (RFC 8446, section 7.1).
    private static func expand<Hash: HashFunction>(
        _ hash: Hash.Type, _ secret: SymmetricKey, _ label: String, _ count: Int
    ) -> SymmetricKey {
        let label = Array("tls13 \(label)".utf8)
        let info = [0, UInt8(count), UInt8(label.count)] + label + [0]
        return HKDF<Hash>.expand(pseudoRandomKey: secret, info: info, outputByteCount: count)
    }

    /// The true type of a record and its content.
    mutating func open(_ record: ArraySlice<UInt8>, header: [UInt8]) throws -> (UInt8, ArraySlice<UInt8>)? {
        guard record.count > 16 else { return nil }
        var nonce = iv
        for (index, byte) in withUnsafeBytes(of: sequence.bigEndian, { Array($0) }).enumerated() {
            nonce[nonce.count - 8 + index] ^= byte
        }
        sequence += 1
        let (text, tag) = (record.dropLast(16), record.suffix(16))
        let opened: [UInt8]
        switch cipher {
        case .aesGCM:
            let box = try AES.GCM.SealedBox(nonce: .init(data: nonce), ciphertext: text, tag: tag)
            opened = Array(try AES.GCM.open(box, using: key, authenticating: header))
        case .chaChaPoly:
            let box = try ChaChaPoly.SealedBox(nonce: .init(data: nonce), ciphertext: text, tag: tag)
            opened = Array(try ChaChaPoly.open(box, using: key, authenticating: header))
        }
        // The type is the last byte that is not zero.
        guard let end = opened.lastIndex(where: { $0 != 0 }) else { return nil }
        return (opened[end], opened[..<end])
    }
}

/// Copies what comes from the network, in front of TLS.
final class ServerFlightTap: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let flight: ServerFlight

    init(_ flight: ServerFlight) { self.flight = flight }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        flight.append(unwrapInboundIn(data).readableBytesView)
        context.fireChannelRead(data)
    }
}

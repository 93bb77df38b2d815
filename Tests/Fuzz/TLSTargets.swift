// SPDX-License-Identifier: Apache-2.0

internal import TLSMessages

/// The parsers of TLS handshakes. They return for every input; a crash is a finding.
enum TLSTargets {
    /// The bytes may be cut anywhere: the same ClientHello is found, or the same error.
    static func clientHello(_ bytes: [UInt8]) {
        let whole = read(bytes, pieces: max(1, bytes.count))
        precondition(whole == read(bytes, pieces: 1), "pieces change what is read")
        if case .success(.some(let hello)) = whole, let nonce = try? ATLSNonce(offered: hello.applicationProtocols) {
            precondition(hello.applicationProtocols.contains(Array(nonce.applicationProtocol.utf8)))
        }
    }

    private static func read(_ bytes: [UInt8], pieces: Int) -> Result<ClientHello?, ClientHelloError> {
        var reader = ClientHelloReader()
        var rest = bytes[...]
        do throws(ClientHelloError) {
            while !rest.isEmpty {
                if let hello = try reader.append(rest.prefix(pieces)) { return .success(hello) }
                rest = rest.dropFirst(pieces)
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    /// What a client reads of its server.
    static func serverFlight(_ bytes: [UInt8]) {
        var messages = HandshakeMessages()
        messages.append(bytes)
        while let message = messages.next() {
            _ = try? ServerHello(body: message.body)
            guard let request = try? CertificateRequest(body: message.body) else { continue }
            for name in request.authorities {
                guard let nonce = ATLSNonce(authority: name) else { continue }
                precondition(ATLSNonce(commonName: nonce.commonName) == nonce)
            }
        }
    }
}

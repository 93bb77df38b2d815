// SPDX-License-Identifier: Apache-2.0

import Testing
import TLSMessages

struct CertificateRequestTests {
    private let nonce = ATLSNonce()

    private func name(_ tag: UInt8, _ text: String, oid: [UInt8] = [0x55, 4, 3]) -> [UInt8] {
        func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
        let attribute = element(0x30, element(6, oid) + element(tag, Array(text.utf8)))
        return element(0x30, element(0x31, attribute))
    }

    private func request(_ names: [[UInt8]]) -> [UInt8] {
        let list = HelloBytes.vector16(names.flatMap { HelloBytes.vector16($0) })
        let extensions = [0, 13] + HelloBytes.vector16([0, 2, 4, 3]) + [0, 47] + HelloBytes.vector16(list)
        return [0] + HelloBytes.vector16(extensions)
    }

    @Test("the authorities are read, and a nonce from either kind of text")
    func authorities() throws {
        let names = [name(0x0C, nonce.commonName), name(0x13, nonce.commonName)]
        let read = try CertificateRequest(body: request(names))
        #expect(read.authorities == names)
        #expect(read.authorities.map { ATLSNonce(authority: $0) } == [nonce, nonce])
        #expect(try CertificateRequest(body: [0, 0, 0]).authorities.isEmpty)
    }

    @Test("names that are no nonce are none")
    func otherNames() {
        #expect(ATLSNonce(authority: name(0x0C, "Example CA")) == nil)
        #expect(ATLSNonce(authority: name(0x0C, nonce.commonName, oid: [0x55, 4, 10])) == nil)
        #expect(ATLSNonce(authority: name(0x16, nonce.commonName)) == nil)
        #expect(ATLSNonce(authority: name(0x0C, nonce.commonName) + [0]) == nil)
        #expect(ATLSNonce(authority: []) == nil)
    }

    @Test("malformed requests are errors, wherever they are cut")
    func malformed() {
        let body = request([name(0x0C, nonce.commonName)])
        for count in 0..<body.count {
            #expect(throws: TLSDecodeError.self) { try CertificateRequest(body: Array(body.prefix(count))) }
        }
        #expect(throws: TLSDecodeError.self) { try CertificateRequest(body: body + [0]) }
        #expect(throws: TLSDecodeError.length("authorities")) { try CertificateRequest(body: request([])) }
        #expect(throws: TLSDecodeError.length("DistinguishedName")) {
            try CertificateRequest(body: request([[], [1]]))
        }
    }

    @Test("messages are found wherever records cut them")
    func messages() {
        var messages = HandshakeMessages()
        var found: [UInt8] = []
        for byte in [8, 0, 0, 2, 0, 0, 13, 0, 0, 1, 7, 11, 0, 1] as [UInt8] {
            messages.append([byte])
            while let message = messages.next() { found.append(message.type) }
        }
        #expect(found == [8, 13])
        #expect(messages.nextType == HandshakeMessages.certificate)
    }
}

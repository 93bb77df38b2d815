// SPDX-License-Identifier: Apache-2.0

import Attestation
import Testing
import TLSMessages

struct ClientHelloTests {
    private func read(_ records: [UInt8], pieces: Int = .max) throws -> ClientHello? {
        var reader = ClientHelloReader()
        var rest = records[...]
        while !rest.isEmpty {
            if let hello = try reader.append(rest.prefix(pieces)) { return hello }
            rest = rest.dropFirst(pieces)
        }
        return nil
    }

    private func error(_ records: [UInt8]) -> ClientHelloError? {
        do {
            _ = try read(records)
            return nil
        } catch { return error as? ClientHelloError }
    }

    @Test("protocols and versions are read, however records and reads cut the message", arguments: [1, 2, 7, 1 << 14])
    func cuts(size: Int) throws {
        var bytes = HelloBytes()
        bytes.versions = [0x7A7A, 0x0304, 0x0303]
        bytes.others = [(0, [0, 0]), (0x3A3A, [])]
        for pieces in [1, 3, Int.max] {
            let hello = try #require(try read(bytes.records(of: size), pieces: pieces))
            #expect(hello.applicationProtocols == bytes.protocols)
            #expect(hello.supportedVersions == bytes.versions)
        }
    }

    @Test("a message that is not complete yet is awaited")
    func incomplete() throws {
        let records = HelloBytes().records(of: 50)
        for count in 0..<records.count { #expect(try read(Array(records.prefix(count))) == nil) }
    }

    @Test("what follows the message is left to TLS")
    func more() throws {
        #expect(try read(HelloBytes().records() + [20, 3, 3, 0, 1, 1]) != nil)
    }

    @Test("a ClientHello without extensions is one of before TLS 1.3")
    func old() throws {
        let body: [UInt8] = [3, 3] + [UInt8](repeating: 0, count: 32) + [0, 0, 2, 0x13, 1, 1, 0]
        let hello = try ClientHello(body: body)
        #expect(hello.supportedVersions.isEmpty && hello.applicationProtocols.isEmpty)
    }

    @Test("what does not speak TLS is told from its first bytes")
    func notTLS() {
        #expect(error(Array("GET / HTTP/1.1".utf8)) == .record(offset: 0))
        #expect(error(Array("PRI * HTTP/2.0".utf8)) == .record(offset: 0))
        #expect(error([22, 2]) == .record(offset: 0))
        #expect(error([21, 3, 3, 0, 2, 2, 40]) == .record(offset: 0))
    }

    @Test("records without content, or with too much, are refused")
    func recordLength() {
        #expect(error([22, 3, 1, 0, 0]) == .record(offset: 0))
        #expect(error([22, 3, 1, 0x40, 1]) == .record(offset: 0))
        let first = HelloBytes().records(of: 10).prefix(15)
        #expect(error(first + [22, 3, 1, 0, 0]) == .record(offset: 15))
        #expect(error(first + [23, 3, 1, 0, 1]) == .record(offset: 15))
    }

    @Test("another message is refused")
    func otherMessage() {
        var bytes = HelloBytes()
        bytes.messageType = 2
        #expect(error(bytes.records()) == .messageType(2))
    }

    @Test("more than 32 KiB are refused before they are there")
    func size() {
        #expect(error([22, 3, 1, 0, 4, 1, 0, 0x80, 1]) == .tooLarge)
        var bytes = HelloBytes()
        bytes.others = [(21, [UInt8](repeating: 0, count: ClientHello.sizeLimit - 300))]
        // One byte in each record: the records are larger than the message.
        #expect(error(Array(bytes.records(of: 1).prefix(ClientHello.sizeLimit + 6))) == .tooLarge)
        #expect(error(bytes.records()) == nil)
    }

    @Test("lengths that TLS does not allow are refused")
    func lengths() {
        func error(_ change: (inout HelloBytes) -> Void) -> ClientHelloError? {
            var bytes = HelloBytes()
            change(&bytes)
            return self.error(bytes.records())
        }
        #expect(error { $0.session = [UInt8](repeating: 0, count: 33) } == .malformed(.length("legacy_session_id")))
        #expect(error { $0.suites = [] } == .malformed(.length("cipher_suites")))
        #expect(error { $0.suites = [1, 2, 3] } == .malformed(.length("cipher_suites")))
        #expect(error { $0.compression = [] } == .malformed(.length("legacy_compression_methods")))
        #expect(error { $0.protocols = [[], Array("h2".utf8)] } == .malformed(.length("protocol_name")))
        #expect(error { $0.versions = [] } == .malformed(.length("versions")))
        #expect(error { $0.others = [(16, $0.alpn)] } == .malformed(.repeatedExtension(16)))
        #expect(error { $0.others = [(9, []), (9, [])] } == .malformed(.repeatedExtension(9)))
        let trailing = error { $0.trailing = [0] }
        guard case .malformed(.layout(.trailing(_, 1))) = trailing else {
            Issue.record("\(String(describing: trailing))")
            return
        }
    }

    @Test("every byte missing is an error, never a crash")
    func truncated() {
        let body = HelloBytes().body
        for count in 0..<body.count where count != 41 {
            #expect(throws: TLSDecodeError.self) { try ClientHello(body: Array(body.prefix(count))) }
        }
    }
}

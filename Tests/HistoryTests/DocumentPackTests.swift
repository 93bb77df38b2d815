// SPDX-License-Identifier: Apache-2.0

import History
import IR
import Testing

struct DocumentPackTests {
    private static let documents: [[UInt8]] = [
        Array("first".utf8), [], [UInt8](repeating: 7, count: 100_000), [0, 255],
    ]

    private func failure(_ packed: [UInt8], sizeLimit: Int = DocumentUnpacker.sizeLimit) -> String? {
        do throws(DocumentUnpacker.Failure) {
            _ = try DocumentUnpacker.unpack(packed, sizeLimit: sizeLimit)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func whatIsPackedIsUnpacked() throws {
        for documents in [[], [[]], Self.documents, Self.documents + Self.documents] {
            let same = try DocumentUnpacker.unpack(DocumentPacker.pack(documents)) == documents
            #expect(same, "\(documents.count) documents")
        }
    }

    @Test func documentsThatAreAlikeTakeLittle() {
        let shared = (0..<18_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let documents = (0..<200).map { shared + Array("policy \($0)".utf8) }
        #expect(DocumentPacker.pack(documents).count * 20 < documents.reduce(0) { $0 + $1.count })
    }

    @Test func whatIsCutShortIsRefused() {
        let packed = DocumentPacker.pack(Self.documents)
        for count in packed.indices {
            #expect(failure(Array(packed.prefix(count))) == "the stream is cut short", "\(count) bytes")
        }
    }

    /// A stream can say the same in other bits.
    @Test func whatIsDamagedIsNotTakenForOtherDocuments() {
        let packed = DocumentPacker.pack(Self.documents)
        var refused = 0
        for index in packed.indices {
            for bit in 0..<8 as Range<UInt8> {
                var damaged = packed
                damaged[index] ^= 1 << bit
                guard let documents = try? DocumentUnpacker.unpack(damaged) else {
                    refused += 1
                    continue
                }
                let same = documents == Self.documents
                #expect(same, "bit \(bit) of byte \(index)")
            }
        }
        #expect(refused > 100)
    }

    @Test func nothingFollowsTheStream() {
        let packed = DocumentPacker.pack(Self.documents)
        #expect(failure(packed + [0]) == "bytes follow the end of the stream")
        #expect(failure(packed + packed) == "bytes follow the end of the stream")
    }

    /// By Python's gzip: a length without its document, two bytes of one, one byte more than a document may have.
    @Test(arguments: [
        ("H4sIAAAAAAACA2NgYGABAAUbKSYEAAAA", "the last document is cut short"),
        ("H4sIAAAAAAACA2NgAAD/EtlBAgAAAA==", "the last document is cut short"),
        ("H4sIAAAAAAACA2NkYGAEAO+I/+4EAAAA", "a document is larger than 16777216 bytes"),
    ])
    func lengthsAreThoseOfDocuments(base64: String, message: String) throws {
        #expect(failure(try #require(Base64.decode(base64.utf8))) == message)
    }

    @Test func allDocumentsTogetherAreBounded() throws {
        let packed = DocumentPacker.pack(Self.documents)
        let size = Self.documents.reduce(0) { $0 + $1.count + 4 } + 4
        #expect(failure(packed, sizeLimit: size) == nil)
        #expect(failure(packed, sizeLimit: 100_000) == "the documents are larger than is allowed together")
    }
}

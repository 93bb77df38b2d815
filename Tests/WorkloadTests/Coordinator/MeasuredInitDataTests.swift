// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import InitDataFormat
import TestSupport
import Testing

@testable import Workload

@Suite struct MeasuredInitDataTests {
    private static let document = InitData(data: ["a": "b"]).document
    private static let hostData = SHA256.digest(document)

    @Test func onlyTheMeasuredDocumentCounts() {
        #expect(MeasuredInitData(document: Self.document, hostData: Self.hostData)?.initData.data == ["a": "b"])
        #expect(MeasuredInitData(document: Self.document + [0x0A], hostData: Self.hostData) == nil)
        #expect(MeasuredInitData(document: Self.document, hostData: []) == nil)
        #expect(MeasuredInitData(document: Self.document, hostData: Array(Self.hostData.reversed())) == nil)
        let text = Array("no initdata".utf8)
        #expect(MeasuredInitData(document: text, hostData: SHA256.digest(text)) == nil)
    }

    @Test func digestsAreCutAndFilled() {
        // TDX has 48 bytes.
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(MeasuredInitData(document: Self.document, hostData: Self.hostData + zeros) != nil)
        #expect(MeasuredInitData(document: Self.document, hostData: Self.hostData + zeros.dropLast() + [1]) == nil)
        let long = InitData(algorithm: .sha512, data: [:]).document
        #expect(MeasuredInitData(document: long, hostData: Array(SHA512.digest(long).prefix(48))) != nil)
        #expect(MeasuredInitData(document: long, hostData: Array(SHA512.digest(long).prefix(32))) != nil)
    }

    /// `printf 'version = "0.1.0"\nalgorithm = "sha256"\n\n[data]\na = '"'b'"'\n' | gzip -9n`, behind the device's header.
    private static var image: [UInt8] {
        let gzip =
            Base64.decode(
                Array(
                    "H4sIAAAAAAACAytLLSrOzM9TsFVQMtAz1DNQ4krMSc8vyizJyAWJFWckGpmaKXFxRackliTGciUCBdWT1LkAdXnFVTcAAAA="
                        .utf8)) ?? []
        return Array("initdata".utf8) + [UInt8(gzip.count), 0, 0, 0, 0, 0, 0, 0] + gzip
            + [UInt8](repeating: 0, count: 512 - 16 - gzip.count)
    }

    @Test func devicesAreRead() throws {
        #expect(try InitDataImage.document(in: Self.image) == Self.document)
        var long = Self.image
        long[15] = 0xFF
        #expect(throws: InitDataError("the initdata is longer than its device")) {
            try InitDataImage.document(in: long)
        }
        for count in [0, 8, 15] {
            #expect(throws: InitDataError("the device holds no initdata")) {
                try InitDataImage.document(in: Array(Self.image.prefix(count)))
            }
        }
        #expect(throws: InitDataError.self) { try InitDataImage.document(in: Array(Self.image.prefix(60))) }
    }

    @Test func documentsAreFoundWhereGuestsHaveThem() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let search = InitDataSearch(root: directory.path)
        #expect(search.find(hostData: Self.hostData) == nil)

        // Another disk, one with other initdata, and one that is not a disk's name.
        try Files.write([UInt8](repeating: 1, count: 4096), to: directory.path + "/dev/vda")
        try Files.write(Array("initdata".utf8) + [0xFF], to: directory.path + "/dev/vdb")
        try Files.write(Self.image, to: directory.path + "/dev/zero")
        #expect(search.find(hostData: Self.hostData) == nil)
        try Files.write(Self.image, to: directory.path + "/dev/vdc")
        #expect(search.find(hostData: Self.hostData)?.initData.data == ["a": "b"])
        #expect(search.find(hostData: Self.hostData.reversed()) == nil)

        Files.remove(directory.path + "/dev")
        try Files.write(Self.document, to: directory.path + InitDataSearch.agentPath)
        #expect(search.find(hostData: Self.hostData) != nil)
        try Files.write(Self.document + [0x0A], to: directory.path + InitDataSearch.agentPath)
        #expect(search.find(hostData: Self.hostData) == nil)

        try Files.write(Self.document, to: directory.path + "/given")
        #expect(InitDataSearch(root: directory.path, paths: ["/given"]).find(hostData: Self.hostData) != nil)
    }
}

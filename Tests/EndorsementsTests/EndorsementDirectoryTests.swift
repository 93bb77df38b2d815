// SPDX-License-Identifier: Apache-2.0

import Endorsements
import Foundation
import Testing

struct EndorsementDirectoryTests {
    private let directory = TemporaryDirectory()
    private var store: EndorsementDirectory { EndorsementDirectory("\(directory.path)/a/b") }
    private let answer = EndorsementAnswer(body: [0, 10, 255], issuerChain: Array("PEM\n\n".utf8))

    private func file() throws -> String {
        let folder = "\(directory.path)/a/b"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return "\(folder)/\(try #require(names.first))"
    }

    @Test func givesBackWhatWasKept() throws {
        #expect(store.read(.fixed) == nil)
        store.write(answer, for: .fixed)
        #expect(store.read(.fixed) == answer)
        #expect(store.read(.changing) == nil)
        store.write(EndorsementAnswer(body: []), for: .fixed)
        #expect(store.read(.fixed) == EndorsementAnswer(body: []))
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/a/b")
        #expect(names.count == 1)
    }

    @Test func everyChangeOfAFileIsNoticed() throws {
        store.write(answer, for: .fixed)
        let path = try file()
        let bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            try Data(changed).write(to: URL(filePath: path))
            #expect(store.read(.fixed) == nil, "byte \(index)")
        }
        for count in 0..<bytes.count {
            try Data(bytes.prefix(count)).write(to: URL(filePath: path))
            #expect(store.read(.fixed) == nil, "\(count) bytes")
        }
        try Data(bytes).write(to: URL(filePath: path))
        #expect(store.read(.fixed) == answer)
    }

    @Test func aFileOfAnotherAddressIsNotTaken() throws {
        store.write(answer, for: .fixed)
        let old = try file()
        store.write(answer, for: .changing)
        let folder = "\(directory.path)/a/b"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where "\(folder)/\(name)" != old {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            try FileManager.default.copyItem(atPath: old, toPath: "\(folder)/\(name)")
        }
        #expect(store.read(.changing) == nil)
    }

    @Test func aFileThatIsTooLargeIsNotRead() throws {
        store.write(EndorsementAnswer(body: [UInt8](repeating: 0, count: 200_000)), for: .fixed)
        #expect(store.read(.fixed) == nil)
    }

    @Test func nothingHappensWhereNothingCanBeWritten() throws {
        try Data().write(to: URL(filePath: directory.path))
        store.write(answer, for: .fixed)
        #expect(store.read(.fixed) == nil)
    }

    @Test func manyWritersLeaveAWholeFile() async throws {
        let store = store
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let answer = EndorsementAnswer(body: [UInt8](repeating: UInt8(number), count: 900))
                    for _ in 0..<20 {
                        store.write(answer, for: .fixed)
                        // A reader sees one answer in full, never parts of two.
                        let body = store.read(.fixed)?.body
                        #expect(body?.count == 900)
                        #expect(Set(body ?? []).count == 1)
                    }
                }
            }
        }
    }
}

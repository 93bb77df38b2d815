// SPDX-License-Identifier: Apache-2.0

import Digests
import IR
import Measurement
import Testing

/// An event log made by the tests.
struct TestEventLog {
    struct Record {
        var register: UInt32
        var type: UInt32 = 0x8000_0007
        var digests: [(algorithm: UInt16, bytes: [UInt8])]
        var data: [UInt8]

        init(_ register: UInt32, _ text: String) {
            self.register = register
            data = Array(text.utf8)
            digests = [(0x0C, SHA384.digest(data))]
        }

        var bytes: [UInt8] {
            words(register, type, UInt32(digests.count)) + digests.flatMap { le($0.algorithm) + $0.bytes }
                + words(UInt32(data.count)) + data
        }
    }

    var signature = "Spec ID Event03\0"
    var algorithms: [(id: UInt16, size: UInt16)] = [(0x0C, 48)]
    var vendor: [UInt8] = [1, 2]
    var records = [Record(1, "first"), Record(2, "second"), Record(1, "third"), Record(4, "last")]
    var padding = [UInt8](repeating: 0xFF, count: 100)

    var header: [UInt8] {
        let event =
            Array(signature.utf8) + words(0) + [0, 2, 0, 2] + words(UInt32(algorithms.count))
            + algorithms.flatMap { le($0.id) + le($0.size) } + [UInt8(vendor.count)] + vendor
        return words(1, 3) + [UInt8](repeating: 0, count: 20) + words(UInt32(event.count)) + event
    }

    var bytes: [UInt8] { header + records.flatMap(\.bytes) + padding }
}

@Suite struct EventLogTests {
    private func error(_ change: (inout TestEventLog) -> Void) -> EventLogError? {
        var log = TestEventLog()
        change(&log)
        let bytes = log.bytes
        return #expect(throws: EventLogError.self) { _ = try EventLog(bytes) }
    }

    @Test func replaysEventsIntoRegisters() throws {
        let log = try EventLog(TestEventLog().bytes)
        #expect(log.events.map(\.register) == [0, 1, 0, 3])
        #expect(log.events[1].data == Array("second".utf8))
        let zero = [UInt8](repeating: 0, count: 48)
        let digests = ["first", "second", "third", "last"].map { SHA384.digest(Array($0.utf8)) }
        let first = SHA384.digest(SHA384.digest(zero + digests[0]) + digests[2])
        #expect(
            log.registers.map(\.bytes)
                == [first, SHA384.digest(zero + digests[1]), zero, SHA384.digest(zero + digests[3])])
    }

    @Test(arguments: [[], [UInt8](repeating: 0, count: 4096), [UInt8](repeating: 0xFF, count: 8)])
    func endsAtPaddingOrTheEndOfTheFile(_ padding: [UInt8]) throws {
        var log = TestEventLog()
        log.padding = padding
        #expect(try EventLog(log.bytes).events.count == 4)
    }

    @Test func skipsWhatIsNotMeasured() throws {
        var log = TestEventLog()
        log.records[0].type = 3
        log.records[1].register = 0
        let read = try EventLog(log.bytes)
        #expect(read.events.map(\.register) == [nil, 0, 3])
        #expect(read.registers[1] == MeasurementRegister())
    }

    @Test func picksSHA384AmongSeveralDigests() throws {
        var log = TestEventLog()
        log.algorithms = [(0x0B, 32), (0x0C, 48)]
        let plain = log.records[0].digests[0]
        log.records[0].digests = [(0x0B, [UInt8](repeating: 7, count: 32)), plain]
        #expect(try EventLog(log.bytes).events[0].digest == plain.bytes)
    }

    @Test func refusesLogsWithoutHeader() {
        #expect(throws: EventLogError.truncated(offset: 0)) { try EventLog([]) }
        #expect(throws: EventLogError.size(16 << 20 + 1)) {
            try EventLog([UInt8](repeating: 0, count: 16 << 20 + 1))
        }
        #expect(throws: EventLogError.noHeader) { try EventLog([UInt8](repeating: 0, count: 100)) }
        #expect(error { $0.signature = "Spec ID Event02\0" } == .noHeader)
        #expect(error { $0.algorithms = [(0x0C, 48), (0x0C, 48)] } == .noHeader)
        #expect(error { $0.algorithms = [(0x0B, 32)] } == .noSHA384)
        #expect(error { $0.algorithms = [(0x0C, 32)] } == .noSHA384)
        #expect(error { $0.algorithms = (0..<9).map { ($0, 1) } } == .algorithmCount(9))
        var bytes = TestEventLog().bytes
        bytes[28] += 1
        #expect(throws: EventLogError.noHeader) { try EventLog(bytes) }
    }

    @Test func refusesRegistersThatATDDoesNotHave() {
        let start = TestEventLog().header.count
        #expect(error { $0.records[0].register = 5 } == .register(5, offset: start))
        #expect(error { $0.records[0].register = .max } == .register(.max, offset: start))
        #expect(
            error {
                $0.records[0].register = 0
                $0.records[0].type = 0
            } == .register(0, offset: start))
    }

    @Test func refusesOtherDigestsThanAnnounced() {
        let start = TestEventLog().header.count
        let digest = [UInt8](repeating: 0, count: 48)
        #expect(error { $0.records[0].digests = [] } == .digests(offset: start))
        #expect(error { $0.records[0].digests = [(0x0B, digest)] } == .digests(offset: start))
        #expect(error { $0.records[0].digests += [(0x0C, digest)] } == .digests(offset: start))
    }

    @Test func refusesTruncatedLogs() {
        var log = TestEventLog()
        log.padding = []
        let bytes = log.bytes
        var ends = [log.header.count]
        for record in log.records { ends.append(ends[ends.count - 1] + record.bytes.count) }
        for count in 0..<bytes.count where !ends.contains(count) {
            #expect(throws: EventLogError.self) { try EventLog(Array(bytes.prefix(count))) }
        }
        for count in ends { #expect(throws: Never.self) { try EventLog(Array(bytes.prefix(count))) } }
    }

    @Test(.enabled(if: TestData.isThere, "CONTRAST_TEST_DATA is not set"))
    func replayMatchesTheQuoteOfTheSameMachine() throws {
        let log = try EventLog(TestData.bytes("tdx/ccel-google-cos/ccel_data.bin"))
        #expect((0..<4).map { index in log.events.count { $0.register == index } } == [16, 7, 20, 0])
        let quote = try TestData.bytes("tdx/ccel-google-cos/quote.bin")
        for (index, register) in log.registers.enumerated() {
            // After the header of 48 bytes, the body of version 4 has RTMR 0 at offset 328.
            let start = 48 + 328 + 48 * index
            #expect(register.bytes == Array(quote[start..<start + 48]), "RTMR \(index)")
        }
    }
}

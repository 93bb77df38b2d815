// SPDX-License-Identifier: Apache-2.0

/// What firmware and boot loaders noted of each measurement they made: the content of the memory that the ACPI table
/// CCEL points to, a TCG event log (PC Client Platform Firmware Profile, 10.2) that counts registers as a TD does.
package struct EventLog: Sendable {
    /// Bytes of a log.
    static let sizes = 0...16 << 20
    /// Hash algorithms that a log may have digests of.
    static let algorithmLimit = 8

    /// Events that are measured, in their order.
    package let events: [Event]

    package struct Event: Sendable, Equatable {
        /// Index of the RTMR that was extended; `nil` for MRTD, which no event extends.
        package var register: Int?
        /// `EV_…` of the specification.
        package var type: UInt32
        /// SHA-384.
        package var digest: [UInt8]
        /// What the event says of itself, e.g. a name or a command line.
        package var data: [UInt8]
    }

    private static let noAction: UInt32 = 3
    private static let sha384: UInt16 = 0x0C

    package init(_ bytes: [UInt8]) throws(EventLogError) {
        guard Self.sizes.contains(bytes.count) else { throw .size(bytes.count) }
        var reader = Reader(bytes: bytes)
        let algorithms = try reader.header()
        var events: [Event] = []
        while let event = try reader.event(algorithms) {
            if event.type != Self.noAction { events.append(event) }
        }
        self.events = events
    }

    /// The registers after all events.
    package var registers: [MeasurementRegister] {
        var registers = [MeasurementRegister](repeating: MeasurementRegister(), count: MeasurementRegister.count)
        for event in events {
            if let register = event.register { registers[register].extend(event.digest) }
        }
        return registers
    }

    /// Reads records from start to end.
    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func number<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type) throws(EventLogError)
            -> Value
        {
            guard let value = bytes.load(type, at: position) else { throw .truncated(offset: position) }
            position += Value.bitWidth / 8
            return value
        }

        mutating func take(_ count: Int) throws(EventLogError) -> ArraySlice<UInt8> {
            guard let taken = bytes.bytes(at: position, count: count) else { throw .truncated(offset: position) }
            position += count
            return taken
        }

        /// The first record, in the form that logs had before they could have several digests.
        ///
        /// - Returns: hash algorithms of the digests with their sizes.
        mutating func header() throws(EventLogError) -> [UInt16: Int] {
            _ = try number(UInt32.self)
            guard try number(UInt32.self) == noAction else { throw .noHeader }
            _ = try take(20)
            let end = try Int(number(UInt32.self)) + position
            guard try take(16).elementsEqual("Spec ID Event03\0".utf8) else { throw .noHeader }
            _ = try take(8)
            let count = try number(UInt32.self)
            guard count <= algorithmLimit else { throw .algorithmCount(count) }
            var sizes: [UInt16: Int] = [:]
            for _ in 0..<count {
                let algorithm = try number(UInt16.self)
                let size = try Int(number(UInt16.self))
                guard sizes.updateValue(size, forKey: algorithm) == nil else { throw .noHeader }
            }
            guard sizes[sha384] == MeasurementRegister.size else { throw .noSHA384 }
            _ = try take(Int(number(UInt8.self)))
            guard position == end else { throw .noHeader }
            return sizes
        }

        /// The next record; `nil` at the end of the log, which is that of the file, or where padding starts.
        mutating func event(_ algorithms: [UInt16: Int]) throws(EventLogError) -> Event? {
            guard position < bytes.count else { return nil }
            let start = position
            let register = try number(UInt32.self)
            let type = try number(UInt32.self)
            if register == .max || (register == 0 && type == 0) {
                let padding = bytes[start]
                guard bytes[start...].allSatisfy({ $0 == padding }) else { throw .register(register, offset: start) }
                return nil
            }
            guard register <= MeasurementRegister.count else { throw .register(register, offset: start) }
            let count = try number(UInt32.self)
            guard count <= algorithms.count else { throw .digests(offset: start) }
            var digests: [UInt16: ArraySlice<UInt8>] = [:]
            for _ in 0..<count {
                let algorithm = try number(UInt16.self)
                guard let size = algorithms[algorithm], digests[algorithm] == nil else {
                    throw .digests(offset: start)
                }
                digests[algorithm] = try take(size)
            }
            guard let digest = digests[sha384] else { throw .digests(offset: start) }
            let data = try take(Int(number(UInt32.self)))
            return Event(
                register: register == 0 ? nil : Int(register) - 1, type: type, digest: Array(digest),
                data: Array(data))
        }
    }
}

/// Why a file is no event log.
package enum EventLogError: Error, Sendable, Equatable {
    /// In bytes.
    case size(Int)
    /// The first record does not say that this is a log with digests of several algorithms.
    case noHeader
    case algorithmCount(UInt32)
    case noSHA384
    case truncated(offset: Int)
    /// An index that is none of MRTD and the RTMRs.
    case register(UInt32, offset: Int)
    /// The digests of a record are not one for each algorithm at most, SHA-384 among them.
    case digests(offset: Int)
}

extension EventLogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .size(let size): "the event log has \(size) bytes, expected at most \(EventLog.sizes.upperBound)"
        case .noHeader: "the file is no event log: it does not start with the record 'Spec ID Event03'"
        case .algorithmCount(let count):
            "the event log names \(count) hash algorithms, expected at most \(EventLog.algorithmLimit)"
        case .noSHA384: "the event log has no SHA-384 digests, which the registers of a TD are made of"
        case .truncated(let offset): "the event log ends within the record at offset \(offset)"
        case .register(let index, let offset):
            "the record at offset \(offset) names register \(index), expected 0 to \(MeasurementRegister.count)"
        case .digests(let offset): "the record at offset \(offset) has other digests than the log announces"
        }
    }
}

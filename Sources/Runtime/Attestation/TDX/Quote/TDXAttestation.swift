// SPDX-License-Identifier: Apache-2.0

/// A quote as attestation documents carry it: the message `tdx.QuoteV4` of go-tdx-guest, behind which Contrast puts the
/// collateral that the host had.
package struct TDXAttestation: Sendable, Equatable {
    package var quote: TDXQuote
    /// Bytes behind the quote proper; quoting services fill up with zeros.
    package var extraBytes: [UInt8]
    /// Collateral in whatever form the host's quoting service gave it; nothing here reads it.
    package var hostCollateral: [[UInt8]]

    package init(quote: TDXQuote, extraBytes: [UInt8] = [], hostCollateral: [[UInt8]] = []) {
        self.quote = quote
        self.extraBytes = extraBytes
        self.hostCollateral = hostCollateral
    }

    /// Of the list of extensions in the trailer; no field of `tdx.QuoteV4` has it.
    private static let extensionsField: UInt32 = 65535
    /// A host's collateral has some 30 KiB.
    private static let extensionLimit = 16
    package static let sizeLimit = 4 << 20
}

extension TDXAttestation {
    /// Reads a message. It must hold every field that a quote has, none of them twice, and the sizes and types that are
    /// stated in it must be those of a quote. Unknown fields are skipped.
    ///
    /// - Throws: `ProtobufError`, or what `TDXQuote.init(bytes:)` throws.
    package init(protobuf: [UInt8]) throws {
        guard protobuf.count <= Self.sizeLimit else { throw TDXQuoteError.tooLarge(protobuf.count) }
        let message = try QuoteMessage(ProtobufReader(protobuf), repeated: Self.extensionsField)
        let version = try message.message(1).integer(1, as: UInt16.self)
        // The message has no place for the type and size of a body.
        guard version == 4 else { throw TDXQuoteError.unsupportedVersion(version) }
        extraBytes = try message.bytes(5)
        quote = try TDXQuote(bytes: try Self.quoteBytes(message) + extraBytes)
        guard message.repetitions.count <= Self.extensionLimit else {
            throw ProtobufError.value(field: Self.extensionsField)
        }
        hostCollateral = []
        for item in message.repetitions { hostCollateral.append(try QuoteMessage(item.message()).bytes(1)) }
    }

    /// The quote that the message's fields make up.
    private static func quoteBytes(_ message: QuoteMessage) throws(ProtobufError) -> [UInt8] {
        let header = try message.message(1)
        var bytes = try [UInt8](littleEndian: header.integer(1, as: UInt16.self))
        bytes += try [UInt8](littleEndian: header.integer(2, as: UInt16.self))
        bytes += try [UInt8](littleEndian: header.integer(3, as: UInt32.self))
        for (field, count) in headerFields { bytes += try header.bytes(field, count: count) }
        let body = try message.message(2, repeated: rtmrField)
        for (field, count) in bodyFields { bytes += try body.bytes(field, count: count) }
        guard body.repetitions.count == 4 else { throw .value(field: rtmrField) }
        for register in body.repetitions { bytes += try register.bytes(count: 48) }
        bytes += try body.bytes(12, count: 64)
        bytes += try [UInt8](littleEndian: message.integer(3, as: UInt32.self))
        return try bytes + signatureData(message.message(4))
    }

    private static func signatureData(_ message: QuoteMessage) throws(ProtobufError) -> [UInt8] {
        let certification = try message.message(3)
        let certified = try certification.message(3)
        let report = try certified.message(1)
        let authentication = try certified.message(3)
        let chain = try certified.message(4)
        var bytes = try message.bytes(1, count: 64) + message.bytes(2, count: 64)
        bytes += try certification.typeAndSize()
        for (field, count) in qeReportFields {
            switch field {
            case 2: bytes += try [UInt8](littleEndian: report.integer(field, as: UInt32.self))
            case 9, 10: bytes += try [UInt8](littleEndian: report.integer(field, as: UInt16.self))
            default: bytes += try report.bytes(field, count: count)
            }
        }
        bytes += try certified.bytes(2, count: 64)
        bytes += try [UInt8](littleEndian: authentication.integer(1, as: UInt16.self)) + authentication.bytes(2)
        return try bytes + chain.typeAndSize() + chain.bytes(3)
    }

    /// The message that `init(protobuf:)` reads; `nil` for a quote of version 5, which it has no place for.
    package var protobuf: [UInt8]? {
        guard quote.header.version == 4 else { return nil }
        var writer = ProtobufWriter()
        writer.message(1) { header in
            header.integer(1, quote.header.version)
            header.integer(2, quote.header.attestationKeyType)
            header.integer(3, quote.header.teeType)
            header.fields(Self.headerFields, of: quote.header.bytes, from: 8)
        }
        writer.message(2) { body in
            body.fields(Self.bodyFields, of: quote.report.bytes, from: 0)
            for register in quote.report.rtmrs { body.bytes(Self.rtmrField, register) }
            body.bytes(12, quote.report.reportData)
        }
        let sizes = quote.signatureData.sizes
        writer.integer(3, UInt32(truncatingIfNeeded: sizes.data))
        writer.message(4) { Self.write(quote.signatureData, sizes, into: &$0) }
        writer.bytes(5, extraBytes)
        for collateral in hostCollateral { writer.message(Self.extensionsField) { $0.bytes(1, collateral) } }
        return writer.bytes
    }

    private static func write(
        _ data: TDXQuote.SignatureData, _ sizes: (data: Int, certified: Int), into writer: inout ProtobufWriter
    ) {
        writer.bytes(1, data.signature)
        writer.bytes(2, data.attestationKey)
        writer.message(3) { certification in
            certification.integer(1, TDXQuote.qeReportCertification)
            certification.integer(2, UInt32(truncatingIfNeeded: sizes.certified))
            certification.message(3) { certified in
                certified.message(1) { report in
                    var offset = 0
                    for (field, count) in qeReportFields {
                        switch field {
                        case 2: report.integer(field, data.qeReport.miscSelect)
                        case 9: report.integer(field, data.qeReport.isvProdID)
                        case 10: report.integer(field, data.qeReport.isvSVN)
                        default: report.bytes(field, data.qeReport.bytes[offset..<offset + count])
                        }
                        offset += count
                    }
                }
                certified.bytes(2, data.qeReportSignature)
                certified.message(3) { authentication in
                    authentication.integer(1, UInt32(truncatingIfNeeded: data.authenticationData.count))
                    authentication.bytes(2, data.authenticationData)
                }
                certified.message(4) { chain in
                    chain.integer(1, TDXQuote.pckCertificateChain)
                    chain.integer(2, UInt32(truncatingIfNeeded: data.certificateChain.count))
                    chain.bytes(3, data.certificateChain)
                }
            }
        }
    }

    // Numbers of fields and sizes in bytes, in the order of the quote.
    private static let headerFields: [(UInt32, Int)] = [(4, 2), (5, 2), (6, 16), (7, 20)]
    private static let bodyFields: [(UInt32, Int)] = [
        (1, 16), (2, 48), (3, 48), (4, 8), (5, 8), (6, 8), (7, 48), (8, 48), (9, 48), (10, 48),
    ]
    private static let rtmrField: UInt32 = 11
    private static let qeReportFields: [(UInt32, Int)] = [
        (1, 16), (2, 4), (3, 28), (4, 16), (5, 32), (6, 32), (7, 32), (8, 96), (9, 2), (10, 2), (11, 60), (12, 64),
    ]
}

/// The fields of one message, none of them twice but one that may be repeated.
private struct QuoteMessage {
    private var fields: [UInt32: ProtobufReader.Field] = [:]
    private(set) var repetitions: [ProtobufReader.Field] = []

    init(_ reader: ProtobufReader, repeated: UInt32? = nil) throws(ProtobufError) {
        var reader = reader
        while let field = try reader.next() {
            if field.number == repeated {
                repetitions.append(field)
            } else if fields.updateValue(field, forKey: field.number) != nil {
                throw .value(field: field.number)
            }
        }
    }

    /// Zero when the field is missing, as proto3 has it.
    func integer<Integer: FixedWidthInteger & UnsignedInteger>(
        _ number: UInt32, as type: Integer.Type
    ) throws(ProtobufError) -> Integer {
        try fields[number]?.integer() ?? 0
    }

    /// Empty when the field is missing.
    func bytes(_ number: UInt32) throws(ProtobufError) -> [UInt8] { try fields[number]?.bytes() ?? [] }

    func bytes(_ number: UInt32, count: Int) throws(ProtobufError) -> [UInt8] {
        guard let field = fields[number] else { throw .value(field: number) }
        return try field.bytes(count: count)
    }

    func message(_ number: UInt32, repeated: UInt32? = nil) throws(ProtobufError) -> QuoteMessage {
        guard let field = fields[number] else { throw .value(field: number) }
        return try QuoteMessage(field.message(), repeated: repeated)
    }

    /// The head of certification data, fields 1 and 2.
    func typeAndSize() throws(ProtobufError) -> [UInt8] {
        try [UInt8](littleEndian: integer(1, as: UInt16.self)) + [UInt8](littleEndian: integer(2, as: UInt32.self))
    }
}

extension ProtobufWriter {
    /// Consecutive fields of bytes.
    fileprivate mutating func fields(_ list: [(UInt32, Int)], of bytes: [UInt8], from start: Int) {
        var offset = start
        for (field, count) in list {
            self.bytes(field, bytes[offset..<offset + count])
            offset += count
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

extension TDXQuote {
    /// A larger input is no quote: real ones have about 5 KiB, buffers of the kernel up to 16.
    package static let sizeLimit = 64 << 10

    /// Certification data: the quoting enclave's report and what certifies it.
    static let qeReportCertification: UInt16 = 6
    /// Certification data: a chain of certificates in PEM.
    static let pckCertificateChain: UInt16 = 5

    /// Reads a quote. Sizes must nest exactly; after the quote only zeros may follow, with which quoting services fill
    /// their buffers.
    ///
    /// - Throws: `TDXQuoteError`, or `ByteReaderError` where a field does not fit.
    package init(bytes: [UInt8]) throws {
        guard bytes.count <= Self.sizeLimit else { throw TDXQuoteError.tooLarge(bytes.count) }
        var reader = ByteReader(bytes)
        header = Header(bytes: try reader.bytes(Header.size, "header"))
        try header.check()
        report = try TDReport(
            version: header.version == Self.versionWithBodyType ? Self.bodyVersion(&reader) : .v1_0, from: &reader)
        var data = try reader.sized("signature data")
        signatureData = try SignatureData(from: &data)
        try data.end()
        let end = reader.offset
        if let index = reader.rest().firstIndex(where: { $0 != 0 }) {
            throw TDXQuoteError.trailingBytes(offset: end + index)
        }
    }

    /// The quote as a quoting service makes it, without zeros after it.
    package var bytes: [UInt8] {
        signedBytes + [UInt8](littleEndian: UInt32(truncatingIfNeeded: signatureData.bytes.count)) + signatureData.bytes
    }

    private static func bodyVersion(_ reader: inout ByteReader) throws -> TDReport.Version {
        let type = try reader.littleEndian("body type", as: UInt16.self)
        let size = try reader.littleEndian("body size", as: UInt32.self)
        guard let version = TDReport.Version.allCases.first(where: { $0.bodyType == type && $0.size == size }) else {
            throw TDXQuoteError.unsupportedBody(type: type, size: size)
        }
        return version
    }
}

extension TDXQuote.Header {
    fileprivate func check() throws(TDXQuoteError) {
        guard version == 4 || version == TDXQuote.versionWithBodyType else { throw .unsupportedVersion(version) }
        guard attestationKeyType == Self.ecdsaP256 else { throw .unsupportedAttestationKeyType(attestationKeyType) }
        guard teeType == Self.tdx else { throw .unsupportedTEEType(teeType) }
    }
}

extension TDXQuote.SignatureData {
    fileprivate init(from reader: inout ByteReader) throws {
        signature = try reader.bytes(64, "signature")
        attestationKey = try reader.bytes(64, "attestation key")
        var certification = try reader.certificationData(TDXQuote.qeReportCertification)
        qeReport = try SGXReport(from: &certification)
        qeReportSignature = try certification.bytes(64, "QE report signature")
        let size = try certification.littleEndian("authentication data size", as: UInt16.self)
        authenticationData = try certification.bytes(Int(size), "authentication data")
        var chain = try certification.certificationData(TDXQuote.pckCertificateChain)
        certificateChain = chain.rest()
        try certification.end()
    }

    fileprivate var bytes: [UInt8] {
        signature + attestationKey + Self.certificationData(TDXQuote.qeReportCertification, certified)
    }

    /// What certification data of type 6 holds.
    private var certified: [UInt8] {
        let size = UInt16(truncatingIfNeeded: authenticationData.count)
        return qeReport.bytes + qeReportSignature + [UInt8](littleEndian: size) + authenticationData
            + Self.certificationData(TDXQuote.pckCertificateChain, certificateChain)
    }

    /// The sizes that a quote states of all this and of what certification data of type 6 holds.
    var sizes: (data: Int, certified: Int) { (bytes.count, certified.count) }

    private static func certificationData(_ type: UInt16, _ content: [UInt8]) -> [UInt8] {
        [UInt8](littleEndian: type) + [UInt8](littleEndian: UInt32(truncatingIfNeeded: content.count)) + content
    }
}

extension ByteReader {
    /// What a 32-bit size in front of it encloses.
    fileprivate mutating func sized(_ field: String) throws(ByteReaderError) -> ByteReader {
        try part(Int(littleEndian("\(field) size", as: UInt32.self)), field)
    }

    fileprivate mutating func certificationData(_ expected: UInt16) throws -> ByteReader {
        let type = try littleEndian("certification data type", as: UInt16.self)
        guard type == expected else {
            throw TDXQuoteError.unsupportedCertificationData(type: type, expected: expected)
        }
        return try sized("certification data")
    }
}

extension [UInt8] {
    /// The bytes of an integer, the lowest first.
    init(littleEndian value: some FixedWidthInteger) {
        self = (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// The integer whose lowest byte is at the index; all its bytes must be there.
    func littleEndian<Value: FixedWidthInteger>(at index: Int) -> Value {
        self[index..<index + Value.bitWidth / 8].reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }
}

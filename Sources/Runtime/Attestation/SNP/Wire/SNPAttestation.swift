// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a `sevsnp.Attestation`.
package enum SNPAttestationError: Error, Sendable, Equatable {
    case protobuf(ProtobufError)
    /// The message holds no report.
    case noReport
    /// A certificate or CRL cannot be read; its field.
    case certificate(String, CertificateError)
}

extension SNPAttestationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .protobuf(let error): "it is not a sevsnp.Attestation message: \(error)"
        case .noReport: "the message holds no report"
        case .certificate(let field, let error): "\(field): \(error)"
        }
    }
}

/// A report and its endorsements as they go over the wire: the message `sevsnp.Attestation` of go-sev-guest, with the
/// CRL among the extras of the certificate chain.
package struct SNPAttestation: Sendable, Equatable {
    /// Key of the extra that holds the CRL in DER.
    package static let revocationListKey = "00569ee4-e480-4fba-bbf4-45b629901180"

    /// The report as the firmware made it.
    package var report: [UInt8]
    package var endorsements: SNPEndorsements

    package init(report: [UInt8], endorsements: SNPEndorsements = SNPEndorsements()) {
        self.report = report
        self.endorsements = endorsements
    }

    /// Reads the message; unknown fields are skipped, and a field that is there again replaces what was there.
    package init(protobuf bytes: [UInt8]) throws(SNPAttestationError) {
        var message = Message()
        do throws(ProtobufError) {
            try message.read(ProtobufReader(bytes))
        } catch {
            throw .protobuf(error)
        }
        guard let report = message.report else { throw .noReport }
        self.report = report.bytes
        endorsements = SNPEndorsements()
        endorsements.endorsementKey = try Self.certificate(
            message.vlek.isEmpty ? message.vcek : message.vlek, "endorsement key")
        endorsements.intermediate = try Self.certificate(message.ask, "ASK")
        endorsements.root = try Self.certificate(message.ark, "ARK")
        if let list = message.revocationList {
            do throws(CertificateError) {
                endorsements.revocationLists = [try RevocationList(der: list)]
            } catch {
                throw .certificate("CRL", error)
            }
        }
    }

    private static func certificate(_ der: [UInt8], _ field: String) throws(SNPAttestationError) -> Certificate? {
        if der.isEmpty { return nil }
        do throws(CertificateError) {
            return try Certificate(der: der)
        } catch {
            throw .certificate(field, error)
        }
    }

    /// The message, in the order of its fields.
    ///
    /// - Returns: `nil` when the report is none, since the message holds it field by field.
    package var protobuf: [UInt8]? {
        guard let report = try? SNPReport(report) else { return nil }
        var writer = ProtobufWriter()
        writer.message(1) { SNPReportTemplate(report).write(to: &$0) }
        writer.message(2) { chain in
            let key = endorsements.endorsementKey
            let isVLEK = key?.commonName == SNPEndorsementKey.vlekName
            if !isVLEK { chain.bytes(1, key?.der ?? []) }
            chain.bytes(2, endorsements.intermediate?.der ?? [])
            chain.bytes(3, endorsements.root?.der ?? [])
            if isVLEK { chain.bytes(5, key?.der ?? []) }
            for list in endorsements.revocationLists.prefix(1) {
                chain.message(7) { entry in
                    entry.bytes(1, Array(Self.revocationListKey.utf8))
                    entry.bytes(2, list.der)
                }
            }
        }
        let product = endorsements.endorsementKey.flatMap { try? SNPEndorsementKey($0) }?.product ?? report.product
        if let product {
            writer.message(3) { message in
                message.integer(1, UInt32([.milan, .genoa, .turin].firstIndex(of: product) ?? 0) + 1)
            }
        }
        return writer.bytes
    }
}

/// What the messages hold.
private struct Message {
    var report: SNPReportTemplate?
    var vcek: [UInt8] = []
    var ask: [UInt8] = []
    var ark: [UInt8] = []
    var vlek: [UInt8] = []
    var revocationList: [UInt8]?

    mutating func read(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        while let field = try reader.next() {
            switch field.number {
            case 1:
                var template = report ?? SNPReportTemplate()
                try template.read(field.message())
                report = template
            case 2: try readChain(field.message())
            default: break
            }
        }
    }

    private mutating func readChain(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        while let field = try reader.next() {
            switch field.number {
            case 1: vcek = try field.bytes()
            case 2: ask = try field.bytes()
            case 3: ark = try field.bytes()
            case 5: vlek = try field.bytes()
            case 7: try readExtra(field.message())
            default: break
            }
        }
    }

    /// One entry of a `map<string, bytes>`.
    private mutating func readExtra(_ reader: ProtobufReader) throws(ProtobufError) {
        var reader = reader
        var key: [UInt8] = []
        var value: [UInt8] = []
        while let field = try reader.next() {
            if field.number == 1 { key = try field.bytes() }
            if field.number == 2 { value = try field.bytes() }
        }
        if key == Array(SNPAttestation.revocationListKey.utf8) { revocationList = value }
    }
}

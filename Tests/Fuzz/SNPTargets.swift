// SPDX-License-Identifier: Apache-2.0

internal import Attestation

/// The parsers of SEV-SNP evidence and of certificates. They return for every input; a crash is a finding.
enum SNPTargets {
    /// A report as bytes or as a message. What is read is written as it was.
    static func report(_ bytes: [UInt8]) {
        if let report = try? SNPReport(bytes) {
            precondition(SNPReportTemplate(report).bytes == bytes, "the report is written otherwise than it was")
            _ = report.fields
            // Steppings of more than four bits have no place in the message.
            if report.cpuid.stepping < 16 { check(SNPAttestation(report: bytes)) }
        }
        if let attestation = try? SNPAttestation(protobuf: bytes), attestation.protobuf != nil { check(attestation) }
    }

    private static func check(_ attestation: SNPAttestation) {
        guard let message = attestation.protobuf else { preconditionFailure("a report has no message") }
        let again = try? SNPAttestation(protobuf: message)
        precondition(again?.report == attestation.report, "the message says something else")
    }

    /// Certificates, CRLs and their extensions.
    static func certificate(_ bytes: [UInt8]) {
        var endorsements = SNPEndorsements()
        if let file = try? PEMFile(bytes) { endorsements.add(file) }
        guard let certificate = endorsements.endorsementKey ?? endorsements.root ?? endorsements.intermediate else {
            return
        }
        precondition((try? Certificate(der: certificate.der)) == certificate, "the certificate reads as another")
        _ = try? SNPEndorsementKey(certificate)
        // No key of an attacker's leads to a root of AMD's.
        guard let anchor = SNPTrustAnchors.amd.products[.milan] else { return }
        let time = certificate.notBefore
        _ = try? CertificatePath.validate(
            [certificate], root: anchor.ark, algorithm: .rsaPSSWithSHA384, at: time)
        for list in endorsements.revocationLists {
            _ = try? list.check(certificate, issuer: anchor.ark, algorithm: .rsaPSSWithSHA384, at: time)
        }
    }

    /// The two encodings, and whatever may come from a file.
    static func encodings(_ bytes: [UInt8]) {
        var fields = ProtobufReader(bytes)
        while let field = try? fields.next() { _ = try? field.message() }
        var elements = DERReader(bytes)
        while let element = try? elements.element() {
            var inner = DERReader(element.content)
            _ = try? inner.objectIdentifier()
            _ = try? inner.unsigned(UInt64.self)
        }
        if let text = String(validating: bytes, as: UTF8.self), let time = Timestamp(text) {
            precondition(Timestamp(time.description) == time, "the time is printed as another")
        }
        if let evidence = try? Evidence(bytes) {
            var trace = Trace()
            let verifier = EvidenceVerifier(time: Timestamp(seconds: 1_767_225_600))
            let verified = try? verifier.verify(evidence, EndorsementFiles(), nil, trace: &trace)
            if case .snp = verified?.genuine { preconditionFailure("a report without a certificate is genuine") }
            precondition(verified != nil || !trace.failures.isEmpty, "a refusal has no reason")
        }
        var files = EndorsementFiles()
        if (try? files.add(bytes)) != nil { _ = try? files.tdx(roots: IntelRoot.certificates) }
    }
}

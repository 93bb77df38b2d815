// SPDX-License-Identifier: Apache-2.0

import Attestation
import IR
import SimulatedPlatform

/// Verifies simulated evidence again and again for as many seconds as the first argument says, on one thread, and prints
/// for each kind a line of its name, the number of verifications and the seconds of CPU.
@main
enum EvidenceBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        let seconds = arguments.count > 1 ? Int(arguments[1]) ?? 5 : 5
        let start = Timestamp(seconds: 1_700_000_000)
        let now = Timestamp(seconds: 1_750_000_000)
        let end = Timestamp(seconds: 1_800_000_000)

        let platform = try SimulatedSNPPlatform(.milan, notBefore: start, notAfter: end)
        let attestation = try platform.attest(
            as: SNPReferenceValues(trustedMeasurement: String(repeating: "11", count: 48)),
            hostData: [UInt8](repeating: 1, count: 32), reportData: [UInt8](repeating: 2, count: 64))
        guard let message = attestation.protobuf, let root = platform.endorsements.root else {
            throw NoEvidence()
        }
        let snp = EvidenceVerifier(time: now, snpAnchors: SNPTrustAnchors([.milan: .init(ark: root)]))
        // From the bytes on the wire, so that reading them counts too.
        try measure("SEV-SNP report", seconds) {
            try verify(try Evidence(message), EndorsementFiles(), snp)
        }

        let tdxPlatform = try SimulatedTDXPlatform(notBefore: start, notAfter: end)
        let quote = try tdxPlatform.quote(SimulatedTD())
        let collateral = try tdxPlatform.collateral().json
        let tdx = EvidenceVerifier(time: now, tdxRoots: [try Certificate(der: tdxPlatform.rootDER())])
        try measure("TDX quote", seconds) {
            var files = EndorsementFiles()
            try files.add(collateral)
            try verify(try Evidence(quote), files, tdx)
        }
    }

    private static func verify(_ evidence: Evidence, _ files: EndorsementFiles, _ verifier: EvidenceVerifier) throws {
        var trace = Trace()
        _ = try verifier.verify(evidence, files, nil, trace: &trace)
    }

    private static func measure(_ name: String, _ seconds: Int, _ work: () throws -> Void) throws {
        try work()
        var count = 0
        let start = processorSeconds()
        while processorSeconds() - start < Double(seconds) {
            try work()
            count += 1
        }
        print("\(name)\t\(count)\t\(processorSeconds() - start)")
    }
}

/// The simulated platform gave none.
private struct NoEvidence: Error {}

// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import IR

extension CertificateExtension {
    /// Prefix of what a mesh certificate says of the SEV-SNP report that it was issued for.
    private static let snpPrefix = "1.3.9901.2.1"

    /// The claims of a report, one extension each: numbers as INTEGER, flags as BOOLEAN, bytes as OCTET STRING.
    package static func claims(of genuine: GenuineSNPReport) -> [CertificateExtension] {
        let report = genuine.report
        let policy = GuestPolicy(abiValue: report.policy) ?? GuestPolicy()
        let platform = PlatformInfo(abiValue: report.platformInfo) ?? PlatformInfo()
        let version = { (version: SNPTCBVersion) in
            [version.bootloader, version.snp, version.tee, version.microcode].map { DERWriter.integer(UInt64($0)) }
        }
        let firmware = { (firmware: SNPReport.Firmware) in
            [firmware.build, firmware.minor, firmware.major].map { DERWriter.integer(UInt64($0)) }
        }
        var values: [[UInt8]] = [
            DERWriter.integer(UInt64(report.version)), DERWriter.integer(UInt64(report.guestSVN)),
            DERWriter.integer(UInt64(policy.abiMajor)), DERWriter.integer(UInt64(policy.abiMinor)),
            DERWriter.boolean(policy.debug), DERWriter.boolean(policy.migrateMA), DERWriter.boolean(policy.smt),
            DERWriter.boolean(policy.singleSocket), DERWriter.octetString(report.familyID),
            DERWriter.octetString(report.imageID), DERWriter.integer(UInt64(report.vmpl)),
        ]
        values += version(genuine.currentTCB)
        values += [
            DERWriter.boolean(platform.smtEnabled), DERWriter.boolean(platform.tsmeEnabled),
            DERWriter.boolean(report.hasAuthorKey), DERWriter.boolean(report.masksChipKey),
            DERWriter.integer(UInt64(report.signingKey.rawValue)), DERWriter.octetString(report.reportData),
            DERWriter.octetString(report.measurement), DERWriter.octetString(report.hostData),
            DERWriter.octetString(report.idKeyDigest), DERWriter.octetString(report.authorKeyDigest),
            DERWriter.octetString(report.reportID), DERWriter.octetString(report.migrationAgentReportID),
        ]
        values += version(genuine.reportedTCB)
        values += [DERWriter.octetString(report.chipID)]
        values += version(genuine.committedTCB)
        values += firmware(report.current) + firmware(report.committed)
        values += version(genuine.launchTCB)
        return values.enumerated().map { CertificateExtension("\(snpPrefix).\($0 + 1)", $1) }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// The fields of a report as they are put together to bytes (SEV-SNP ABI 1.58, table 23). Nothing is checked; fields of
/// another length than theirs are cut or filled with zeros.
package struct SNPReportTemplate: Sendable, Hashable {
    package var version: UInt32 = 0
    package var guestSVN: UInt32 = 0
    package var policy: UInt64 = 0
    package var familyID: [UInt8] = []
    package var imageID: [UInt8] = []
    package var vmpl: UInt32 = 0
    package var signatureAlgorithm: UInt32 = 0
    package var currentTCB: UInt64 = 0
    package var platformInfo: UInt64 = 0
    package var flags: UInt32 = 0
    package var reportData: [UInt8] = []
    package var measurement: [UInt8] = []
    package var hostData: [UInt8] = []
    package var idKeyDigest: [UInt8] = []
    package var authorKeyDigest: [UInt8] = []
    package var reportID: [UInt8] = []
    package var migrationAgentReportID: [UInt8] = []
    package var reportedTCB: UInt64 = 0
    /// Family, model and stepping.
    package var cpuid: [UInt8] = []
    package var chipID: [UInt8] = []
    package var committedTCB: UInt64 = 0
    /// Build, minor and major.
    package var current: [UInt8] = []
    package var committed: [UInt8] = []
    package var launchTCB: UInt64 = 0
    package var launchMitigations: UInt64 = 0
    package var currentMitigations: UInt64 = 0
    /// R and S, 72 bytes each, least significant first, and what follows them.
    package var signature: [UInt8] = []

    package init() {}

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ value: some FixedWidthInteger) {
            for shift in stride(from: 0, to: value.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        func add(_ field: [UInt8], _ count: Int) {
            bytes += field.prefix(count)
            bytes += [UInt8](repeating: 0, count: max(0, count - field.count))
        }
        add(version)
        add(guestSVN)
        add(policy)
        add(familyID, 16)
        add(imageID, 16)
        add(vmpl)
        add(signatureAlgorithm)
        add(currentTCB)
        add(platformInfo)
        add(flags)
        add([], 4)
        add(reportData, 64)
        add(measurement, 48)
        add(hostData, 32)
        add(idKeyDigest, 48)
        add(authorKeyDigest, 48)
        add(reportID, 32)
        add(migrationAgentReportID, 32)
        add(reportedTCB)
        add(cpuid, 3 + 21)
        add(chipID, 64)
        add(committedTCB)
        add(current, 4)
        add(committed, 4)
        add(launchTCB)
        add(launchMitigations)
        add(currentMitigations)
        add([], 152)
        add(signature, 512)
        return bytes
    }
}

extension SNPReportTemplate {
    /// The fields of a report, to be changed.
    package init(_ report: SNPReport) {
        version = report.version
        guestSVN = report.guestSVN
        policy = report.policy
        familyID = report.familyID
        imageID = report.imageID
        vmpl = report.vmpl
        signatureAlgorithm = report.signatureAlgorithm
        currentTCB = report.currentTCB
        platformInfo = report.platformInfo
        flags = report.flags
        reportData = report.reportData
        measurement = report.measurement
        hostData = report.hostData
        idKeyDigest = report.idKeyDigest
        authorKeyDigest = report.authorKeyDigest
        reportID = report.reportID
        migrationAgentReportID = report.migrationAgentReportID
        reportedTCB = report.reportedTCB
        cpuid = [report.cpuid.family, report.cpuid.model, report.cpuid.stepping]
        chipID = report.chipID
        committedTCB = report.committedTCB
        current = [report.current.build, report.current.minor, report.current.major]
        committed = [report.committed.build, report.committed.minor, report.committed.major]
        launchTCB = report.launchTCB
        launchMitigations = report.launchMitigations
        currentMitigations = report.currentMitigations
        signature = Array(report.bytes.suffix(512))
    }
}

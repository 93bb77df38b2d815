// SPDX-License-Identifier: Apache-2.0

package import Attestation

extension PCKExtension {
    /// The value of the extension as `init(der:)` reads it. Nothing is checked: wrong extensions can be made as well.
    package var der: [UInt8] {
        let tcb =
            componentSVNs.enumerated().map { Self.field("2.\($0 + 1)", DERWriter.integer(UInt64($1))) }
            + [
                Self.field("2.17", DERWriter.integer(UInt64(pceSVN))),
                Self.field("2.18", DERWriter.octetString(cpuSVN)),
            ]
        var fields = [
            Self.field("1", DERWriter.octetString(ppid)), Self.field("2", DERWriter.element(0x30, tcb.flatMap { $0 })),
            Self.field("3", DERWriter.octetString(pceID)), Self.field("4", DERWriter.octetString(fmspc)),
            Self.field("5", DERWriter.element(0x0A, [sgxType.rawValue])),
        ]
        if let platformInstanceID { fields.append(Self.field("6", DERWriter.octetString(platformInstanceID))) }
        if let configuration {
            let flags = [configuration.dynamicPlatform, configuration.cachedKeys, configuration.smtEnabled]
            let list = flags.enumerated().compactMap { index, flag in
                flag.map { Self.field("7.\(index + 1)", DERWriter.boolean($0)) }
            }
            fields.append(Self.field("7", DERWriter.element(0x30, list.flatMap { $0 })))
        }
        return DERWriter.element(0x30, fields.flatMap { $0 })
    }

    /// One pair of the extension.
    ///
    /// - Parameter number: below the extension's OID, dotted.
    package static func field(_ number: String, _ value: [UInt8]) -> [UInt8] {
        DERWriter.sequence(DERWriter.objectIdentifier("\(oid).\(number)"), value)
    }
}

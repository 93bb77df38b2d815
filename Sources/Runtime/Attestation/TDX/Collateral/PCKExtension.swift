// SPDX-License-Identifier: Apache-2.0

/// What Intel says of a platform in its PCK certificate (Intel SGX PCK Certificate and CRL Profile 1.5, section 1.3.5,
/// "Custom Intel SGX Extensions").
package struct PCKExtension: Sendable, Equatable {
    package static let oid = "1.2.840.113741.1.13.1"
    /// The arc of the extension in DER; its fields are below it.
    static let arc: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF8, 0x4D, 0x01, 0x0D, 0x01]

    /// 16 bytes.
    package var ppid: [UInt8]
    /// 16 security version numbers.
    package var componentSVNs: [UInt8]
    package var pceSVN: UInt16
    /// 16 bytes, the raw form of the component SVNs.
    package var cpuSVN: [UInt8]
    /// 2 bytes.
    package var pceID: [UInt8]
    /// 6 bytes: family, model, stepping, platform and custom SKU.
    package var fmspc: [UInt8]
    package var sgxType: SGXType
    /// 16 bytes; only certificates of the platform CA have it.
    package var platformInstanceID: [UInt8]?
    /// Only certificates of the platform CA have it.
    package var configuration: Configuration?

    package enum SGXType: UInt8, Sendable {
        case standard = 0
        case scalable = 1
        /// Memory is protected by cryptographic integrity too.
        case scalableWithIntegrity = 2
    }

    /// What is said of the platform; `nil` where nothing is.
    package struct Configuration: Sendable, Equatable {
        /// Whether packages may be added.
        package var dynamicPlatform: Bool?
        /// Whether Intel's registration service keeps the platform's root keys.
        package var cachedKeys: Bool?
        package var smtEnabled: Bool?

        package init(dynamicPlatform: Bool? = nil, cachedKeys: Bool? = nil, smtEnabled: Bool? = nil) {
            self.dynamicPlatform = dynamicPlatform
            self.cachedKeys = cachedKeys
            self.smtEnabled = smtEnabled
        }
    }

    package init(
        ppid: [UInt8], componentSVNs: [UInt8], pceSVN: UInt16, cpuSVN: [UInt8], pceID: [UInt8], fmspc: [UInt8],
        sgxType: SGXType, platformInstanceID: [UInt8]? = nil, configuration: Configuration? = nil
    ) {
        self.ppid = ppid
        self.componentSVNs = componentSVNs
        self.pceSVN = pceSVN
        self.cpuSVN = cpuSVN
        self.pceID = pceID
        self.fmspc = fmspc
        self.sgxType = sgxType
        self.platformInstanceID = platformInstanceID
        self.configuration = configuration
    }
}

/// Why the extension cannot be read.
package struct PCKExtensionError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case notDER
        case missing
        case duplicate
        case wrongValue
    }

    /// The field's name in Intel's profile.
    package var field: String
    package var reason: Reason

    package init(field: String, reason: Reason) {
        self.field = field
        self.reason = reason
    }

    package var description: String {
        switch reason {
        case .notDER: "\(field) of the PCK certificate is not in DER"
        case .missing: "the PCK certificate has no \(field)"
        case .duplicate: "the PCK certificate has \(field) twice"
        case .wrongValue: "\(field) of the PCK certificate has a wrong type, size or value"
        }
    }
}

extension PCKExtension {
    /// Reads the value of the extension. Fields of unknown number are skipped.
    package init(der: [UInt8]) throws(PCKExtensionError) {
        let fields = try PCKFields(DERReader(der), of: "SGX extension", below: Self.arc)
        ppid = try fields.octets(1, "PPID", count: 16)
        let tcb = try PCKFields(fields.value(2, "TCB"), of: "TCB", below: Self.arc + [2])
        componentSVNs = []
        for number in UInt8(1)...16 {
            componentSVNs.append(try tcb.integer(number, "SGX TCB Comp\(number) SVN"))
        }
        pceSVN = try tcb.integer(17, "PCESVN")
        cpuSVN = try tcb.octets(18, "CPUSVN", count: 16)
        pceID = try fields.octets(3, "PCE-ID", count: 2)
        fmspc = try fields.octets(4, "FMSPC", count: 6)
        let type = "SGX Type"
        guard let sgxType = SGXType(rawValue: try fields.integer(5, type, tag: DERReader.Tag.enumerated)) else {
            throw PCKExtensionError(field: type, reason: .wrongValue)
        }
        self.sgxType = sgxType
        if fields.has(6) { platformInstanceID = try fields.octets(6, "Platform Instance ID", count: 16) }
        if fields.has(7) {
            let name = "Configuration"
            let flags = try PCKFields(fields.value(7, name), of: name, below: Self.arc + [7])
            configuration = Configuration(
                dynamicPlatform: try flags.boolean(1, "Dynamic Platform"),
                cachedKeys: try flags.boolean(2, "Cached Keys"), smtEnabled: try flags.boolean(3, "SMT Enabled"))
        }
    }
}

/// A sequence of pairs of an object identifier and a value, by the last number of the identifier.
private struct PCKFields {
    /// More pairs than any version of the profile has.
    private static let limit = 64

    /// Readers of one value each.
    private var values: [UInt8: DERReader] = [:]

    init(_ der: DERReader, of name: String, below arc: [UInt8]) throws(PCKExtensionError) {
        var pairs: [(number: UInt8, value: DERReader)] = []
        do throws(DERError) {
            var outer = der
            var list = try outer.sequence()
            try outer.end()
            while !list.isAtEnd, pairs.count < Self.limit {
                var pair = try list.sequence()
                let oid = try pair.element(DERReader.Tag.objectIdentifier)
                guard oid.count == arc.count + 1, oid.starts(with: arc), let number = oid.last else { continue }
                pairs.append((number, pair))
            }
            try list.end()
        } catch {
            throw PCKExtensionError(field: name, reason: .notDER)
        }
        for (number, value) in pairs {
            guard values.updateValue(value, forKey: number) == nil else {
                throw PCKExtensionError(field: "\(name) field \(number)", reason: .duplicate)
            }
        }
    }

    func has(_ number: UInt8) -> Bool { values[number] != nil }

    func value(_ number: UInt8, _ name: String) throws(PCKExtensionError) -> DERReader {
        guard let value = values[number] else { throw PCKExtensionError(field: name, reason: .missing) }
        return value
    }

    func octets(_ number: UInt8, _ name: String, count: Int) throws(PCKExtensionError) -> [UInt8] {
        let content = try read(number, name) { reader throws(DERError) in
            try reader.element(DERReader.Tag.octetString)
        }
        guard content.count == count else { throw PCKExtensionError(field: name, reason: .wrongValue) }
        return Array(content)
    }

    func integer<Value: UnsignedInteger & FixedWidthInteger>(
        _ number: UInt8, _ name: String, tag: UInt8 = DERReader.Tag.integer
    ) throws(PCKExtensionError) -> Value {
        try read(number, name) { reader throws(DERError) in try reader.unsigned(tag: tag) }
    }

    func boolean(_ number: UInt8, _ name: String) throws(PCKExtensionError) -> Bool? {
        guard has(number) else { return nil }
        return try read(number, name) { reader throws(DERError) in try reader.boolean() }
    }

    private func read<Value>(
        _ number: UInt8, _ name: String, _ body: (inout DERReader) throws(DERError) -> Value
    ) throws(PCKExtensionError) -> Value {
        var reader = try value(number, name)
        do throws(DERError) {
            let value = try body(&reader)
            try reader.end()
            return value
        } catch {
            throw PCKExtensionError(field: name, reason: .wrongValue)
        }
    }
}

extension DERReader {
    fileprivate mutating func boolean() throws(DERError) -> Bool {
        switch Array(try element(0x01)) {
        case [0x00]: return false
        case [0xFF]: return true
        default: throw .integer
        }
    }
}

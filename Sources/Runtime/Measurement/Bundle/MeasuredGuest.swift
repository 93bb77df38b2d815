// SPDX-License-Identifier: Apache-2.0

package import IR

/// What was measured of a guest, for a bundle. What is `nil` was not measured and stays as the bundle has it.
package struct MeasuredGuest: Sendable {
    /// The launch of a guest on one line of AMD processors.
    package struct SNP: Sendable {
        package var product: String
        /// With one vCPU.
        package var digest: LaunchDigest
        package var apResetEIP: UInt32

        package init(product: String, digest: LaunchDigest, apResetEIP: UInt32) {
            self.product = product
            self.digest = digest
            self.apResetEIP = apResetEIP
        }
    }

    /// The measurements of a TDX guest, 48 bytes each.
    package struct TDX: Sendable {
        package var mrtd: [UInt8]?
        package var mrSeam: [UInt8]?
        package var rtmrs = [[UInt8]?](repeating: nil, count: MeasurementRegister.count)

        package init() {}
    }

    package var snp: [SNP] = []
    package var tdx: TDX?
    package var commandLine: String?
    package var provenance: BundleProvenance
    package var expires: CalendarDay?

    package init(provenance: BundleProvenance) { self.provenance = provenance }
}

extension MeasuredGuest {
    /// A bundle with these values in place of its own.
    ///
    /// - Parameter bundle: a document that can be read as a bundle.
    /// - Returns: UTF-8, indented by two spaces, a final newline.
    package func bytes(updating bundle: JSONObject) -> [UInt8] {
        var bundle = bundle
        var runtime = bundle["runtime"]?.object ?? JSONObject()
        var digests = runtime["launchDigests"]?.object ?? JSONObject()
        for (name, digest) in launchDigests { digests[name] = .string(digest) }
        runtime["launchDigests"] = .object(digests)
        var components = runtime["components"]?.object ?? JSONObject()
        for input in provenance.inputs where Self.components.contains(input.role) {
            components[input.role] = .string("sha256:\(input.sha256)")
        }
        runtime["components"] = .object(components)
        if let commandLine { runtime["kernelCommandLine"] = .string(commandLine) }
        bundle["runtime"] = .object(runtime)
        var values = bundle["referenceValues"]?.object ?? JSONObject()
        if !snp.isEmpty { values["snp"] = .array(entries(values["snp"]?.array ?? [])) }
        if let tdx { values["tdx"] = .array(tdx.entries(values["tdx"]?.array ?? [])) }
        bundle["referenceValues"] = .object(values)
        bundle["provenance"] = provenance.json
        if let expires { bundle["expires"] = .string(expires.description) }
        return JSONPrinter.print(.object(bundle), JSONPrinter.Style(indent: 2)) + [0x0A]
    }

    /// Roles of inputs that are part of the guest.
    private static let components: Set<String> = ["firmware", "kernel", "initrd"]

    /// Names and values for the description of the runtime.
    private var launchDigests: [(String, String)] {
        let registers = tdx?.rtmrs.enumerated().map { ("RTMR\($0.offset)", $0.element) } ?? []
        return snp.map { ($0.product, Hex.text($0.digest.bytes)) }
            + ([("MRTD", tdx?.mrtd)] + registers).compactMap { name, value in value.map { (name, Hex.text($0)) } }
    }

    private func entries(_ existing: [JSONValue]) -> [JSONValue] {
        var entries = existing
        for launch in snp {
            let position =
                entries.firstIndex { $0["ProductName"]?.string == launch.product } ?? entries.endIndex
            if position == entries.endIndex { entries.append(["ProductName": .string(launch.product)]) }
            entries[position].set("TrustedMeasurement", .string(Hex.text(launch.digest.bytes)))
            entries[position].set("APEIP", .string(Hex.text(bigEndian(launch.apResetEIP))))
        }
        return entries
    }

    private func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension MeasuredGuest.TDX {
    fileprivate func entries(_ existing: [JSONValue]) -> [JSONValue] {
        var entries = existing.isEmpty ? [[:]] : existing
        for index in entries.indices {
            if let mrtd { entries[index].set("MrTd", .string(Hex.text(mrtd))) }
            if let mrSeam { entries[index].set("MrSeam", .string(Hex.text(mrSeam))) }
            var registers = entries[index]["Rtmrs"]?.array ?? []
            registers += [JSONValue](repeating: "", count: max(0, rtmrs.count - registers.count))
            for (position, value) in rtmrs.enumerated() {
                if let value { registers[position] = .string(Hex.text(value)) }
            }
            entries[index].set("Rtmrs", .array(registers))
        }
        return entries
    }
}

extension JSONValue {
    /// Sets a member of an object; what is no object stays as it is.
    fileprivate mutating func set(_ key: String, _ value: JSONValue) {
        guard var object else { return }
        object[key] = value
        self = .object(object)
    }
}

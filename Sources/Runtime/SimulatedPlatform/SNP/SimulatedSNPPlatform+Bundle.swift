// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Digests
package import IR

extension SimulatedSNPPlatform {
    /// What every simulated guest is measured as: nothing is, so it is the hash of a sentence.
    private static let measurement = SHA384.digest(Array("a simulated guest".utf8))

    /// A bundle for `contrast generate` that pins the root of this platform, and what its evidence says.
    ///
    /// - Parameter bundle: the shipped one of a simulated platform with AMD processors.
    /// - Returns: UTF-8, indented by two spaces, a final newline.
    package func bundle(updating bundle: JSONObject) -> [UInt8] {
        var bundle = bundle
        let entries = (bundle["referenceValues"]?["snp"]?.array ?? []).compactMap(\.object)
        let pinned = entries.filter { $0["ProductName"]?.string == product.rawValue }.map { entry in
            var entry = entry
            entry["TrustedMeasurement"] = .string(Hex.text(Self.measurement))
            entry["MinimumTCB"] = .object(JSONObject(MinimumTCB.fields.map { ($0.name, .integer(0)) }))
            entry["InsecureRoots"] = [.string(root)]
            return JSONValue.object(entry)
        }
        bundle["referenceValues"] = ["snp": .array(pinned)]
        return JSONPrinter.print(.object(bundle), JSONPrinter.Style(indent: 2)) + [0x0A]
    }
}

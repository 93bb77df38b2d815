// SPDX-License-Identifier: Apache-2.0

extension String {
    /// This string as a scalar of YAML: as it stands where every reader takes it for this string, in quotes otherwise.
    package var yamlScalar: String {
        if YAMLPrinter.isPlainSafe(self, flow: true) { return self }
        var quoted: [UInt8] = []
        JSONPrinter.quote(self, goEscapes: true, into: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Why a value is probably another one in each rendering.
enum RenderCause {
    case certificate, checksum, time, random, unknown

    /// - Parameter texts: the values that are texts.
    init(path: [String], _ texts: [String], isSecret: Bool) {
        let last = path.last ?? ""
        if texts.contains(where: Self.isPEM) || Self.certificates.contains(last) {
            self = .certificate
        } else if path.contains(where: { $0.lowercased().contains("checksum") }) {
            self = .checksum
        } else if texts.count == 2, texts.allSatisfy(Self.isTime) {
            self = .time
        } else {
            self = isSecret ? .random : .unknown
        }
    }

    private static let certificates: Set<String> = ["caBundle", "ca.crt", "ca.key", "tls.crt", "tls.key"]

    /// Also in base64.
    private static func isPEM(_ text: String) -> Bool {
        text.contains("-----BEGIN ") || text.hasPrefix("LS0tLS1CRUdJTi")
    }

    /// `2026-11-21…`, or seconds or milliseconds since 1970.
    private static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        if [10, 13].contains(bytes.count) {
            if bytes.first == UInt8(ascii: "1"), bytes.allSatisfy({ 0x30...0x39 ~= $0 }) { return true }
        }
        return bytes.count >= 10
            && bytes.prefix(10).enumerated().allSatisfy { index, byte in
                index == 4 || index == 7 ? byte == UInt8(ascii: "-") : 0x30...0x39 ~= byte
            }
    }

    var hint: String {
        switch self {
        case .certificate:
            "templates that make certificates, as with Helm's genCA and genSignedCert, make others each time: "
                + "make them once and give them as values, or leave it to cert-manager"
        case .checksum: "it is a checksum of something that differs too"
        case .time: "it is a time, as of Helm's now: give it as a value, or leave it out"
        case .random:
            "random passwords, as of Helm's randAlphaNum, are others each time: set them as values, or name a Secret "
                + "that exists"
        case .unknown: "policies pin what is rendered, so it must be the same each time"
        }
    }
}

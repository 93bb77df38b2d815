// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What an image is built to run on.
package struct ImagePlatform: Sendable, Hashable {
    package var os: String
    package var architecture: String
    package var variant: String?

    package static let standard = ImagePlatform(os: "linux", architecture: "amd64")

    package init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// `os/architecture` or `os/architecture/variant`; `nil` for any other text.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 64 && $0.utf8.allSatisfy(Self.isNameByte) })
        else { return nil }
        self.init(os: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }

    /// The members `os`, `architecture` and `variant` of an image configuration or of an index entry's `platform`.
    init?(_ value: JSONValue?) {
        guard let value, let os = value["os"]?.string, let architecture = value["architecture"]?.string else {
            return nil
        }
        let variant = value["variant"]?.string
        let text = [os, architecture, variant ?? ""].filter { !$0.isEmpty }.joined(separator: "/")
        self.init(text)
        guard self.os == os, self.architecture == architecture else { return nil }
    }

    /// Whether an image for this platform runs where `wanted` is asked for. A variant that is not written is the
    /// architecture's common one.
    func serves(_ wanted: ImagePlatform) -> Bool {
        os == wanted.os && architecture == wanted.architecture && fullVariant == wanted.fullVariant
    }

    private var fullVariant: String {
        if let variant { return architecture == "amd64" && variant == "v1" ? "" : variant }
        return switch architecture {
        case "arm64": "v8"
        case "arm": "v7"
        default: ""
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
            || [0x2E, 0x2D, 0x5F].contains(byte)
    }
}

extension ImagePlatform: CustomStringConvertible {
    package var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }
}

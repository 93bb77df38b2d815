// SPDX-License-Identifier: Apache-2.0

/// What a pod's `runtimeClassName` asks for.
package enum RuntimeClass: Sendable, Equatable {
    /// `contrast-cc`, with the hash of a release up to 0.8 or without, or `kata-cc-isolation`: confidential, on whatever
    /// platform the run is for.
    case generic
    /// `contrast-cc-<platform>`, with the hash of a release or without.
    case platform(Platform, hash: String?)
    /// Starts as ours do, but names no platform that is known.
    case unknown
    /// Not confidential; none of our business.
    case other

    package static let genericName = "contrast-cc"
    private static let legacyName = "kata-cc-isolation"
    /// Releases write 8 digits.
    private static let hashLengths = 8...64

    package init(_ name: String) {
        if name == Self.genericName || name == Self.legacyName {
            self = .generic
        } else if name.hasPrefix(Self.genericName + "-") {
            self = Self.specific(name.dropFirst(Self.genericName.count + 1))
        } else {
            self = .other
        }
    }

    private static func specific(_ text: Substring) -> RuntimeClass {
        if let platform = Platform(name: String(text)) { return .platform(platform, hash: nil) }
        if isHash(text) { return .generic }
        guard let hyphen = text.lastIndex(of: "-"), let platform = Platform(name: String(text[..<hyphen])) else {
            return .unknown
        }
        let hash = text[text.index(after: hyphen)...]
        return isHash(hash) ? .platform(platform, hash: String(hash)) : .unknown
    }

    private static func isHash(_ text: Substring) -> Bool {
        hashLengths.contains(text.utf8.count) && text.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
    }

    /// The platform that a pod is to run on. A generic class takes that of the run, with GPUs when the pod asks for
    /// one; a class that names its platform means just that one.
    package func selectPlatform(default platform: Platform?, requestsGPU: Bool) -> Platform? {
        switch self {
        case .generic: requestsGPU ? platform?.withGPU : platform
        case .platform(let named, _): named
        case .unknown, .other: nil
        }
    }
}

extension PodSpec {
    /// Whether a container has a limit above zero on one of NVIDIA's resources.
    package var requestsGPU: Bool {
        (containers + initContainers).contains { container in
            container.limits.contains { $0.key.hasPrefix("nvidia.com/") && $0.value != "0" }
        }
    }
}

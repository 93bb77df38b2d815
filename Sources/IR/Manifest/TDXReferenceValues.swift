// SPDX-License-Identifier: Apache-2.0

/// Reference values of one Intel TDX platform.
package struct TDXReferenceValues: Sendable, Equatable {
    /// How many run-time measurement registers an entry describes.
    package static let rtmrCount = 4

    /// Display spelling, e.g. `Metal-QEMU-TDX`; empty in old manifests.
    package var platform: String
    /// Pins Intel's TCB evaluation when above 0.
    package var minTCBEvaluationDataNumber: UInt32
    /// 96 hexadecimal digits.
    package var mrTd: String
    /// SHA-384 of the TDX module, 96 hexadecimal digits.
    package var mrSeam: String
    /// RTMR 0 to 3, 96 hexadecimal digits each. `nil` is written as `null`.
    package var rtmrs: [String]?
    /// 16 hexadecimal digits, in the byte order of the report.
    package var xfam: String
    /// Platform instance identities; `nil` allows any.
    package var allowedPIIDs: [String]?
    package var memoryIntegrity: Bool
    package var smtDisabled: Bool
    package var staticPlatform: Bool
    /// DER of the root certificates of a simulated platform in hexadecimal; only entries of insecure platforms have it.
    package var insecureRoots: [String]

    package init(
        platform: String = "", minTCBEvaluationDataNumber: UInt32 = 0, mrTd: String = "", mrSeam: String = "",
        rtmrs: [String]? = nil, xfam: String = "", allowedPIIDs: [String]? = nil, memoryIntegrity: Bool = false,
        smtDisabled: Bool = false, staticPlatform: Bool = false, insecureRoots: [String] = []
    ) {
        self.platform = platform
        self.minTCBEvaluationDataNumber = minTCBEvaluationDataNumber
        self.mrTd = mrTd
        self.mrSeam = mrSeam
        self.rtmrs = rtmrs
        self.xfam = xfam
        self.allowedPIIDs = allowedPIIDs
        self.memoryIntegrity = memoryIntegrity
        self.smtDisabled = smtDisabled
        self.staticPlatform = staticPlatform
        self.insecureRoots = insecureRoots
    }
}

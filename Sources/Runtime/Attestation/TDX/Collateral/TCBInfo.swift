// SPDX-License-Identifier: Apache-2.0

/// Which security versions of a family of platforms Intel holds to be good (PCS API v4, TCB info of TDX, version 3).
package struct TCBInfo: Sendable, Equatable {
    static let id = "TDX"
    static let version: UInt32 = 3

    package var validity: CollateralValidity
    /// 6 bytes.
    package var fmspc: [UInt8]
    /// 2 bytes.
    package var pceID: [UInt8]
    package var evaluationDataNumber: UInt32
    /// The module of version 0, which has no levels of its own: its version is in the platform's.
    package var module: ModuleIdentity
    package var moduleIdentities: [VersionedModule]
    /// The best first: the first that a platform meets is its level.
    package var levels: [PlatformLevel]

    /// By what a TDX module is recognised.
    package struct ModuleIdentity: Sendable, Equatable {
        /// 48 bytes.
        package var mrSigner: [UInt8]
        /// 8 bytes.
        package var attributes: [UInt8]
        /// 8 bytes; only the bits set here are compared.
        package var attributesMask: [UInt8]
    }

    /// A TDX module of a major version.
    package struct VersionedModule: Sendable, Equatable {
        /// `TDX_` and the major version in two hexadecimal digits.
        package var id: String
        package var identity: ModuleIdentity
        package var levels: [EnclaveLevel]
    }

    package struct PlatformLevel: Sendable, Equatable {
        /// 16 numbers that those of the PCK certificate must reach.
        package var sgxComponents: [UInt8]
        package var pceSVN: UInt16
        /// 16 numbers that those of the quote must reach.
        package var tdxComponents: [UInt8]
        package var assessment: TCBAssessment
    }
}

/// By what the quoting enclave is recognised (PCS API v4, enclave identity, version 2).
package struct QEIdentity: Sendable, Equatable {
    static let id = "TD_QE"
    static let version: UInt32 = 2

    package var validity: CollateralValidity
    package var evaluationDataNumber: UInt32
    package var miscSelect: UInt32
    package var miscSelectMask: UInt32
    /// 16 bytes.
    package var attributes: [UInt8]
    package var attributesMask: [UInt8]
    /// 32 bytes.
    package var mrSigner: [UInt8]
    package var isvProdID: UInt16
    package var levels: [EnclaveLevel]
}

/// The level of whatever has a single security version number: an enclave or a TDX module.
package struct EnclaveLevel: Sendable, Equatable {
    package var isvSVN: UInt16
    package var assessment: TCBAssessment
}

/// What Intel holds of a level.
package struct TCBAssessment: Sendable, Equatable {
    package var status: TCBStatus
    /// As Intel writes it, e.g. `2024-03-13T00:00:00Z`.
    package var date: String
    package var advisoryIDs: [String]
}

/// When a document may be relied on.
package struct CollateralValidity: Sendable, Equatable {
    package var issueDate: Timestamp
    package var nextUpdate: Timestamp
}

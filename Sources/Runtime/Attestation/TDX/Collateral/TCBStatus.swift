// SPDX-License-Identifier: Apache-2.0

/// What Intel says of a TCB level (PCS API v4, `tcbStatus`).
package enum TCBStatus: String, Sendable, CaseIterable {
    case upToDate = "UpToDate"
    case swHardeningNeeded = "SWHardeningNeeded"
    case configurationNeeded = "ConfigurationNeeded"
    case configurationAndSWHardeningNeeded = "ConfigurationAndSWHardeningNeeded"
    case outOfDate = "OutOfDate"
    case outOfDateConfigurationNeeded = "OutOfDateConfigurationNeeded"
    case revoked = "Revoked"
}

extension TCBStatus {
    /// What is wrong with a level. A status names a set of these; where a level is out of date, the status no longer
    /// tells whether software has to be hardened.
    private struct Deficiencies: OptionSet {
        let rawValue: Int
        static let swHardening = Deficiencies(rawValue: 1)
        static let configuration = Deficiencies(rawValue: 2)
        static let outOfDate = Deficiencies(rawValue: 4)
        static let revoked = Deficiencies(rawValue: 8)
    }

    private var deficiencies: Deficiencies {
        switch self {
        case .upToDate: []
        case .swHardeningNeeded: .swHardening
        case .configurationNeeded: .configuration
        case .configurationAndSWHardeningNeeded: [.configuration, .swHardening]
        case .outOfDate: .outOfDate
        case .outOfDateConfigurationNeeded: [.outOfDate, .configuration]
        case .revoked: .revoked
        }
    }

    /// The status of something made of parts with these statuses: it has the deficiencies of both.
    package func merged(with other: TCBStatus) -> TCBStatus {
        let all = deficiencies.union(other.deficiencies)
        if all.contains(.revoked) { return .revoked }
        if all.contains(.outOfDate) { return all.contains(.configuration) ? .outOfDateConfigurationNeeded : .outOfDate }
        return Self.allCases.first { $0.deficiencies == all } ?? .revoked
    }
}

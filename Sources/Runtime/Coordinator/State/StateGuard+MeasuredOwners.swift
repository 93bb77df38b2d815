// SPDX-License-Identifier: Apache-2.0

internal import History
internal import IR
internal import InitDataFormat

/// Who may set the first manifest, by what was measured with this Coordinator.
enum MeasuredOwners {
    case keys(OwnerAuthorization)
    /// None were measured: whoever comes first.
    case anybody

    var isAnybody: Bool { if case .anybody = self { true } else { false } }
}

extension StateGuard {
    /// Looks for this Coordinator's own document among those of a manifest. Without it nobody knows who the owners are, and
    /// no manifest can be the first one.
    nonisolated func measuredOwners(among documents: [[UInt8]]) throws(CoordinatorError) -> MeasuredOwners {
        let document: MeasuredDocument?
        let info: CoordinatorInfo?
        do throws(InitDataError) {
            document = try MeasuredDocument(among: documents, hostData: configuration.hostData)
            info = try document?.coordinatorInfo()
        } catch {
            throw .invalidArgument(
                "the document that was measured with this Coordinator cannot be used: \(error.message)")
        }
        guard document != nil else { throw .unknownCoordinator(configuration.policyHash) }
        guard let info, !info.workloadOwnerPubKeys.isEmpty else { return .anybody }
        return .keys(OwnerAuthorization(info))
    }

    /// The same of what is stored, which the host may have written.
    nonisolated func storedOwners() throws(CoordinatorError) -> MeasuredOwners {
        let document: [UInt8]
        do throws(HistoryError) {
            document = try history.object(.policies, configuration.hostData)
        } catch .missing {
            throw .unknownCoordinator(configuration.policyHash)
        } catch {
            throw .internal(error)
        }
        return try measuredOwners(among: [document])
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// The document with which the VM of a pod was started.
///
/// Whoever brings it has no choice: the hardware reports its SHA-256 as host data in the pod's own evidence, which the host
/// fixes before the VM starts and cannot change after. So a guest may take it from the network, and needs no file for it.
package enum MeasuredDocument: Sendable, Equatable {
    case initData(InitData)
    /// The agent's policy by itself, on platforms whose agent gets it from the host.
    case policy

    /// Looks for it among documents that anybody may have sent; `nil` when it is not there.
    ///
    /// - Parameter hostData: the 32 bytes of HOST_DATA of SEV-SNP, or the first ones of MRCONFIGID of TDX, from evidence
    ///   that this VM has made.
    /// - Throws: `InitDataError` when it is there and is neither of the two.
    package init?(among documents: [[UInt8]], hostData: [UInt8]) throws(InitDataError) {
        guard let document = documents.first(where: { SHA256.digest($0) == hostData }) else { return nil }
        if Self.isPolicy(document) { self = .policy } else { self = .initData(try InitData(document: document)) }
    }

    /// Whether a document is a policy by itself: after comments it starts with its package, as no initdata does.
    package static func isPolicy(_ document: [UInt8]) -> Bool {
        let first = document.split(separator: 0x0A).first { line in
            line.first != UInt8(ascii: "#") && line.contains { $0 > 0x20 }
        }
        return first?.starts(with: "package ".utf8) ?? false
    }

    /// What was measured of the Coordinator; `nil` for nothing.
    ///
    /// - Throws: `InitDataError`: what is there and is malformed must not be taken for nothing.
    package func coordinatorInfo() throws(InitDataError) -> CoordinatorInfo? {
        guard case .initData(let initData) = self, let text = initData.data[CoordinatorInfo.initDataKey] else {
            return nil
        }
        guard let info = CoordinatorInfo(json: Array(text.utf8)) else {
            throw InitDataError("the measured value of '\(CoordinatorInfo.initDataKey)' is malformed")
        }
        return info
    }
}

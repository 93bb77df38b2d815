// SPDX-License-Identifier: Apache-2.0

package import IR
package import InitDataFormat

/// The initdata of the pod that this program runs in, shown to be what the hardware has measured.
///
/// Where the document comes from does not matter to its truth: the hardware reports its digest as host data in the pod's
/// own evidence, which the host fixes before the VM starts and cannot change after.
package struct MeasuredInitData: Sendable, Equatable {
    package let initData: InitData

    /// - Parameters:
    ///   - document: the exact bytes.
    ///   - hostData: of evidence that this VM has just made: HOST_DATA of SEV-SNP, MRCONFIGID of TDX. The digest stands
    ///     at its start; it is cut where the field is shorter, and zeros follow where the field is longer.
    /// - Returns: `nil` when the document is not initdata, or other initdata than what was measured.
    package init?(document: [UInt8], hostData: [UInt8]) {
        guard !hostData.isEmpty, let initData = try? InitData(document: document) else { return nil }
        let digest = initData.algorithm.digest(document).prefix(hostData.count)
        guard hostData == digest + [UInt8](repeating: 0, count: hostData.count - digest.count) else { return nil }
        self.initData = initData
    }
}

/// Looks for initdata where guests have it.
package struct InitDataSearch: Sendable {
    /// Bytes of a document or of a device's contents; more are not read.
    package static let sizeLimit = 16 << 20
    /// Where Kata's agent leaves the document in the guest.
    package static let agentPath = "/run/confidential-containers/initdata/initdata.toml"

    private let root: String
    private let paths: [String]

    /// - Parameters:
    ///   - root: a directory that stands for `/`.
    ///   - paths: files or devices to look at before all others.
    package init(root: String = "", paths: [String] = []) {
        self.root = root
        self.paths = paths
    }

    /// The first document that was measured. Files and devices that cannot be read, or hold something else, are passed
    /// over; the host cannot put a document in the place of the measured one.
    package func find(hostData: [UInt8]) -> MeasuredInitData? {
        for path in paths + [Self.agentPath] + devices {
            guard let document = document(at: root + path) else { continue }
            if let measured = MeasuredInitData(document: document, hostData: hostData) { return measured }
        }
        return nil
    }

    /// Disks as Kata's agent scans them.
    private var devices: [String] {
        FileCalls.names(in: "\(root)/dev").filter { $0.hasPrefix("vd") || $0.hasPrefix("sd") }.map { "/dev/\($0)" }
    }

    private func document(at path: String) -> [UInt8]? {
        guard let start = try? FileCalls.read(path, at: 0, count: InitDataImage.magic.count) else { return nil }
        let isImage = start == InitDataImage.magic
        // Disks are large, and most are something else.
        guard isImage || !path.hasPrefix("\(root)/dev/"),
            let bytes = try? FileCalls.read(path, at: 0, count: Self.sizeLimit)
        else { return nil }
        return isImage ? try? InitDataImage.document(in: bytes) : bytes
    }
}

extension MeasuredInitData {
    /// Who may change the deployment, for a Coordinator; `nil` when nothing was measured of it.
    ///
    /// - Throws: `CoordinatorExpectation.Fault.malformed`: what is there must not be taken for nothing.
    package func coordinatorInfo() throws(CoordinatorExpectation.Fault) -> CoordinatorInfo? {
        guard let text = initData.data[CoordinatorInfo.initDataKey] else { return nil }
        guard let info = CoordinatorInfo(json: Array(text.utf8)) else { throw .malformed }
        return info
    }
}

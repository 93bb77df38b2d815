// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// What each file of a run of generate is for, so that no file serves two ends.
struct FileRoles {
    let command: GenerateCommand
    let manifestPath: String
    let lockPath: String

    /// Refuses options that make two outputs one file, an output overwrite what the run reads, or that take standard
    /// input or output twice.
    func check() throws {
        let inputs = command.paths.contains("-") ? [("the inputs", "-")] : []
        let inPlace = command.outputs.output == nil ? inputs : []
        let written = named([
            ("'--output'", command.outputs.output), ("the manifest", manifestPath),
            ("'--report'", command.outputs.report), ("'--provenance'", command.outputs.provenance),
            ("'--diagnostics-output'", command.findings.diagnosticsOutput),
        ])
        try refuseSame(written + inPlace, with: [])
        try refuseSame(named(readOnly).filter { $0.path == "-" } + inputs, with: [])
        try refuseSame(written.filter { $0.path != "-" }, with: named(readOnly))
    }

    private var readOnly: [(role: String, path: String?)] {
        [
            ("the configuration", ConfigurationFile.location(.ofProcess)?.path), ("the lock", lockPath),
            ("'--settings'", command.inputs.settings),
            ("'--image-replacements'", command.inputs.imageReplacements),
            ("'--provenance-key'", command.outputs.provenanceKey),
            ("'--reference-values'", command.inputs.referenceValues.flatMap { $0.contains("/") ? $0 : nil }),
        ] + command.keys.addWorkloadOwnerKey.map { ("'--add-workload-owner-key'", $0) }
            + command.keys.addSeedshareOwnerKey.map { ("'--add-seedshare-owner-key'", $0) }
    }

    private func named(_ roles: [(role: String, path: String?)]) -> [(role: String, path: String)] {
        roles.compactMap { entry in entry.path.map { (entry.role, $0) } }
    }

    /// Refuses two roles of one file: among `roles` when `others` is empty, else between the two lists.
    private func refuseSame(_ roles: [(role: String, path: String)], with others: [(role: String, path: String)])
        throws
    {
        for (position, role) in roles.enumerated() {
            for other in others.isEmpty ? Array(roles[..<position]) : others
            where Self.isSame(role.path, other.path) {
                let what = role.path == "-" ? "a standard stream" : "the file '\(role.path)'"
                throw ValidationError("\(role.role) and \(other.role) cannot both use \(what)")
            }
        }
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        guard left != "-", right != "-", let first = FileSystem.info(left), let second = FileSystem.info(right),
            first.kind == .file
        else { return false }
        return first.device == second.device && first.number == second.number
    }
}

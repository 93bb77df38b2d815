// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Digests
internal import Driver
internal import IR

/// What a run of generate reads and makes, for its provenance.
final class BuildRecord {
    private var materials: [BuildStatement.Material] = []
    private var outputs: [BuildStatement.File] = []
    /// Of the combined output.
    private let combined = DigestContext(.sha256)

    /// Notes a file that decides what is written.
    func read(_ role: BuildStatement.Role, _ path: String, _ bytes: [UInt8]) {
        let file = Self.file(path, SHA256.digest(bytes))
        if !materials.contains(where: { $0.role == role && $0.file == file }) {
            materials.append(BuildStatement.Material(role, file))
        }
    }

    /// Notes a whole output.
    func made(_ path: String, _ bytes: [UInt8]) { outputs.append(Self.file(path, SHA256.digest(bytes))) }

    /// Notes the next piece of the combined output.
    func extend(_ bytes: [UInt8]) { combined.update(bytes) }

    /// Notes that the combined output is whole.
    func finish(_ path: String) { outputs.append(Self.file(path, combined.finish())) }

    private static func file(_ path: String, _ digest: [UInt8]) -> BuildStatement.File {
        BuildStatement.File(name: BuildStatement.relativePath(path) ?? path, digest: Hex.text(digest))
    }

    func statement(_ command: GenerateCommand, _ request: GenerateRequest, _ result: GenerateResult) throws(FileError)
        -> BuildStatement
    {
        var options = command.buildOptions(manifestPath: request.manifestPath)
        options.workloadOwnerKeys = request.workloadOwners.map(\.der)
        options.seedshareOwnerKeys = request.seedshareOwners.map(\.der)
        let policies = result.report.workloads.map { workload in
            let namespace = workload.namespace.isEmpty ? "default" : workload.namespace
            return BuildStatement.File(
                name: "\(workload.kind) \(namespace)/\(workload.name)", digest: workload.policyHash)
        }
        return BuildStatement(
            outputs: outputs.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }, materials: materials,
            options: options, tool: try Self.tool(), policies: policies)
    }

    /// The program that runs.
    private static func tool() throws(FileError) -> BuildStatement.Tool {
        #if os(Linux)
            let path = "/proc/self/exe"
        #else
            let path = CommandLine.arguments[0]
        #endif
        let file = try FileReader(path)
        let digest = DigestContext(.sha256)
        do {
            try file.read(0..<file.size) { digest.update($0) }
        } catch {
            throw error as? FileError ?? FileError(path, reason: "\(error)")
        }
        return BuildStatement.Tool(version: ToolVersion.number, digest: Hex.text(digest.finish()))
    }
}

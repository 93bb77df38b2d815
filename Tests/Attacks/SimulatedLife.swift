// SPDX-License-Identifier: Apache-2.0

internal import Backends
package import Compiler
package import Driver
package import IR
package import Simulation

/// A pod under its policy, with what an honest host asks for it from its first request to its last.
package struct SimulatedLife: Sendable {
    package var name: String
    /// The policy as attached.
    package var text: [UInt8]
    package var policy: PolicyData
    package var requests: [AgentRequest]

    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// Compiles sources and simulates each pod in them on a host.
    package static func of(
        _ sources: [SourceFile], lock: LockFile, bundles: Bundles = Bundles(), profile: PolicyProfile = .strict,
        switches: GenerateRequest.Switches = .init(), on host: HostProfile
    ) throws -> [SimulatedLife] {
        var request = GenerateRequest(
            inputs: sources.map { InputFile(source: $0, isNamed: false) }, bundles: bundles, settings: .defaults,
            lock: lock)
        request.platform = Platform(.metalQEMUSNP)
        request.profile = profile
        request.switches = switches
        let result = GeneratePipeline(request, toolVersion: "0").run()
        if let error = result.diagnostics.all.first(where: { $0.severity == .error }) {
            throw Failure(description: error.message)
        }
        let compiled = result.files.map {
            InputFile(source: SourceFile(path: $0.input.path, bytes: $0.bytes), isNamed: false)
        }
        var ignored = Diagnostics()
        return try SimulationRun(inputs: compiled, lock: lock).run(host, into: &ignored).compactMap {
            outcome -> SimulatedLife? in
            guard let text = outcome.policy else { return nil }
            return SimulatedLife(
                name: outcome.name, text: text, policy: try PolicyReader.read(text),
                requests: try outcome.cases.requests())
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Compiler
internal import Driver
internal import IR
internal import Simulation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension HostProfile.Containerd: ExpressibleByArgument {}
extension HostProfile.Shim: ExpressibleByArgument {}

/// `contrast simulate`.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Print what an honest host would ask of the agent for a pod.",
        discussion: """
            Reads compiled deployments and works out the requests that kubelet, containerd and the Kata shim send, from \
            the creation of the sandbox to its removal. They come from the YAML and the lock, not from the policy, so \
            'contrast policy test' can judge the policy by them.

            Example:
              contrast simulate --lock contrast.lock -o simulated deployment/web.yaml
              contrast policy test simulated/deployment.shop.web/policy.rego simulated/deployment.shop.web/testcases.json
            """)

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "Write DIR/<kind>.<namespace>.<name>/{policy.rego,testcases.json}. (default: test cases on stdout)",
            valueName: "dir"))
    var output: String?

    @Option(help: ArgumentHelp("Release of containerd: 1.7, 2.0 or 2.1.", valueName: "version"))
    var containerd = HostProfile.Containerd.v2_0

    @Option(help: ArgumentHelp("The Kata shim: go or rust.", valueName: "shim"))
    var shim = HostProfile.Shim.go

    @Option(help: ArgumentHelp("Version of OCI specifications. (default: containerd's)", valueName: "version"))
    var oci: String?

    @Option(help: ArgumentHelp("Lock file. (default: contrast.lock)", valueName: "file"))
    var lock: String?

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Compiled files, directories of them, or '-'.", valueName: "path"))
    var paths: [String]

    func validate() throws {
        if let oci, !HostProfile.ociVersions.contains(oci) {
            throw ValidationError("'--oci' takes \(HostProfile.ociVersions.joined(separator: ", "))")
        }
    }

    func run() throws {
        var diagnostics = Diagnostics()
        let outcomes = simulate(&diagnostics)
        if !diagnostics.hasErrors {
            do {
                try write(outcomes, &diagnostics)
            } catch let error as FileError {
                diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
            }
        }
        try findings.report(diagnostics)
    }

    private func simulate(_ diagnostics: inout Diagnostics) -> [SimulationRun.Outcome] {
        let lockPath = lock ?? "contrast.lock"
        var facts = LockFile()
        if lock != nil || FileSystem.info(lockPath) != nil,
            let source = SourceReader().read(lockPath, limit: LockReader.sizeLimit, &diagnostics),
            let read = LockReader.read(source, into: &diagnostics)
        {
            facts = read
        }
        let inputs = InputDiscovery(excluded: [lockPath]).find(paths, into: &diagnostics)
        let host = HostProfile(containerd: containerd, shim: shim, ociVersion: oci)
        let outcomes = SimulationRun(inputs: inputs, lock: facts).run(host, into: &diagnostics)
        if outcomes.isEmpty, !diagnostics.hasErrors {
            diagnostics.error(.nothingToCompile, "there is no workload among the inputs")
        }
        return outcomes
    }

    private func write(_ outcomes: [SimulationRun.Outcome], _ diagnostics: inout Diagnostics) throws {
        guard let output else {
            guard outcomes.count == 1 else {
                let names = outcomes.map(\.name).joined(separator: ", ")
                return diagnostics.error(
                    .nothingToCompile, "there are several workloads: \(names)", notes: [.init("give '-o DIR'")])
            }
            return try FileSystem.writeOutput(try PolicyTest.text(outcomes[0].cases))
        }
        for outcome in outcomes where outcome.name.contains("/") {
            diagnostics.error(.invalidValue, "'\(outcome.name)' cannot be the name of a directory")
        }
        if diagnostics.hasErrors { return }
        var transaction = FileTransaction()
        try Self.makeDirectory(output)
        for outcome in outcomes {
            let directory = "\(output)/\(outcome.name)"
            try Self.makeDirectory(directory)
            try transaction.stage("\(directory)/testcases.json", try PolicyTest.text(outcome.cases))
            if let policy = outcome.policy { try transaction.stage("\(directory)/policy.rego", policy) }
        }
        try transaction.commit()
    }

    private static func makeDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw FileError(path, errno) }
    }
}

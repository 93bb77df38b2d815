// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import Compiler
internal import Driver
internal import IR
internal import InitDataFormat

/// `contrast inspect`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the initdata and policies in a compiled deployment.",
        discussion: """
            Reads a YAML file that generate wrote, or the value of one annotation.

            Example:
              contrast inspect deployment/web.yaml
              contrast inspect --show policy --workload web deployment/web.yaml > policy.rego
            """)

    /// What is shown of each policy.
    enum Part: String, ExpressibleByArgument, CaseIterable {
        case all, policy, initdata, hash
    }

    @Option(help: "What to show: all of it, the Rego text, the initdata document, or the hash.")
    var show = Part.all

    @Option(help: ArgumentHelp("Only the workload of this name.", valueName: "name"))
    var workload: String?

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("A file, or '-'.", valueName: "file"))
    var file: String

    func run() throws {
        var diagnostics = Diagnostics()
        let policies = AttachedPolicies(file: file, workload: workload).read(&diagnostics)
        var out: [UInt8] = []
        for policy in policies { out.append(contentsOf: text(policy)) }
        do throws(FileError) {
            try FileSystem.writeOutput(out)
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
        try findings.report(diagnostics)
    }

    private func text(_ policy: AttachedPolicy) -> [UInt8] {
        switch show {
        case .hash: Array((policy.content.policyHash + "\n").utf8)
        case .policy: Array((policy.content.policy ?? "").utf8)
        case .initdata:
            switch policy.content {
            case .initData(let document, _): document
            case .policy(let text): text
            }
        case .all: Array(summary(policy).utf8)
        }
    }

    private func summary(_ policy: AttachedPolicy) -> String {
        var lines: [String] = []
        if let name = policy.workload {
            let place = policy.range.map { range in
                " (\(range.file.path):\(range.file.position(at: range.start).line))"
            }
            lines.append("# \(name)\(place ?? "")")
        }
        lines.append("policy hash: \(policy.content.policyHash)")
        lines.append("annotation: \(policy.annotationSize) bytes")
        switch policy.content {
        case .initData(let document, let initData):
            lines.append(
                "initdata: \(document.count) bytes, version \(InitData.version), \(initData.algorithm.rawValue)")
            for (key, value) in initData.data.sorted(by: { $0.key < $1.key }) {
                lines.append("")
                lines.append("[\(key)]")
                lines.append(value)
            }
        case .policy(let text):
            lines.append("policy: \(text.count) bytes")
            lines.append("")
            lines.append(String(decoding: text, as: UTF8.self))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Reads the policies of a file, those of one workload if a name is given.
struct AttachedPolicies {
    let file: String
    let workload: String?

    func read(_ diagnostics: inout Diagnostics) -> [AttachedPolicy] {
        guard let source = SourceReader().read(file, limit: InputLimits.fileSize, &diagnostics) else { return [] }
        return read(source, &diagnostics)
    }

    func read(_ source: SourceFile, _ diagnostics: inout Diagnostics) -> [AttachedPolicy] {
        let all = PolicyAnnotations.read(source, into: &diagnostics)
        if all.isEmpty, !diagnostics.hasErrors {
            diagnostics.error(
                .notAPolicy, "there is no policy in the file", path: file,
                notes: [.init("'contrast generate' attaches policies to workloads")])
        }
        guard let workload else { return all }
        let chosen = all.filter { $0.workload?.hasSuffix("/\(workload)") ?? false || $0.workload == workload }
        if chosen.isEmpty, !diagnostics.hasErrors {
            diagnostics.error(.notAPolicy, "there is no workload '\(workload)' with a policy in the file", path: file)
        }
        return chosen
    }
}

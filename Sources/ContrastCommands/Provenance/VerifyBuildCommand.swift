// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import Digests
internal import IR

/// `contrast verify-build`.
struct VerifyBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-build",
        abstract: "Repeat a compilation from its provenance, and compare.",
        discussion: """
            Reads what 'contrast generate --provenance' wrote, checks its signature, compiles the inputs that it names \
            again and compares all digests: of inputs, of what was written, of policies and of the program. The inputs \
            must be as they were before they were compiled, as in a fresh checkout. Nothing is written.

            Exits with 2 when something differs.

            Example:
              contrast verify-build --key release.pub.pem --directory checkout build.json
            """)

    @Option(help: ArgumentHelp("Public key that must have signed the statement, PEM.", valueName: "key"))
    var key: String?

    @Option(help: ArgumentHelp("Where the files are that the statement names.", valueName: "dir"))
    var directory = "."

    @Flag(help: "Accept what another build or version of this program has made.")
    var anyTool = false

    @Option(help: "Form of the output: text or json.")
    var format = OutputFormat.text

    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("What generate wrote.", valueName: "statement"))
    var statement: String

    func run() throws {
        var diagnostics = Diagnostics()
        guard let statement = read(&diagnostics) else { return try findings.report(diagnostics) }
        var findings = findings
        if let path = findings.diagnosticsOutput, !path.hasPrefix("/"), let here = FileSystem.workingDirectory {
            findings.diagnosticsOutput = "\(here)/\(path)"
        }
        do throws(FileError) {
            try FileSystem.enter(directory)
        } catch {
            diagnostics.error(.unreadableInput, "the directory cannot be entered: \(error.reason)", path: error.path)
            return try findings.report(diagnostics)
        }
        guard let repeated = try repeated(statement, &diagnostics) else { return try findings.report(diagnostics) }
        let differences = BuildComparison(statement, repeated).differences.filter { !anyTool || $0.kind != .tool }
        var lines = differences.map(\.line)
        if lines.isEmpty {
            lines = [
                "repeated: all is the same (files: \(statement.outputs.count), policies: \(statement.policies.count))"
            ]
        }
        format.write(lines, ["differences": .array(differences.map(\.json))], &diagnostics)
        try findings.report(diagnostics)
        if !differences.isEmpty { throw ExitCode.changeFound }
    }

    private func read(_ diagnostics: inout Diagnostics) -> BuildStatement? {
        guard let source = SourceReader().read(statement, limit: BuildStatement.sizeLimit, &diagnostics) else {
            return nil
        }
        do throws(StatementError) {
            let envelope = try (try? JSONParser.parse(source.bytes)).flatMap { json throws(StatementError) in
                try SignedEnvelope(json)
            }
            guard checkSignature(of: envelope, &diagnostics) else { return nil }
            return try BuildStatement(envelope?.payload ?? source.bytes)
        } catch {
            diagnostics.error(.malformedStatement, error.message, path: statement)
            return nil
        }
    }

    /// - Returns: `false` with an error.
    private func checkSignature(of envelope: SignedEnvelope?, _ diagnostics: inout Diagnostics) -> Bool {
        guard let key else {
            diagnostics.warning(
                .statementNotVouchedFor, "whether the statement is signed, and by whom, is not checked",
                path: statement,
                notes: [.init("give the public key with '--key'")])
            return true
        }
        guard let source = SourceReader().read(key, limit: 1 << 20, &diagnostics) else { return false }
        do throws(KeyError) {
            let key = try OwnerKey(pem: source.bytes, kind: .workloadOwner)
            if envelope?.isSigned(by: key.der) == true { return true }
            let reason = envelope == nil ? "the statement is not signed" : "the statement is not signed by this key"
            diagnostics.error(
                .statementNotVouchedFor, reason, path: statement,
                notes: [.init("the key's SHA-256 is \(key.digestHex)")])
        } catch {
            diagnostics.error(.malformedKey, error.description, path: self.key)
        }
        return false
    }

    private func repeated(_ statement: BuildStatement, _ diagnostics: inout Diagnostics) throws -> BuildStatement? {
        var found = Diagnostics()
        defer {
            // What the run warned of is known to who ran it first.
            for finding in found.all where finding.severity == .error { diagnostics.add(finding) }
        }
        do {
            let command = try GenerateCommand.repeating(statement)
            return try GenerateRun(command, repeating: statement).repeatBuild(&found)
        } catch let error as StatementError {
            diagnostics.error(.malformedStatement, error.message, path: self.statement)
        } catch let error as FileError {
            diagnostics.error(.unreadableInput, "the file cannot be read: \(error.reason)", path: error.path)
        }
        return nil
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import Driver
internal import IR

/// What the command of `--render-command` prints. It is run twice, and has to print the same.
struct RenderedInput {
    let command: String

    /// `nil` with errors.
    func read(_ diagnostics: inout Diagnostics) -> SourceFile? {
        guard let first = run(&diagnostics), let second = run(&diagnostics) else { return nil }
        RenderComparison.check(first, second, into: &diagnostics)
        return diagnostics.hasErrors ? nil : first
    }

    private func run(_ diagnostics: inout Diagnostics) -> SourceFile? {
        do throws(ChildProcess.Failure) {
            let process = try ChildProcess("/bin/sh", ["-c", command])
            process.input.closeWriting()
            let bytes = process.readOutput(limit: InputLimits.fileSize, patience: -1)
            if bytes == nil { process.end() }
            let status = process.wait()
            guard let bytes else {
                throw ChildProcess.Failure(reason: "prints more than \(InputLimits.fileSize) bytes")
            }
            guard status == 0 else {
                throw ChildProcess.Failure(
                    reason: status > 128 ? "was ended by signal \(status - 128)" : "failed with exit code \(status)")
            }
            return SourceFile(path: "-", bytes: bytes)
        } catch {
            diagnostics.error(.renderFailed, "the render command \(error.reason)")
            return nil
        }
    }
}

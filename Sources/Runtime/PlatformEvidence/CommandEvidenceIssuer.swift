// SPDX-License-Identifier: Apache-2.0

package import Attestation
internal import Dispatch

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why a program has made no evidence.
package enum CommandEvidenceError: Error, Sendable, Equatable {
    case notStarted(String, code: Int32)
    /// Its exit code; 128 and the signal's number after a signal.
    case failed(String, status: Int32)
    case noEvidence(String)
}

extension CommandEvidenceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notStarted(let program, let code): "cannot start '\(program)': \(String(cString: strerror(code)))"
        case .failed(let program, let status): "'\(program)' ended with \(status)"
        case .noEvidence(let program): "'\(program)' has written no evidence"
        }
    }
}

/// Evidence that another program makes: of a platform that the kernel has no interface for, or of a simulated one. The
/// program gets `--report-data` and 128 hexadecimal digits after its own arguments, and writes a message of
/// `sevsnp.Attestation` or `tdx.QuoteV4` to standard output. Nobody needs to believe it: peers verify what it has made.
package struct CommandEvidenceIssuer: EvidenceIssuer {
    package var program: String
    package var arguments: [String]
    /// More output is no evidence.
    private static let outputLimit = 1 << 20
    private let queue = DispatchQueue(label: "contrast.evidence-command")

    package init(program: String, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    package func issue(reportData: [UInt8]) async throws -> EvidenceDocument {
        let bytes = try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in continuation.resume(with: Result { try run(reportData) }) }
        }
        switch try? Evidence(bytes) {
        case .snp: return EvidenceDocument(kind: .snp, bytes: bytes)
        case .tdx: return EvidenceDocument(kind: .tdx, bytes: bytes)
        case nil: throw CommandEvidenceError.noEvidence(program)
        }
    }

    private func run(_ reportData: [UInt8]) throws(CommandEvidenceError) -> [UInt8] {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .notStarted(program, code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let digits = reportData.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        let words = ([program] + arguments + ["--report-data", digits]).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, nil, words, environ)
        close(ends[1])
        defer { close(ends[0]) }
        guard code == 0 else { throw .notStarted(program, code: code) }
        var output: [UInt8] = []
        while output.count <= Self.outputLimit {
            let part = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = max(0, read(ends[0], buffer.baseAddress, buffer.count))
            }
            if part.isEmpty { break }
            output += part
        }
        if output.count > Self.outputLimit { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        guard status == 0 else { throw .failed(program, status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal) }
        return output
    }
}

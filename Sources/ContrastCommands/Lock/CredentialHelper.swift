// SPDX-License-Identifier: Apache-2.0

internal import OCI

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A program `docker-credential-NAME`, which keeps credentials.
struct CredentialHelper {
    let program: String
    let file: String
    /// Milliseconds for an answer, in which a person may have to unlock a store.
    private static let patience: Int32 = 60_000

    init(name: String, configuredIn file: String) {
        program = "docker-credential-\(name)"
        self.file = file
    }

    /// The credential for a server; `nil` when the helper has none.
    func get(_ server: String) throws -> RegistryCredential? {
        // A helper that does not read is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let process: ChildProcess
        do throws(ChildProcess.Failure) {
            process = try ChildProcess(program, ["get"])
        } catch {
            throw failure(error.reason)
        }
        _ = server.withCString { write(process.input.writing, $0, strlen($0)) }
        process.input.closeWriting()
        let bytes = process.readOutput(limit: HelperAnswer.sizeLimit, patience: Self.patience)
        if bytes == nil { process.end() }
        let status = process.wait()
        guard let bytes else { throw failure("it gives no answer") }
        guard status == 0 else {
            // The one message by which helpers say that they have nothing.
            if String(decoding: bytes, as: UTF8.self).contains("credentials not found") { return nil }
            throw failure("it fails")
        }
        do throws(ImageError) { return try HelperAnswer.parse(bytes) } catch { throw failure(error.message) }
    }

    private func failure(_ reason: String) -> ImageError {
        ImageError(.refused, "the credential helper '\(program)' of '\(file)': \(reason)")
    }
}

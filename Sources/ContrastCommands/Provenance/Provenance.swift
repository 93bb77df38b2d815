// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Digests
internal import Driver
internal import IR

/// The statement that a run of generate writes about itself.
struct Provenance {
    let path: String
    let record: BuildRecord
    private let command: GenerateCommand
    private let key: ECDSAPrivateKey?
    private static let keyLimit = 1 << 20

    /// `nil` when none is asked for, or with an error.
    init?(_ command: GenerateCommand, _ record: BuildRecord?, _ diagnostics: inout Diagnostics) {
        guard let path = command.outputs.provenance, let record else { return nil }
        self.path = path
        self.record = record
        self.command = command
        guard let file = command.outputs.provenanceKey else {
            key = nil
            return
        }
        guard let source = SourceReader().read(file, limit: Self.keyLimit, &diagnostics) else { return nil }
        do throws(KeyError) {
            key = try ECDSAPrivateKey(pem: source.bytes.withUnsafeBytes { SecretBytes(copying: $0) })
        } catch {
            let reason = error == .noKey ? "the file holds no private key" : error.description
            diagnostics.error(.malformedKey, reason, path: file)
            return nil
        }
    }

    /// An envelope when there is a key, else the statement itself.
    func text(_ request: GenerateRequest, _ result: GenerateResult) throws(FileError) -> [UInt8] {
        let statement = try record.statement(command, request, result).text
        guard let key else { return statement }
        do throws(CryptoError) {
            return try SignedEnvelope(signing: statement, with: key).text
        } catch {
            throw FileError(path, reason: "\(error.operation) failed")
        }
    }
}

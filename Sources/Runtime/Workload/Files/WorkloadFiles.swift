// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR

/// The files by which the initializer gives the other containers of its pod what the Coordinator issued.
package struct WorkloadFiles: Sendable {
    private let root: String

    /// - Parameter root: a directory that stands for `/`; all paths are below it.
    package init(root: String = "/") {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    package var meshCA: String { "\(tlsDirectory)/mesh-ca.pem" }
    /// Leaf, then intermediate.
    package var certificateChain: String { "\(tlsDirectory)/certChain.pem" }
    package var privateKey: String { "\(tlsDirectory)/key.pem" }
    package var rootCA: String { "\(tlsDirectory)/coordinator-root-ca.pem" }
    /// Lower-case hexadecimal without a newline, which is also the passphrase of secure volumes.
    package var workloadSecret: String { "\(secretsDirectory)/workload-secret-seed" }
    /// What the startup probe looks for.
    package var done: String { "\(root)/done" }

    private var sharedDirectory: String { "\(root)/contrast" }
    private var tlsDirectory: String { "\(sharedDirectory)/tls-config" }
    private var secretsDirectory: String { "\(sharedDirectory)/secrets" }

    /// Writes all but the mark that all is done, which it takes away. Each file is replaced as a whole; a workload secret
    /// of an earlier run does not stay when there is none now.
    package func write(_ identity: IssuedIdentity) throws(SystemError) {
        try FileCalls.remove(done)
        for directory in [sharedDirectory, tlsDirectory, secretsDirectory] {
            try FileCalls.makeDirectory(directory, mode: 0o755)
        }
        try replace(meshCA, identity.meshCA, mode: 0o444)
        try replace(certificateChain, identity.certificateChain, mode: 0o444)
        try replace(rootCA, identity.rootCA, mode: 0o444)
        try replace(privateKey, identity.privateKey.fileBytes, mode: 0o400)
        if let secret = identity.workloadSecret {
            try replace(workloadSecret, secret.hexadecimal, mode: 0o400)
        } else {
            try FileCalls.remove(workloadSecret)
        }
    }

    /// Replaces the certificates of a workload that is running. Its key, its secret and the root CA stay as they are, and so
    /// does the mark that all is done.
    package func renew(_ identity: IssuedIdentity) throws(SystemError) {
        try replace(meshCA, identity.meshCA, mode: 0o444)
        try replace(certificateChain, identity.certificateChain, mode: 0o444)
    }

    /// Says that everything is in place, volumes among it: other containers may start.
    package func markDone() throws(SystemError) { try replace(done, [], mode: 0o644) }

    private func replace(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        let failure: SystemError? = bytes.withUnsafeBytes { bytes in
            do throws(SystemError) {
                try FileCalls.replace(path, with: bytes, mode: mode)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }
}

extension SecretBytes {
    fileprivate var fileBytes: [UInt8] { withBytes { Array($0) } }

    fileprivate var hexadecimal: [UInt8] { Array(withBytes { Hex.text($0) }.utf8) }
}

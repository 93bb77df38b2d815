// SPDX-License-Identifier: Apache-2.0

/// The calls of `cryptsetup` with which volumes are made and opened.
enum Cryptsetup {
    /// Bytes before the encrypted data.
    static let headerSize = 16 << 20

    /// Makes a header in a file and prepares the device's integrity tags; the device gets no header yet.
    ///
    /// The passphrase is a random key, so that a slow derivation would add nothing.
    static func format(_ device: String, header: String, passphraseFile: String) -> Program {
        Program(
            "cryptsetup",
            [
                "luksFormat", "--batch-mode", "--type", "luks2", "--cipher", LUKS2Metadata.cipher,
                "--key-size", String(LUKS2Metadata.cipherKeySize * 8), "--hash", "sha256",
                "--integrity", "hmac-sha256", "--integrity-no-wipe", "--sector-size", "4096",
                "--pbkdf", "argon2id", "--pbkdf-memory", String(LUKS2Metadata.memoryLimit),
                "--pbkdf-force-iterations", "4", "--header", header, "--offset", String(headerSize / 512),
                "--key-file", passphraseFile, device,
            ])
    }

    /// Copies the device's header to a file, which must not exist; repairs one of its copies by the other if need be.
    static func backUp(_ device: String, to header: String) -> Program {
        Program("cryptsetup", ["luksHeaderBackup", "--batch-mode", "--header-backup-file", header, device])
    }

    static func open(_ device: String, header: String, passphraseFile: String, as name: String) -> Program {
        Program(
            "cryptsetup",
            ["open", "--batch-mode", "--type", "luks2", "--header", header, "--key-file", passphraseFile, device, name])
    }

    static func close(_ name: String) -> Program { Program("cryptsetup", ["close", name]) }

    /// Exits with 0 when there is such a mapping, with 4 when there is none.
    static func status(_ name: String) -> Program { Program("cryptsetup", ["status", name]) }
    static let inactive = 4
}

// SPDX-License-Identifier: Apache-2.0

import Digests
import TestSupport
import Testing

@testable import Workload

@Suite struct WorkloadFilesTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\n"

    private static func secret(_ bytes: [UInt8]) -> SecretBytes { bytes.withUnsafeBytes { SecretBytes(copying: $0) } }

    private static func identity(_ name: String = "", secret bytes: [UInt8]?) throws -> IssuedIdentity {
        try IssuedIdentity(
            meshCA: Array("\(pem)mesh\(name)".utf8), certificateChain: Array("\(pem)chain\(name)".utf8),
            rootCA: Array("\(pem)root\(name)".utf8), privateKey: secret(Array("key\(name)".utf8)),
            workloadSecret: bytes.map(secret))
    }

    private static let secretBytes = (0..<64).map { UInt8($0 * 4) }

    @Test func filesOfAWorkload() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let files = WorkloadFiles(root: directory.path)
        try files.write(Self.identity(secret: Self.secretBytes))
        let text = try Files.tree(directory.path).mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(
            text == [
                "contrast/tls-config/mesh-ca.pem": "\(Self.pem)mesh",
                "contrast/tls-config/certChain.pem": "\(Self.pem)chain",
                "contrast/tls-config/coordinator-root-ca.pem": "\(Self.pem)root",
                "contrast/tls-config/key.pem": "key",
                "contrast/secrets/workload-secret-seed":
                    "0004080c1014181c2024282c3034383c4044484c5054585c6064686c7074787c8084888c9094989ca0a4a8acb0b4b8bc"
                    + "c0c4c8ccd0d4d8dce0e4e8ecf0f4f8fc",
            ])
        try files.markDone()
        for (path, mode) in [
            "contrast": 0o755, "contrast/tls-config": 0o755, "contrast/secrets": 0o755,
            "contrast/tls-config/mesh-ca.pem": 0o444, "contrast/tls-config/certChain.pem": 0o444,
            "contrast/tls-config/coordinator-root-ca.pem": 0o444, "contrast/tls-config/key.pem": 0o400,
            "contrast/secrets/workload-secret-seed": 0o400, "done": 0o644,
        ] {
            #expect(try Files.mode("\(directory.path)/\(path)") == mode, "\(path)")
        }
        #expect(try Files.read(files.done).isEmpty)
    }

    @Test func rootIsTheFileSystem() {
        #expect(WorkloadFiles().privateKey == "/contrast/tls-config/key.pem")
        #expect(WorkloadFiles().done == "/done")
        #expect(WorkloadFiles(root: "/a/").workloadSecret == "/a/contrast/secrets/workload-secret-seed")
    }

    @Test func aSecondRunReplacesAllFiles() throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let files = WorkloadFiles(root: directory.path)
        try files.write(Self.identity(secret: Self.secretBytes))
        try files.markDone()
        let number = try Files.number(files.privateKey)
        // Left behind by a run that was killed.
        try Files.write(Array("stale".utf8), to: files.meshCA + ".new")
        try files.write(Self.identity("2", secret: []))
        #expect(!Files.exists(files.done))
        #expect(!Files.exists(files.workloadSecret))
        #expect(try Files.number(files.privateKey) != number)
        #expect(try Files.text(files.privateKey) == "key2")
        #expect(try Files.text(files.meshCA) == "\(Self.pem)mesh2")
        #expect(Files.list("\(directory.path)/contrast/tls-config").count == 4)
    }

    @Test func aRootThatIsNotThereIsAnError() {
        let files = WorkloadFiles(root: "/nonexistent")
        #expect(throws: SystemError("make the directory", "/nonexistent/contrast", code: 2)) {
            try files.write(Self.identity(secret: nil))
        }
    }

    @Test(arguments: [1, 32, 63, 65, 128])
    func secretsHaveTheirLength(count: Int) {
        #expect(throws: IssuedIdentity.Fault.secretSize(count)) {
            try Self.identity(secret: [UInt8](repeating: 1, count: count))
        }
    }

    @Test(arguments: ["mesh CA", "certificate chain", "root CA"])
    func certificatesArePEM(field: String) {
        for wrong in [
            [], Array("-----BEGIN PRIVATE KEY-----".utf8),
            Array(Self.pem.utf8) + [UInt8](repeating: 0x41, count: 1 << 20),
        ] {
            func pem(_ name: String) -> [UInt8] { name == field ? wrong : Array(Self.pem.utf8) }
            #expect(throws: IssuedIdentity.Fault.notCertificates(field: field)) {
                try IssuedIdentity(
                    meshCA: pem("mesh CA"), certificateChain: pem("certificate chain"), rootCA: pem("root CA"),
                    privateKey: Self.secret([]), workloadSecret: nil)
            }
        }
    }

    @Test func secretsAreNotPrinted() throws {
        let identity = try Self.identity(secret: [UInt8](repeating: UInt8(ascii: "S"), count: 64))
        var dumped = ""
        dump(identity, to: &dumped)
        for text in [dumped, "\(identity)", String(reflecting: identity)] {
            #expect(text.contains("(secret)") && !text.contains("SSSS") && !text.contains("83, 83"))
        }
    }
}

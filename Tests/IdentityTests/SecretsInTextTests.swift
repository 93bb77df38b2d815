// SPDX-License-Identifier: Apache-2.0

import Digests
import Identity
import Testing

/// Everything Swift prints of a value.
private func texts(_ value: Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    let mirror = Mirror(reflecting: value).children.map { "\($0.label ?? "")=\($0.value)" }.joined()
    return String(describing: value) + String(reflecting: value) + dumped + mirror
}

struct SecretsInTextTests {
    @Test func nothingPrintsSeedSaltOrKeys() throws {
        // Secrets whose bytes show up in any usual form of printing.
        let seed = [UInt8](repeating: 0xA7, count: 64)
        let salt = [UInt8](repeating: 0xB9, count: 32)
        let engine = try SeedEngine(seed: secret(seed), salt: secret(salt))
        let workload = try engine.workloadSecret(id: "id")
        let authority = try CertificateAuthority(
            rootKey: engine.rootKey, meshKey: ECDSAPrivateKey(generating: .p384))
        let scalarFree = texts(engine) + texts(workload) + texts(authority) + texts(engine.rootKey)
        for needle in ["167, 167", "185, 185", "a7a7", "b9b9", "A7A7", "p6enp6en"] {
            #expect(!scalarFree.contains(needle))
        }
        let first = workload.withBytes { "\($0[0]), \($0[1]), \($0[2])" }
        #expect(!scalarFree.contains(first))
        #expect(texts(engine).contains("(secret)"))
    }

    @Test func errorsNameSizesOnly() {
        let salt = secret([UInt8](repeating: 0xB9, count: 31))
        do {
            _ = try SeedEngine(seed: secret([UInt8](repeating: 0xA7, count: 64)), salt: salt)
            Issue.record("a short salt was accepted")
        } catch {
            #expect("\(error)" == "salt must be 32 bytes long, found 31")
            #expect(!texts(error).contains("185"))
        }
    }
}

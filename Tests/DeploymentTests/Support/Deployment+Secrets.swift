// SPDX-License-Identifier: Apache-2.0

import Client
import Digests
import Foundation
import Identity
import TestSupport

extension Deployment {
    /// Everything that owners, workloads and the Coordinator keep to themselves, but for the mesh CA's key.
    func secrets() throws -> SecretSearch {
        var search = SecretSearch()
        for file in ["workload-owner.pem", "seedshare-owner.pem", "simulated/platform.pem"] {
            let blocks = try text(file).components(separatedBy: "-----BEGIN ").filter { $0.contains("PRIVATE KEY") }
            for (number, block) in blocks.enumerated() {
                let pem = "-----BEGIN " + block.components(separatedBy: "\n-----END")[0] + "\n-----END PRIVATE KEY-----"
                try search.add("\(file) \(number)", privateKey: pem)
            }
        }
        for guest in ["web", "emoji"] {
            try search.add("key of \(guest)", privateKey: text("guests/\(guest)/contrast/tls-config/key.pem"))
        }
        let shares = try SeedShareFile.read(Files.read(path("seed-shares.json")))
        let pem = try Files.read(path("seedshare-owner.pem")).withUnsafeBytes { SecretBytes(copying: $0) }
        guard let share = shares.shares.first else { throw HarnessError("there is no seed share") }
        let engine = try SeedEngine(
            seed: share.seed(pem: pem), salt: shares.salt.withUnsafeBytes { SecretBytes(copying: $0) })
        try search.add("seed", engine.seed.withBytes { Array($0) })
        try search.add("salt", shares.salt)
        try search.add("seed share", share.encryptedSeed)
        for (name, key) in [("root CA", engine.rootKey), ("transition", engine.transitionKey)] {
            let text = try key.pkcs8PEM().withBytes { String(decoding: $0, as: UTF8.self) }
            try search.add("\(name) key", privateKey: text)
        }
        for guest in ["web", "emoji"] {
            let file = path("guests/\(guest)/contrast/secrets/workload-secret-seed")
            guard Files.exists(file) else { continue }
            let hex = Array(try Files.text(file).utf8)
            let bytes = stride(from: 0, to: hex.count - 1, by: 2).compactMap {
                UInt8(String(decoding: hex[$0...$0 + 1], as: UTF8.self), radix: 16)
            }
            try search.add("workload secret of \(guest)", bytes)
        }
        return search
    }
}

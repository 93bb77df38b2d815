// SPDX-License-Identifier: Apache-2.0

import CoordinatorAPI
import Foundation
import SwiftProtobuf
import TestSupport
import Testing

/// Generated messages print all their fields; those with secrets must not.
@Suite struct SecretMessagesTests {
    private static let secret = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }

    private static func texts(_ message: some Message) -> String {
        var dumped = ""
        dump(message, to: &dumped)
        dump([message], to: &dumped)
        dump((1, message), to: &dumped)
        return [
            dumped, "\(message)", "\([message])", "\(Optional(message) as Any)", "\(Result<_, Never>.success(message))",
            String(describing: message), String(reflecting: message), message.debugDescription,
            ["a": message].description,
        ].joined(separator: "\n")
    }

    private static func search() throws -> SecretSearch {
        var search = SecretSearch()
        try search.add("secret", secret)
        return search
    }

    /// Every message of the services with something of the seed, of a key or of a workload's secret.
    private static let messages: [any Message] = {
        let data = Data(secret)
        var recover = RecoverRequest()
        (recover.seed, recover.salt) = (data, data)
        var share = SeedShare()
        share.encryptedSeed = data
        var document = SeedShareDocument()
        (document.salt, document.seedShares) = (data, [share])
        var set = SetManifestResponse()
        (set.seedSharesDoc, set.rootCa) = (document, Data("root".utf8))
        var certificate = NewMeshCertResponse()
        certificate.workloadSecret = data
        var peer = MeshRecoverResponse()
        (peer.seed, peer.salt, peer.meshCakey) = (data, data, data)
        return [recover, share, document, set, certificate, peer]
    }()

    @Test(arguments: messages.indices) func nothingOfItIsPrinted(_ index: Int) throws {
        let text = Self.texts(Self.messages[index])
        #expect(try Self.search().findings(in: text) == [])
        #expect(text.contains("(secret)"))
    }

    /// The search finds what other messages print, and what these would. Optimized, they print no fields.
    @Test func theSearchFinds() throws {
        var response = GetManifestsResponse()
        response.manifests = [Data(Self.secret)]
        #expect(try !Self.search().findings(in: response.textFormatString()).isEmpty)
        #if DEBUG
            #expect(try !Self.search().findings(in: Self.texts(response)).isEmpty)
        #endif
        for message in Self.messages {
            let bytes = try message.serializedBytes() as [UInt8]
            #expect(try Self.search().findings(in: bytes) == ["secret as plain bytes"])
            #expect(try !Self.search().findings(in: message.jsonUTF8Data()).isEmpty)
        }
    }

    /// These forms leave nothing out, and nobody asks for them.
    @Test func nobodyAsksForTheText() throws {
        let files = try Files.tree(Locations.repository + "/Sources").filter {
            $0.key.hasSuffix(".swift") && !$0.key.contains("/Generated/")
        }
        #expect(files.count > 300)
        for (path, bytes) in files {
            let text = String(decoding: bytes, as: UTF8.self)
            for call in ["textFormatString", "jsonString(", "jsonUTF8Data", "jsonUTF8Bytes"] {
                #expect(!text.contains(call), "\(path) has \(call)")
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Attestation
internal import Digests
internal import Endorsements
internal import IR

/// Small parsers of files and of what servers say. They return for every input; a crash is a finding.
enum FileTargets {
    static func pem(_ bytes: [UInt8]) {
        for kind in OwnerKey.Kind.allCases {
            if let key = try? OwnerKey(pem: bytes, kind: kind) {
                precondition((try? OwnerKey(der: key.der, kind: kind))?.der == key.der, "the key reads as another")
            }
            _ = try? OwnerKey(der: bytes, kind: kind)
        }
        _ = try? PEMFile(bytes)
        struct Malformed: Error {}
        var total = 0
        try? PEM.read(bytes, malformed: Malformed()) { (block) throws(Malformed) in total += block.der.count }
        precondition(total <= bytes.count, "there is more in the blocks than in the file")
    }

    /// A file of the cache; and an answer, of which the first byte tells how much is issuers.
    static func keptAnswer(_ bytes: [UInt8]) {
        let request = EndorsementRequest(
            base: "https://a.example", target: "/x?y=1", sizeLimit: 100, isRevalidated: true)
        if let answer = EndorsementDirectory.decode(bytes, request) {
            precondition(EndorsementDirectory.encode(answer, request) == bytes, "other bytes are the same answer")
        }
        let count = Int(bytes.first ?? 0)
        let answer = EndorsementAnswer(body: Array(bytes.dropFirst(count)), issuerChain: Array(bytes.prefix(count)))
        let file = EndorsementDirectory.encode(answer, request)
        precondition(EndorsementDirectory.decode(file, request) == answer, "an answer is kept as another")
        for (index, byte) in bytes.enumerated().prefix(8) {
            var changed = file
            let place = (index * 31 + Int(byte)) % file.count
            changed[place] ^= max(1, byte)
            precondition(EndorsementDirectory.decode(changed, request) == nil, "a changed file is taken")
        }
    }

    /// Fields of answers, and addresses that users give.
    static func httpFields(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        for now in [Int64.min, 0, 784_111_767, .max] {
            guard let wait = RetryAfter.parse(text, now: now) else { continue }
            precondition(.zero <= wait && wait <= RetryAfter.limit, "a wait out of bounds")
        }
        if let decoded = PercentEncoding.decode(text) {
            precondition(decoded.count <= text.utf8.count)
            let all = decoded.map { "%" + Hex.text([$0]) }.joined()
            precondition(PercentEncoding.decode(all) == decoded, "encoded text reads as another")
        }
        if let day = CalendarDay(text) { precondition(CalendarDay(day.description) == day) }
        if let proxy = CollateralProxy(text) {
            let request = EndorsementRequest(base: "https://a.example", target: "/x", sizeLimit: 1, isRevalidated: true)
            let url = proxy.url(for: request)
            precondition(url.hasSuffix("/x") && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "no address")
        }
    }
}

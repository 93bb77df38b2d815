// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

/// Made by Python's gzip module from the document of `InitDataTests.known`.
let pythonAnnotation =
    "H4sIAAAAAAACAytLLSrOzM9TsFVQMtAz1DNQ4krMSc8vyizJyAWJFWckGpmaKXFxRackliTGcikV5OdkJlfqFaWm5ysBFairq3MVJCZnJ6anKgBx"
    + "Xkk8RAEX0Jic/HKQERVKIEUApfeKgmgAAAA="

/// Text like a policy's, that does not repeat itself exactly.
private func sample(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    var out: [UInt8] = []
    while out.count < count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        out += "allow if input.value_\(state >> 50) == \"\(state >> 58)\"\n".utf8
    }
    return Array(out.prefix(count))
}

@Suite struct GzipTests {
    private func decode(_ bytes: [UInt8]) -> Result<[UInt8], InitDataError> {
        do throws(InitDataError) { return .success(try Gunzip.decode(bytes)) } catch { return .failure(error) }
    }

    @Test(arguments: [0, 1, 100, 8191, 8192, 50_000, 300_000])
    func primedAndPlainStreamsHoldTheDocument(prefixSize: Int) {
        let prefix = sample(prefixSize, seed: 1)
        let primed = GzipEncoder(prefixes: [prefix])
        let plain = GzipEncoder()
        for suffixSize in [0, 1, 3000, 70_000] {
            let document = prefix + sample(suffixSize, seed: 2)
            #expect(decode(primed.encode(document)) == .success(document))
            #expect(decode(plain.encode(document)) == .success(document))
        }
    }

    @Test func aStreamDependsOnNothingEncodedBefore() {
        let prefix = sample(9000, seed: 3)
        let document = prefix + sample(2500, seed: 4)
        let used = GzipEncoder(prefixes: [prefix])
        _ = used.encode(prefix + sample(5000, seed: 5))
        _ = used.encode(sample(100, seed: 6))
        #expect(used.encode(document) == GzipEncoder(prefixes: [prefix]).encode(document))
    }

    @Test func primedStreamsAreNearlyAsSmall() {
        let prefix = sample(9000, seed: 3)
        let document = prefix + sample(2500, seed: 4)
        let primed = GzipEncoder(prefixes: [prefix]).encode(document).count
        let plain = GzipEncoder().encode(document).count
        #expect(primed < plain + plain / 20)
    }

    @Test func theLongestPrefixThatFitsIsUsed() {
        let long = sample(6000, seed: 7)
        let short = Array(long.prefix(1000))
        let document = long + [1]
        let both = GzipEncoder(prefixes: [short, long]).encode(document)
        #expect(both == GzipEncoder(prefixes: [long]).encode(document))
        #expect(decode(GzipEncoder(prefixes: [long]).encode(short)) == .success(short))
    }

    @Test func headerHasNoTimeAndAFixedSystem() {
        let stream = GzipEncoder(prefixes: [[1, 2]]).encode([1, 2, 3])
        #expect(stream.prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        // CRC-32 of 01 02 03, then the size.
        #expect(stream.suffix(8) == [0x1D, 0x80, 0xBC, 0x55, 3, 0, 0, 0])
    }

    @Test func everyTruncationIsRefused() throws {
        let stream = GzipEncoder().encode(sample(500, seed: 8))
        for length in 0..<stream.count {
            #expect(decode(Array(stream.prefix(length))) == .failure(InitDataError("the gzip stream is cut short")))
        }
    }

    @Test func damageAndTrailingBytesAreRefused() {
        let stream = GzipEncoder().encode(sample(500, seed: 8))
        #expect(decode(stream + [0]) == .failure(InitDataError("bytes follow the end of the gzip stream")))
        #expect(decode(stream + stream) == .failure(InitDataError("bytes follow the end of the gzip stream")))
        for offset in [0, 2, 30, stream.count - 8, stream.count - 1] {
            var damaged = stream
            damaged[offset] ^= 1
            #expect(throws: InitDataError.self) { try Gunzip.decode(damaged) }
        }
    }

    @Test func bombsAreRefused() {
        let bomb = GzipEncoder().encode([UInt8](repeating: 0, count: 4 << 20))
        #expect(throws: InitDataError.self) { try Gunzip.decode(bomb) }
        let limited = sample(Gunzip.outputLimit + 1, seed: 9)
        #expect(
            decode(GzipEncoder().encode(limited))
                == .failure(InitDataError("the gzip stream expands to more than 16777216 bytes")))
        let small = [UInt8](repeating: 0, count: Gunzip.ratioFreeBytes)
        #expect(decode(GzipEncoder().encode(small)) == .success(small))
    }
}

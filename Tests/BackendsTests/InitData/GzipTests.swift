// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import InitDataFormat
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
        let primed = GzipEncoder(prefix: prefix)
        let plain = GzipEncoder()
        for suffixSize in [0, 1, 3000, 70_000] {
            let rest = sample(suffixSize, seed: 2)
            #expect(decode(primed.encode(rest: rest)) == .success(prefix + rest))
            #expect(decode(plain.encode(rest: prefix + rest)) == .success(prefix + rest))
        }
    }

    @Test func aStreamDependsOnNothingEncodedBefore() {
        let prefix = sample(9000, seed: 3)
        let rest = sample(2500, seed: 4)
        let used = GzipEncoder(prefix: prefix)
        _ = used.encode(rest: sample(5000, seed: 5))
        _ = used.encode(rest: sample(100, seed: 6))
        #expect(used.encode(rest: rest) == GzipEncoder(prefix: prefix).encode(rest: rest))
    }

    @Test func primedStreamsAreNearlyAsSmall() {
        let prefix = sample(9000, seed: 3)
        let rest = sample(2500, seed: 4)
        let primed = GzipEncoder(prefix: prefix).encode(rest: rest).count
        let plain = GzipEncoder().encode(rest: prefix + rest).count
        #expect(primed < plain + plain / 20)
    }

    @Test func headerHasNoTimeAndAFixedSystem() {
        let stream = GzipEncoder(prefix: [1, 2]).encode(rest: [3])
        #expect(stream.prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        // CRC-32 of 01 02 03, then the size.
        #expect(stream.suffix(8) == [0x1D, 0x80, 0xBC, 0x55, 3, 0, 0, 0])
    }

    @Test func everyTruncationIsRefused() throws {
        let stream = GzipEncoder().encode(rest: sample(500, seed: 8))
        for length in 0..<stream.count {
            #expect(decode(Array(stream.prefix(length))) == .failure(InitDataError("the gzip stream is cut short")))
        }
    }

    @Test func damageAndTrailingBytesAreRefused() {
        let stream = GzipEncoder().encode(rest: sample(500, seed: 8))
        #expect(decode(stream + [0]) == .failure(InitDataError("bytes follow the end of the gzip stream")))
        #expect(decode(stream + stream) == .failure(InitDataError("bytes follow the end of the gzip stream")))
        for offset in [0, 2, 30, stream.count - 8, stream.count - 1] {
            var damaged = stream
            damaged[offset] ^= 1
            #expect(throws: InitDataError.self) { try Gunzip.decode(damaged) }
        }
    }

    @Test func bombsAreRefused() {
        let bomb = GzipEncoder().encode(rest: [UInt8](repeating: 0, count: 4 << 20))
        #expect(throws: InitDataError.self) { try Gunzip.decode(bomb) }
        let limited = sample(Gunzip.outputLimit + 1, seed: 9)
        #expect(
            decode(GzipEncoder().encode(rest: limited))
                == .failure(InitDataError("the gzip stream expands to more than 16777216 bytes")))
        let small = [UInt8](repeating: 0, count: Gunzip.ratioFreeBytes)
        #expect(decode(GzipEncoder().encode(rest: small)) == .success(small))
    }
}

// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// No executable may be able to make evidence.
@Suite struct SimulationTests {
    @Test func executableHasNoSimulatedPlatform() throws {
        let bytes = try Files.read(try Locations.contrast())
        #expect(contains(bytes, "11Attestation"), "the search itself is broken")
        #expect(!contains(bytes, "SimulatedPlatform"))
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            guard buffer.count >= wanted.count else { return false }
            return (0...buffer.count - wanted.count).contains { index in
                buffer[index] == wanted[0] && (0..<wanted.count).allSatisfy { buffer[index + $0] == wanted[$0] }
            }
        }
    }
}

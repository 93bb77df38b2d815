// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import Testing

/// Files that are not part of the repository: test data by the variable CONTRAST_TEST_DATA, and Debian's OVMF.fd by
/// CONTRAST_TEST_FIRMWARE.
enum TestData {
    static var isThere: Bool { variable("CONTRAST_TEST_DATA") != nil }
    static var hasFirmware: Bool { isThere && variable("CONTRAST_TEST_FIRMWARE") != nil }

    static func bytes(_ name: String) throws -> [UInt8] {
        let directory = try #require(variable("CONTRAST_TEST_DATA"))
        return try read("\(directory)/attestation/\(name)")
    }

    static func firmware() throws -> [UInt8] { try read(#require(variable("CONTRAST_TEST_FIRMWARE"))) }

    static func knownAnswers() throws -> JSONObject {
        try #require(JSONParser.parse(bytes("measure/known-answers.json")).object)
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try Array(#require(FileManager.default.contents(atPath: path)))
    }
}

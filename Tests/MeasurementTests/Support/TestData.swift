// SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import IR
import Testing

/// Files that are not part of the repository: test data by the variable CONTRAST_TEST_DATA, and Debian's OVMF.fd where
/// its package puts it, or by CONTRAST_TEST_FIRMWARE.
enum TestData {
    static var isThere: Bool { variable("CONTRAST_TEST_DATA") != nil }

    static func bytes(_ name: String) throws -> [UInt8] {
        let directory = try #require(variable("CONTRAST_TEST_DATA"))
        return try read("\(directory)/attestation/\(name)")
    }

    /// `nil` when there is none, or one of another version than the known answers are for.
    static var firmware: [UInt8]? {
        let path = variable("CONTRAST_TEST_FIRMWARE") ?? "/usr/share/ovmf/OVMF.fd"
        guard isThere, let bytes = try? read(path), let group = try? knownAnswers()["debian_ovmf"]?.object else {
            return nil
        }
        return Hex.text(SHA256.digest(bytes)) == group["sha256"]?.string ? bytes : nil
    }

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

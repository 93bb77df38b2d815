// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR
import TestSupport
import Testing

@Suite struct GoldenTests {
    private static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

    @Test func casesAreThere() {
        #expect(GoldenCase.all.count >= 80)
        let names = Set(GoldenCase.all.map(\.name))
        for name in ["example-voting-mesh", "example-cron", "workload-kinds", "stdin", "CC0102", "remove"] {
            #expect(names.contains(name), "the case '\(name)' is missing")
        }
    }

    @Test(arguments: GoldenCase.all)
    func outcome(_ golden: GoldenCase) throws {
        let outcome = try GoldenOutcome.of(golden)
        let expected = try Files.tree(golden.expectedDirectory)
        if Self.isUpdating, outcome.files != expected {
            Files.remove(golden.expectedDirectory)
            for (path, bytes) in outcome.files { try Files.write(bytes, to: golden.expectedDirectory + "/" + path) }
            Issue.record("rewrote the expectations of '\(golden.name)'")
        }
        if !Self.isUpdating {
            for path in Set(expected.keys).union(outcome.files.keys).sorted() {
                let (old, new) = (expected[path], outcome.files[path])
                guard old != new else { continue }
                Issue.record("\(golden.name)/expected/\(path): \(Self.difference(old, new))")
            }
        }
        // Whatever the expectations say: a run that fails leaves every file as it was, but for that of its findings.
        if outcome.statuses.allSatisfy({ $0 != 0 }) {
            #expect(outcome.changedPaths.allSatisfy { $0 == "found.txt" }, "\(outcome.changedPaths)")
        }
        // What is attached is what the manifest lists.
        if let listed = outcome.manifestHashes, golden.name != "remove" {
            #expect(outcome.attachedHashes.isSubset(of: listed))
        }
    }

    /// Codes whose inputs are too large to be kept here, or that need a Coordinator; other tests make them.
    private static let silentCodes: Set<DiagnosticCode> = [
        .policyTooLarge, .coordinatorRefused, .coordinatorNotVerified, .manifestDiffers, .historyDamaged,
        .trustOnFirstUse,
    ]

    /// Each code that the program has is the subject of a case.
    @Test func everyCodeHasACase() {
        let emitted = GoldenCase.all.map { golden in
            (try? Files.text(golden.expectedDirectory + "/diagnostics.txt")) ?? ""
        }.joined()
        for code in DiagnosticCode.allCases {
            let isSilent = Self.silentCodes.contains(code)
            #expect(emitted.contains("[\(code.rawValue)]") != isSilent, "\(code.rawValue) has no case, or has one now")
        }
    }

    private static func difference(_ old: [UInt8]?, _ new: [UInt8]?) -> String {
        guard let old else { return "is not expected" }
        guard let new else { return "is expected and missing" }
        let (oldLines, newLines) = (lines(old), lines(new))
        let first = zip(oldLines, newLines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let line = first ?? min(oldLines.count, newLines.count)
        func text(_ lines: [String]) -> String { line < lines.count ? String(lines[line].prefix(300)) : "(end)" }
        return "line \(line + 1)\n- \(text(oldLines))\n+ \(text(newLines))"
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

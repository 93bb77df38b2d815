// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json

    /// Prints lines or a value, with a finding when that fails.
    func write(_ lines: [String], _ value: JSONValue, _ diagnostics: inout Diagnostics) {
        let out =
            switch self {
            case .text: lines.joined(separator: "\n")
            case .json: JSONPrinter.text(value, JSONPrinter.Style(indent: 2, sortedKeys: true))
            }
        guard !out.isEmpty else { return }
        do throws(FileError) {
            try FileSystem.writeOutput(Array((out + "\n").utf8))
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
    }
}

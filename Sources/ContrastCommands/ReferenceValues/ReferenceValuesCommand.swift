// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `contrast reference-values`.
struct ReferenceValuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference-values",
        abstract: "Compute, show and compare what hardware must report.",
        subcommands: [ListCommand.self, ShowCommand.self, MeasureCommand.self, TCBCommand.self])
}

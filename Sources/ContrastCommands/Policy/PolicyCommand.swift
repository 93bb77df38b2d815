// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `contrast policy`.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Work with agent policies.",
        subcommands: [PolicyShowCommand.self, PolicyDiffCommand.self, PolicyTestCommand.self])
}

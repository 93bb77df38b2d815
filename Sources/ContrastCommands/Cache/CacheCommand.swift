// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `contrast cache`.
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Work with the cache of images.",
        subcommands: [CachePruneCommand.self])
}

/// `contrast cache prune`.
struct CachePruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove what was not used for a while.",
        discussion: """
            The cache is in $XDG_CACHE_HOME/contrast, or ~/.cache/contrast. Nothing is lost with it but time.

            Example:
              contrast cache prune --days 0
            """)

    @Option(help: ArgumentHelp("Keep what was used in these days. (default: 30)", valueName: "n"))
    var days = 30

    func validate() throws {
        if !(0...36_500).contains(days) { throw ValidationError("'--days' takes a number from 0 to 36500") }
    }

    func run() throws {
        let pruned = CacheDirectory.standard?.prune(olderThan: days * 86_400) ?? CacheDirectory.Pruned()
        let line = "removed \(pruned.files) file\(pruned.files == 1 ? "" : "s"), \(pruned.bytes) bytes\n"
        try FileSystem.writeOutput(Array(line.utf8))
    }
}

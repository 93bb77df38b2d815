// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR
internal import OCI

/// `contrast lock`.
struct LockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Resolve the images of deployments and record them in contrast.lock.",
        discussion: """
            Reads .yaml, .yml and .json files, directories of them, or '-' for standard input, and resolves every image \
            that their pods name. An image that the lock has stays as it is; '--update' asks where its tag leads to now. \
            What changes is printed; nothing is written unless every image could be resolved.

            Example:
              contrast lock deployment/
              contrast lock --update deployment/
              contrast lock --check deployment/
              contrast lock --from registry.example/shop/web:1.4=web.tar deployment/
            """)

    @Option(help: ArgumentHelp("Lock file. (default: contrast.lock)", valueName: "file"))
    var lock: String?

    @Flag(help: "Write nothing; prove every entry from its layers, and exit with 2 if the lock would change.")
    var check = false

    @Flag(help: "Ask where tags lead to now.")
    var update = false

    @Flag(help: "Remove entries that no input names.")
    var prune = false

    @Option(help: ArgumentHelp("Platform of the images. (default: linux/amd64)", valueName: "os/architecture"))
    var platform = "linux/amd64"

    @Flag(help: "Read all layers, also those that say nothing new of users, to record their sizes.")
    var allLayers = false

    @Option(help: ArgumentHelp("Directory of the default lock file.", valueName: "dir"))
    var workspaceDir: String?

    @OptionGroup(title: "Sources") var sources: SourceOptions
    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    @Argument(help: ArgumentHelp("Files and directories, or '-'.", valueName: "path"))
    var paths: [String] = []

    func validate() throws {
        if paths.isEmpty { throw ValidationError("give the files or directories to lock, or '-'") }
        if ImagePlatform(platform) == nil {
            throw ValidationError("'\(platform)' is no platform; expected a text such as linux/amd64")
        }
        if lock == "-" { throw ValidationError("the lock cannot be a standard stream") }
    }

    func run() throws { try LockRun(self).run() }

    var lockPath: String {
        if let lock { return lock }
        guard let directory = workspaceDir, !directory.isEmpty else { return "contrast.lock" }
        return directory.hasSuffix("/") ? "\(directory)contrast.lock" : "\(directory)/contrast.lock"
    }
}

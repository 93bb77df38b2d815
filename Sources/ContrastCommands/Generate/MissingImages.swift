// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import Driver
internal import IR
internal import OCI

/// Resolves, for one run of generate, the images that the lock does not have. The lock file stays as it is.
struct MissingImages {
    private let command: GenerateCommand
    private let lockPath: String

    init(_ command: GenerateCommand, lockPath: String) {
        self.command = command
        self.lockPath = lockPath
    }

    /// A lock that has what was resolved too.
    func resolve(
        _ lock: LockFile, _ inputs: [InputFile], _ replacements: ImageReplacements, _ diagnostics: inout Diagnostics
    ) -> LockFile {
        let inventory = ImageInventory.of(
            inputs, command.compilation.all ? .all : .confidential, replacements: replacements,
            jobs: command.compilation.jobCount)
        // Images of Contrast itself are described by bundles. Inputs with errors are not compiled.
        let missing = inventory.images.filter {
            !$0.reference.text.hasPrefix(ContrastName.imagePrefix) && !lock.has($0.reference)
        }
        guard !missing.isEmpty, !inventory.diagnostics.hasErrors,
            var contents = lock.contents(into: &diagnostics)
        else { return lock }
        var options = LockPlan.Options(platform: ImagePlatform.standard.description)
        options.sizes = command.compilation.calculatePodMemory
        let plan = LockPlan(missing, lock: contents, options, into: &diagnostics)
        guard !diagnostics.hasErrors else { return lock }
        let session = ResolutionSession(
            command.sources, platform: .standard,
            showsProgress: FileSystem.isTerminal(2) && command.findings.diagnosticsFormat == .text)
        for (task, result) in session.resolve(plan.tasks, &diagnostics) {
            switch result {
            case .success(let entry):
                contents.images[task.key] = entry
                let digest = (entry.index ?? entry.digest).map { "\($0)" } ?? ""
                diagnostics.add(
                    Diagnostic(
                        .note, .imageNotLocked,
                        "the image '\(task.reference)' is not in the lock and was resolved to \(digest); "
                            + "'contrast lock' records it", at: task.range))
            case .failure(let failure):
                diagnostics.error(
                    .imageNotResolved,
                    "the image '\(task.reference)' is not in the lock and cannot be resolved: \(failure.message)",
                    at: task.range, notes: lock.similar(to: task.reference).map { .init("the lock has '\($0)'") })
            }
        }
        guard !diagnostics.hasErrors else { return lock }
        return LockReader.read(SourceFile(path: lockPath, bytes: contents.text()), into: &diagnostics) ?? lock
    }
}

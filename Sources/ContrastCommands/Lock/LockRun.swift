// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import Compiler
internal import Driver
internal import IR
internal import OCI

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One execution of `contrast lock`.
struct LockRun {
    private let command: LockCommand
    private let lockPath: String

    init(_ command: LockCommand) {
        self.command = command
        lockPath = command.lockPath
    }

    func run() throws {
        Interruption.prepare()
        var diagnostics = Diagnostics()
        let inputs = InputDiscovery(excluded: [lockPath, command.findings.diagnosticsOutput].compactMap { $0 })
            .find(command.paths, into: &diagnostics)
        let jobs = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let inventory = ImageInventory.of(inputs, jobs: jobs)
        diagnostics.add(contentsOf: inventory.diagnostics)
        let old = existing(&diagnostics)
        guard let lock = old?.lock, !diagnostics.hasErrors else { return try command.findings.report(diagnostics) }
        var options = LockPlan.Options(platform: command.platform)
        options.update = command.update
        options.prove = command.check
        options.prune = command.prune
        options.sizes = command.allLayers
        let plan = LockPlan(inventory.images, lock: lock, options, into: &diagnostics)
        guard !diagnostics.hasErrors else { return try command.findings.report(diagnostics) }
        let (new, changes) = resolve(plan, lock, &diagnostics)
        guard !command.findings.fails(diagnostics) else { return try command.findings.report(diagnostics) }
        try finish(new.text(), old: old?.bytes, changes, &diagnostics)
    }

    /// The lock as it is, and its bytes; an empty one where there is no file.
    private func existing(_ diagnostics: inout Diagnostics) -> (lock: ContrastLock, bytes: [UInt8]?)? {
        guard FileSystem.info(lockPath) != nil else { return (ContrastLock(), nil) }
        guard let source = SourceReader().read(lockPath, limit: LockReader.sizeLimit, &diagnostics),
            let file = LockReader.read(source, into: &diagnostics),
            let contents = file.contents(into: &diagnostics)
        else { return nil }
        return (contents, source.bytes)
    }

    private func resolve(
        _ plan: LockPlan, _ lock: ContrastLock, _ diagnostics: inout Diagnostics
    ) -> (ContrastLock, [String: LockChange]) {
        var new = lock
        var changes: [String: LockChange] = [:]
        let session = ResolutionSession(
            command.sources, platform: ImagePlatform(command.platform) ?? .standard,
            showsProgress: FileSystem.isTerminal(2) && command.findings.diagnosticsFormat == .text)
        for (task, result) in session.resolve(plan.tasks, &diagnostics) {
            switch result {
            case .success(let entry):
                changes[task.key] = LockChange(task.old, entry)
                new.images[task.key] = entry
            case .failure(let failure):
                // Of these the bundle knows enough.
                let isOurs = task.reference.text.hasPrefix(ContrastName.imagePrefix) && task.old == nil
                diagnostics.add(
                    Diagnostic(
                        isOurs ? .warning : .error, .imageNotResolved,
                        "the image '\(task.reference)' cannot be resolved: \(failure.message)", at: task.range))
            }
        }
        if command.prune {
            for key in plan.unused {
                new.images[key] = nil
                changes[key] = .removed
            }
        }
        return (new, changes)
    }

    private func finish(
        _ text: [UInt8], old: [UInt8]?, _ changes: [String: LockChange], _ diagnostics: inout Diagnostics
    ) throws {
        // A net under the resolution: what is written must be accepted, with its proof.
        _ = LockReader.read(SourceFile(path: lockPath, bytes: text), into: &diagnostics)?.contents(into: &diagnostics)
        guard !diagnostics.hasErrors else { return try command.findings.report(diagnostics) }
        let lines = changes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { $0.value.line($0.key) + "\n" }
        let isChanged = text != old
        do throws(FileError) {
            try FileSystem.writeOutput(Array(lines.joined().utf8))
            if isChanged, !command.check {
                var transaction = FileTransaction()
                try transaction.stage(lockPath, text)
                try transaction.commit()
            }
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
        try command.findings.report(diagnostics)
        if isChanged, command.check { throw ExitCode.changeFound }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Driver
internal import IR
internal import OCI
internal import Registry

/// Resolves the images of one run, several at a time.
struct ResolutionSession {
    private let sources: SourceOptions
    private let platform: ImagePlatform
    private let progress: LockProgress?
    /// Images that are resolved at a time.
    private static let width = 16

    init(_ sources: SourceOptions, platform: ImagePlatform, showsProgress: Bool) {
        self.sources = sources
        self.platform = platform
        progress = showsProgress ? LockProgress() : nil
    }

    /// Results in the order of the tasks. None when the sources cannot be opened, which is an error in `diagnostics`.
    func resolve(
        _ tasks: [LockPlan.Task], _ diagnostics: inout Diagnostics
    ) -> [(task: LockPlan.Task, result: Result<LockEntry, ImageError>)] {
        guard !tasks.isEmpty else { return [] }
        let source: any ImageSource
        let registries: RegistryClient
        do {
            let layouts = try sources.layoutSources()
            registries = try sources.registryClient()
            source = try sources.all(layouts, registries)
        } catch {
            diagnostics.error(.unreadableInput, "an image source cannot be used: \(Self.failure(error).message)")
            return []
        }
        progress?.start(images: tasks.count)
        defer { progress?.stop() }
        let results = Blocking.run { [self] in
            let results = await resolve(tasks, source)
            await registries.close()
            return results
        }
        return zip(tasks, results).map { ($0, $1) }
    }

    /// What became of the task at an index.
    private struct Resolved: Sendable {
        var index: Int
        var result: Result<LockEntry, ImageError>
    }

    private func resolve(
        _ tasks: [LockPlan.Task], _ source: any ImageSource
    ) async -> [Result<LockEntry, ImageError>] {
        let resolution = ImageResolution(
            source: source, cache: sources.noCache ? nil : CacheDirectory.standard, platform: platform,
            observer: progress)
        let limit = TaskLimit(Self.width)
        return await withTaskGroup(of: Resolved.self) { group in
            for (index, task) in tasks.enumerated() {
                group.addTask {
                    do {
                        let entry = try await limit.run {
                            try await resolution.resolve(
                                task.reference, digest: task.digest, readsAllLayers: task.needsSizes)
                        }
                        return Resolved(index: index, result: .success(entry))
                    } catch {
                        return Resolved(index: index, result: .failure(Self.failure(error)))
                    }
                }
            }
            var results: [Resolved] = []
            for await resolved in group { results.append(resolved) }
            return results.sorted { $0.index < $1.index }.map(\.result)
        }
    }

    private static func failure(_ error: any Error) -> ImageError {
        switch error {
        case let error as ImageError: error
        case let error as FileError: ImageError(.unreachable, "'\(error.path)' cannot be read: \(error.reason)")
        default: ImageError(.unreachable, "\(error)")
        }
    }
}

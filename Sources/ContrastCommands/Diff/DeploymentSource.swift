// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Compiler
internal import Driver
internal import IR

/// Where one side of a comparison is.
enum DeploymentSource {
    case path(String)
    /// A path in a revision, the directory in which git is run, and what findings call the path.
    case git(GitRevision, path: String, directory: String, shown: String)

    /// A file or directory on the disk, else REVISION:PATH.
    init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, FileSystem.info(text) == nil else {
            self = .path(text)
            return
        }
        try GitRevision.check(parts[0])
        self = .git(GitRevision(parts[0]), path: parts[1], directory: ".", shown: parts[1])
    }

    /// What a path on the disk was in a revision.
    init(_ path: String, in revision: GitRevision) {
        if FileSystem.info(path)?.kind == .directory {
            self = .git(revision, path: "./", directory: path, shown: path == "." ? "" : path)
        } else {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            self = .git(revision, path: "./\(name)", directory: FileSystem.directory(of: path), shown: path)
        }
    }

    /// The files, with the manifest beside one that is named.
    func read(_ diagnostics: inout Diagnostics) -> [SourceFile] {
        switch self {
        case .path(let path):
            var paths = [path]
            let beside = FileSystem.directory(of: path) + "/manifest.json"
            let isFile = FileSystem.info(path)?.kind == .file
            if isFile, !path.hasSuffix(".json"), FileSystem.info(beside)?.kind == .file { paths.append(beside) }
            return InputDiscovery(excluded: []).find(paths, into: &diagnostics)
                .compactMap { $0.load(into: &diagnostics) }
        case .git(let revision, let path, let directory, let shown):
            do {
                if let files = try revision.files(at: path, in: directory, shown: shown) { return files }
                diagnostics.note(
                    .objectSkipped, "there is no such file or directory in this revision, so that all is new",
                    path: "\(revision.name):\(shown)")
            } catch {
                let message = (error as? GitRevision.Failure)?.message ?? "\(error)"
                diagnostics.error(.unreadableInput, message, path: "\(revision.name):\(shown)")
            }
            return []
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Compiler
internal import IR

/// A revision of a git repository, read through the program `git`.
struct GitRevision {
    let name: String

    init(_ name: String) { self.name = name }

    private static let lengthLimit = 256
    /// Bytes of the list of a directory's files.
    private static let listLimit = 64 << 20
    /// Bytes of all files that are read.
    private static let contentLimit = 1 << 30

    /// Refuses what is no name of a revision, above all what git would take for an option.
    static func check(_ name: String) throws {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/~^@{}+#=,%-".utf8)
        guard !name.isEmpty, name.utf8.count <= lengthLimit, !name.hasPrefix("-"),
            name.utf8.allSatisfy(allowed.contains)
        else { throw ValidationError("'\(name)' is no git revision") }
    }

    /// Why git gave nothing.
    struct Failure: Error {
        var message: String
    }

    private struct Entry {
        var object: String
        var size: Int
        var path: String
    }

    /// The files that one file or directory of the revision stands for.
    ///
    /// - Parameters:
    ///   - path: as git reads it, from the repository's root, or from `directory` when it starts with `./`.
    ///   - directory: where git is run.
    ///   - shown: what findings call the path.
    /// - Returns: `nil` when there is nothing at the path.
    func files(at path: String, in directory: String, shown: String) throws -> [SourceFile]? {
        let git = GitProgram(directory: directory)
        guard let commit = try git.object("\(name)^{commit}") else {
            throw Failure(message: "there is no revision '\(name)' in the git repository")
        }
        guard let object = try git.object("\(commit):\(path)") else { return nil }
        guard try git.isTree(object) else {
            let file = try git.read([Entry(object: object, size: 0, path: shown)], name)
            let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let beside = (folder.map(String.init) + ["manifest.json"]).joined(separator: "/")
            guard !path.hasSuffix(".json"), let manifest = try git.object("\(commit):\(beside)") else { return file }
            return file + (try git.read([Entry(object: manifest, size: 0, path: beside)], name))
        }
        let prefix = shown.isEmpty || shown.hasSuffix("/") ? shown : shown + "/"
        let entries = try git.list(object).filter { InputDiscovery.isInput($0.path) }
        return try git.read(entries.map { Entry(object: $0.object, size: $0.size, path: prefix + $0.path) }, name)
    }

    /// The program, in one directory.
    private struct GitProgram {
        let directory: String

        /// The id of an object; `nil` when there is none of this name.
        func object(_ name: String) throws -> String? {
            let run = try run(["rev-parse", "--verify", "--quiet", "--end-of-options", name], limit: 4096)
            let id = String(decoding: run.output, as: UTF8.self).filter { $0 != "\n" }
            if run.status == 0, id.utf8.count >= 40, Hex.decode(id) != nil { return id }
            // Silence is its answer for what there is not.
            guard run.status == 1 || run.errors.isEmpty else { throw failure(run) }
            return nil
        }

        func isTree(_ object: String) throws -> Bool {
            let run = try succeed(["cat-file", "-t", object], limit: 4096)
            return run.output.starts(with: "tree".utf8)
        }

        /// Files at any depth below a directory; no links, and no other repositories.
        func list(_ tree: String) throws -> [Entry] {
            let run = try succeed(["ls-tree", "-r", "-z", "-l", "--full-tree", tree], limit: listLimit)
            return run.output.split(separator: 0).compactMap { line in
                // <mode> <type> <object> <size>\t<path>
                let parts = line.split(separator: 0x09, maxSplits: 1)
                guard parts.count == 2 else { return nil }
                let fields = parts[0].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
                guard fields.count == 4, fields[0].hasPrefix("100"), fields[1] == "blob", let size = Int(fields[3])
                else {
                    return nil
                }
                return Entry(object: fields[2], size: size, path: String(decoding: parts[1], as: UTF8.self))
            }
        }

        /// The contents of files.
        func read(_ entries: [Entry], _ revision: String) throws -> [SourceFile] {
            if let large = entries.first(where: { $0.size > InputLimits.fileSize }) {
                throw Failure(message: "'\(large.path)' is larger than \(InputLimits.fileSize) bytes")
            }
            let names = entries.map { $0.object + "\n" }.joined()
            var rest = try succeed(["cat-file", "--batch"], input: Array(names.utf8), limit: contentLimit).output[...]
            return try entries.map { entry in
                // <object> blob <size>\n<content>\n
                let header = rest.prefix { $0 != 0x0A }
                let size = header.split(separator: 0x20).last.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
                guard let size, header.starts(with: entry.object.utf8), size <= InputLimits.fileSize,
                    rest.count > header.count + 1 + size
                else { throw Failure(message: "git does not give the content of '\(entry.path)'") }
                let content = rest.dropFirst(header.count + 1).prefix(size)
                rest = rest.dropFirst(header.count + size + 2)
                return SourceFile(path: "\(revision):\(entry.path)", bytes: Array(content))
            }
        }

        private func succeed(_ arguments: [String], input: [UInt8] = [], limit: Int) throws -> ProgramRun {
            let run = try run(arguments, input: input, limit: limit)
            guard run.status == 0 else { throw failure(run) }
            guard run.output.count <= limit else { throw Failure(message: "git gives more than \(limit) bytes") }
            return run
        }

        /// Without what could change objects, ask a person, or fetch something.
        private func run(_ arguments: [String], input: [UInt8] = [], limit: Int) throws -> ProgramRun {
            do throws(FileError) {
                return try ProgramRun.run(
                    "git", ["--no-replace-objects", "-C", directory] + arguments, input: input,
                    environment: [
                        "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0",
                        "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
                    ], outputLimit: limit)
            } catch {
                throw Failure(message: "the program 'git' cannot be run: \(error.reason)")
            }
        }

        private func failure(_ run: ProgramRun) -> Failure {
            let said = run.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
            return Failure(message: "git fails\(said)")
        }
    }
}

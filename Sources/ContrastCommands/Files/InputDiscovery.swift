// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import Driver
internal import IR

/// Finds the input files: those named, and every `.yaml`, `.yml` and `.json` below the directories named.
///
/// The result is in bytewise order of paths and has each file once, so that the order of arguments does not matter.
struct InputDiscovery {
    /// Files that the run itself reads or writes, which are never inputs.
    var excluded: [String]
    /// Standard input, when it has been read already.
    var standardInput: Result<SourceFile, InputFile.ReadFailure>?
    private static let depthLimit = 64

    func find(_ paths: [String], into diagnostics: inout Diagnostics) -> [InputFile] {
        let hidden = Set(excluded.compactMap { FileSystem.info($0).map(Self.identity) })
        var found: [String: Bool] = [:]
        for path in paths {
            if path == "-" {
                found["-"] = true
                continue
            }
            switch FileSystem.info(path)?.kind {
            case .directory: walk(path, depth: 0, &found, &diagnostics)
            case .file, .other: found[path] = true
            case nil: unreadable(path, "there is no such file or directory", &diagnostics)
            }
        }
        var seen: Set<[UInt64]> = []
        var inputs: [InputFile] = []
        for (path, isNamed) in found.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if path != "-", let info = FileSystem.info(path) {
                let identity = Self.identity(info)
                if hidden.contains(identity) {
                    if isNamed {
                        diagnostics.note(
                            .objectSkipped, "this is no input, since the run reads or writes it for another end",
                            path: path)
                    }
                    continue
                }
                if !seen.insert(identity).inserted { continue }
            }
            if path == "-" {
                // Can be read once only.
                let read = standardInput ?? Self.read(path)
                inputs.append(InputFile(path: path, isNamed: isNamed) { read })
            } else {
                inputs.append(Self.input(path, isNamed: isNamed))
            }
        }
        return inputs
    }

    /// A file on the disk.
    static func input(_ path: String, isNamed: Bool) -> InputFile {
        InputFile(path: path, isNamed: isNamed) { read(path) }
    }

    static func readStandardInput() -> Result<SourceFile, InputFile.ReadFailure> { read("-") }

    private static func read(_ path: String) -> Result<SourceFile, InputFile.ReadFailure> {
        do throws(FileError) {
            return .success(SourceFile(path: path, bytes: try FileSystem.read(path, limit: InputLimits.fileSize)))
        } catch {
            return .failure(InputFile.ReadFailure(reason: error.reason))
        }
    }

    private static func identity(_ info: FileSystem.Info) -> [UInt64] { [info.device, info.number] }

    private func unreadable(_ path: String, _ reason: String, _ diagnostics: inout Diagnostics) {
        diagnostics.error(.unreadableInput, "the input cannot be read: \(reason)", path: path)
    }

    private func walk(
        _ directory: String, depth: Int, _ found: inout [String: Bool], _ diagnostics: inout Diagnostics
    ) {
        guard depth < Self.depthLimit else {
            return diagnostics.error(
                .limitExceeded, "directories are nested deeper than \(Self.depthLimit)", path: directory)
        }
        let names: [String]
        do throws(FileError) {
            names = try FileSystem.list(directory)
        } catch {
            return unreadable(directory, error.reason, &diagnostics)
        }
        for name in names {
            // Files of the working directory are called as a shell would call them.
            let path = directory == "." ? name : directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
            switch FileSystem.info(path)?.kind {
            case .directory: walk(path, depth: depth + 1, &found, &diagnostics)
            case .file where Self.isInput(name): if found[path] == nil { found[path] = false }
            case .file, .other: break
            case nil where Self.isInput(name):
                let isMangled = name.unicodeScalars.contains("\u{FFFD}")
                unreadable(path, isMangled ? "its name is not UTF-8" : "there is no such file", &diagnostics)
            case nil: break
            }
        }
    }

    static func isInput(_ name: String) -> Bool {
        name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
    }
}

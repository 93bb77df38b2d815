// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import IR

/// The settings of a run: the defaults, a file, or a directory with `genpolicy-settings.json` and drop-ins in
/// `genpolicy-settings.d/`.
struct SettingsFiles {
    let path: String?
    var reader = SourceReader()
    private static let fileName = "genpolicy-settings.json"
    private static let dropInDirectory = "genpolicy-settings.d"

    func read(_ diagnostics: inout Diagnostics) -> PolicySettings? {
        guard let path else { return .defaults }
        guard FileSystem.info(path)?.kind == .directory else {
            return reader.read(path, limit: SettingsReader.sizeLimit, as: .settings, &diagnostics)
                .flatMap { SettingsReader.read($0, into: &diagnostics) }
        }
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        let main = "\(base)/\(Self.fileName)"
        guard let file = reader.read(main, limit: SettingsReader.sizeLimit, as: .settings, &diagnostics) else {
            return nil
        }
        var dropIns: [SourceFile] = []
        let directory = "\(base)/\(Self.dropInDirectory)"
        if FileSystem.info(directory)?.kind == .directory {
            do throws(FileError) {
                for name in try FileSystem.list(directory) where name.hasSuffix(".json") {
                    let path = "\(directory)/\(name)"
                    guard
                        let source = reader.read(
                            path, limit: SettingsReader.sizeLimit, as: .settings, &diagnostics)
                    else { return nil }
                    dropIns.append(source)
                }
            } catch {
                diagnostics.error(.unreadableInput, "the drop-ins cannot be read: \(error.reason)", path: directory)
                return nil
            }
        }
        return SettingsReader.read(file, dropIns: dropIns, into: &diagnostics)
    }
}
